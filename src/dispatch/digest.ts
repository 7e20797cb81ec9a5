// Rule 6.3: one letter of what is open at that moment, instead of one for each: for experts who want it so, and for what would have
// come at night or by the dozen.

import type { Ctx } from '../context.ts';
import { nextDigest } from '../domain/notify.ts';
import type { Wishes } from '../domain/notify.ts';
import { paramsForExpert } from '../domain/offer-effects.ts';
import type { NewMail, OwedMail } from '../models/mail.ts';
import type { User } from '../models/user.ts';
import { isOpenTo } from './mail-look.ts';
import type { Looked } from './mail-look.ts';

const MOST = 30; // requests of one letter; the Request Center has them all

/** The next digest of this person: the same one until it is written. */
export const digestOf = (to: Wishes & Pick<User, 'id'>, now: Date, at = nextDigest(to, now)): NewMail => ({
  id: `digest-${to.id}-${at.toISOString()}`,
  to: to.id,
  template: 'request_digest',
  params: {},
  notBefore: at,
});

/** Nothing when nothing is open. */
export async function digest(ctx: Ctx, _mail: OwedMail, to: User): Promise<Looked> {
  const found = await ctx.stores.offers.list(to, 'open', undefined, MOST);
  const now = ctx.now();
  const items = found.filter((offer) => isOpenTo(to, offer, now)).map(paramsForExpert);
  if (items.length === 0) return { gone: 'nothing_open', said: null };
  return { gone: null, said: { params: { count: items.length }, items } };
}
