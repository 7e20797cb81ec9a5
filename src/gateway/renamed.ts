// Who is connected keeps name and language as they were then. Whoever changes them is told in the new language from the next
// answer on, and writes under the new name: in every tab, without connecting again.

import type { Ctx } from '../context.ts';
import type { Io } from './client.ts';
import { socketsOf } from './revoked.ts';

/** The account is looked up rather than told of: whichever word of two comes last, what holds is what is stored. */
export function followNames(io: Io, { log, stores }: Pick<Ctx, 'log' | 'stores'>): void {
  async function look(userId: string): Promise<void> {
    if (socketsOf(io, userId).length === 0) return;
    const user = await stores.users.read(userId);
    if (user === null) return;
    const { name, locale } = user;
    for (const { data } of socketsOf(io, userId)) {
      if (data.actor !== null) data.actor = { ...data.actor, name, locale };
      data.locale = locale;
    }
  }
  io.on('user.changed', ({ userId }) => {
    look(userId).catch((error: unknown) => {
      log.warn({ err: error }, 'an account that was renamed keeps its old name until it connects again');
    });
  });
}
