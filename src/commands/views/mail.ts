// A letter of the mail log: to whom, about what, and what became of it. Never an address.

import { z } from 'zod';
import { MAILS } from '../../domain/mail.ts';
import type { MailTemplate } from '../../domain/mail.ts';
import type { OwedMail } from '../../models/mail.ts';
import { OWED_STATES } from '../../models/owed.ts';
import type { User } from '../../models/user.ts';
import { Instant } from './fields.ts';

export const MailView = z
  .strictObject({
    id: z.string(),
    to: z.strictObject({ id: z.string(), name: z.string().nullable() }),
    template: z.enum(Object.keys(MAILS) as [MailTemplate, ...MailTemplate[]]), // there are some
    state: z.enum(OWED_STATES),
    why: z.string().nullable().meta({ description: 'Why it is held, was dropped or failed.' }),
    about: z.array(z.string()).meta({ description: 'Ids of the question and of the offer.' }),
    tries: z.int(),
    at: Instant,
    dueAt: Instant.nullable().meta({ description: 'When it is looked at next; null: it is settled.' }),
    settledAt: Instant.nullable(),
  })
  .meta({ id: 'Mail' });

/** `to`: whose it is, if there is such an account still. */
export function mailView(mail: OwedMail, to: User | null): z.input<typeof MailView> {
  const { id, template, state, why, about, attempts: tries, at, dueAt, settledAt } = mail;
  return {
    ...{ id, template, state, why, tries },
    to: { id: mail.to, name: to?.name ?? null },
    about: [...about],
    at: at.toISOString(),
    dueAt: dueAt?.toISOString() ?? null,
    settledAt: settledAt?.toISOString() ?? null,
  };
}
