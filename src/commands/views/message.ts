// A message (2.3, 9.2): as everybody in the conversation gets it, and with what is for one reader only.

import { z } from 'zod';
import { mayKnowFlag } from '../../domain/access.ts';
import { CODES } from '../../domain/errors.ts';
import type { Refusal } from '../../domain/errors.ts';
import { FLAG_REASONS } from '../../domain/message.ts';
import type { Flag, Message } from '../../domain/message.ts';
import type { Actor, Locale } from '../../domain/people.ts';
import { PERSONAL_KINDS } from '../../domain/personal-data/personal-data.ts';
import type { PersonalData } from '../../domain/personal-data/personal-data.ts';
import { errorText, warningText } from '../../texts/text.ts';
import { AuthorView, Instant, authorView } from './fields.ts';

export const MessageView = z
  .strictObject({
    questionId: z.string(),
    seq: z.int(),
    clientId: z.string(),
    kind: z.string(),
    by: AuthorView,
    body: z.string(),
    attachments: z.array(z.never()),
    at: Instant,
    redacted: z.boolean(),
    warnings: z
      .array(z.strictObject({ kind: z.enum(PERSONAL_KINDS), start: z.int(), end: z.int(), hint: z.string() }))
      .optional()
      .meta({
        description: 'The sender only: where in the body personal data was recognised, and what to do instead.',
      }),
    flagged: z
      .array(z.strictObject({ by: AuthorView, reason: z.enum(FLAG_REASONS), at: Instant }))
      .optional()
      .meta({ description: 'All flags for admins; for the sides, the one they set themselves.' }),
  })
  .meta({ id: 'Message' });

export function messageView(message: Message): z.input<typeof MessageView> {
  return {
    questionId: message.questionId,
    seq: message.seq,
    clientId: message.clientId,
    kind: message.kind,
    by: { id: message.by.id, name: message.by.name, role: message.by.role },
    body: message.body,
    attachments: [],
    at: message.at.toISOString(),
    redacted: message.redactedAt !== undefined,
  };
}

/** 9.2: the sender is warned of what was recognised; people see the flag they set themselves, admins see all. */
export function messageViewFor(actor: Actor, message: Message): z.input<typeof MessageView> {
  const known = message.flags?.filter((flag) => mayKnowFlag(actor, flag)) ?? [];
  const warned = message.by.id === actor.id && message.personal !== undefined;
  return {
    ...messageView(message),
    ...(warned && { warnings: message.personal.map((one) => warningView(one, actor.locale)) }),
    ...(known.length > 0 && { flagged: known.map(flagView) }),
  };
}

export function adminMessageView(message: Message): z.input<typeof MessageView> {
  return { ...messageView(message), ...(message.flags && { flagged: message.flags.map(flagView) }) };
}

export const HintView = z
  .strictObject({
    code: z.enum(CODES).meta({ description: 'That a message is refused with, or sent with a warning (9.2).' }),
    message: z.string(),
    until: Instant.optional().meta({ description: 'What the sentence names: when it holds no more, or held last.' }),
  })
  .meta({ id: 'Hint' });

/** 3, 9.2: each of them once, the weightiest first. */
export function hintViews(
  objections: readonly Refusal[],
  personal: readonly PersonalData[],
  locale: Locale,
): z.input<typeof HintView>[] {
  const kinds = [...new Set(personal.map(({ kind }) => kind))];
  return [
    ...objections.map(({ code, details }) => {
      const until = details?.['until'];
      return { code, message: errorText(code, locale, details), ...(typeof until === 'string' && { until }) };
    }),
    ...kinds.map((kind) => ({ code: 'policy.personal_data' as const, message: warningText(kind, locale) })),
  ];
}

const warningView = ({ kind, start, end }: PersonalData, locale: Locale) => ({
  kind,
  start,
  end,
  hint: warningText(kind, locale),
});

const flagView = ({ by, reason, at }: Flag) => ({ by: authorView(by), reason, at: at.toISOString() });
