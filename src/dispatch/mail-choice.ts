// Rules 6.3 and 4: which e-mails a person gets, chosen by whoever has one of them.

import type { Ctx } from '../context.ts';
import { Refusal } from '../domain/errors.ts';
import type { MailChoice } from '../domain/mail.ts';
import type { User } from '../models/user.ts';
import { update } from './account.ts';

const TRIES = 5; // somebody else may change the account in between

/** Changes nothing. Null: the token is none of ours, or its account is gone. */
export async function lookAtChoice(ctx: Ctx, token: string) {
  const found = await accountOf(ctx, token);
  return found && stand(found);
}

/** The same again changes nothing more. Null: as above. */
export async function chooseMail(ctx: Ctx, token: string, wanted: boolean) {
  for (let left = TRIES; ; left -= 1) {
    const found = await accountOf(ctx, token);
    if (found === null || isWantedBy(found) === wanted) return found && stand(found);
    const { user, choice } = found;
    try {
      return stand({ choice, user: await update(ctx, user, { notify: { ...user.notify, [choice]: wanted } }, false) });
    } catch (error) {
      if (!(error instanceof Refusal && error.code === 'conflict.stale') || left === 1) throw error;
    }
  }
}

interface Found {
  readonly user: User;
  readonly choice: MailChoice;
}

async function accountOf(ctx: Ctx, token: string): Promise<Found | null> {
  const said = ctx.tokens.readChoice(token);
  if (said === null) return null;
  const user = await ctx.stores.users.read(said.userId);
  return user?.active ? { user, choice: said.choice } : null;
}

const isWantedBy = ({ user, choice }: Found): boolean => user.notify[choice] !== false;

const stand = (found: Found) => ({ choice: found.choice, wanted: isWantedBy(found), locale: found.user.locale });
