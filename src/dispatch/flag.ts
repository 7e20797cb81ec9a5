// Rule 9.2: a flagged message opens a case for customer care. The flag stands on the message in the same write as the note
// that its case is owed, so that nothing acknowledged is lost: whoever flagged opens it, or the sweep does.

import type { Ctx } from '../context.ts';
import type { Flag, Message } from '../domain/message.ts';
import { openCase } from './case.ts';

/** Opens the cases of a flagged message. Never throws: what could not be opened stays owed. Repeatable. */
export async function openFlagCases(ctx: Ctx, message: Message): Promise<void> {
  const { questionId, seq, flags = [] } = message;
  try {
    for (const flag of firstOfEach(flags)) {
      await openCase(ctx, {
        key: `${flag.reason}-${questionId}-${seq}`,
        kind: 'personal_information',
        questionId,
        offerId: null,
        seq,
        openedBy: flag.by,
        reason: flag.reason,
      });
    }
    await ctx.stores.messages.casesOpened(message);
  } catch (error) {
    ctx.log.warn({ err: error }, 'the case of a flagged message stays owed until the sweep');
  }
}

/** Everybody who flags a message for the same reason is heard in the same case. */
function firstOfEach(flags: readonly Flag[]): Flag[] {
  return flags.filter((flag, index) => flags.findIndex(({ reason }) => reason === flag.reason) === index);
}
