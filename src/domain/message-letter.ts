// Rule 2.6: what an expert writes to a customer who is not connected is sent to them as a letter. The message itself owes it, so
// that nothing is lost with the process that took it.

import type { CommonEffect } from './effects.ts';
import { flagEffects } from './flag.ts';
import type { MailTemplate } from './mail.ts';
import type { Message, MessageKind } from './message.ts';

/** What a new message owes: the cases of its flags, and a letter to whoever is away; null: nobody is. */
export function messageEffects(message: Message, away: string | null): CommonEffect[] {
  const flagged = message.flags === undefined ? [] : flagEffects(message);
  return away === null ? flagged : [...flagged, letterEffect(message, away)];
}

/** It names the place only: what is written there is read when the letter is built. */
function letterEffect({ questionId, seq, kind }: Message, to: string): CommonEffect {
  const key = `message-${questionId}-${seq}`;
  const gather = `message-${questionId}-${to}`;
  return { type: 'mail', key, to, template: templateOf([kind]), params: { questionId, seq }, ifAway: false, gather };
}

/** What a letter about messages of these kinds is called by: an answer is what was waited for. */
export function templateOf(kinds: readonly MessageKind[]): MailTemplate {
  if (kinds.includes('answer')) return 'answer_received';
  return kinds.every((kind) => kind === 'follow_up') ? 'follow_up_received' : 'message_received';
}
