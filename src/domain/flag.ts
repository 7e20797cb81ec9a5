// Rule 9.2: what a flag asks of customer care. The flag stands on the message in the same write as the case that it owes.

import type { CommonEffect } from './effects.ts';
import type { Flag, Message } from './message.ts';

/** One case for each reason: everybody who flags a message for the same one is heard in it. */
export function flagEffects({ flags = [], ...message }: Pick<Message, 'questionId' | 'seq' | 'flags'>): CommonEffect[] {
  const first = flags.filter((flag, index) => flags.findIndex(({ reason }) => reason === flag.reason) === index);
  return first.map((flag) => flagEffect(message, flag));
}

export function flagEffect(
  { questionId, seq }: Pick<Message, 'questionId' | 'seq'>,
  { by, reason }: Flag,
): CommonEffect {
  const key = `${reason}-${questionId}-${seq}`;
  const about = { questionId, offerId: null, seq };
  return { type: 'case', opened: { key, kind: 'personal_information', ...about, openedBy: by, reason } };
}
