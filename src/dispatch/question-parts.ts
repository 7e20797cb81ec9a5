// Who of the experts has a part in a question (2.2): they hear of every step of it, others only what the queue shows.

import type { Ctx } from '../context.ts';
import { mayByOffer } from '../domain/access.ts';
import type { QuestionChanged } from '../domain/fact.ts';
import type { Question } from '../domain/question.ts';

/** What whoever watches is told of a question. */
export async function questionChanged(ctx: Ctx, question: Question): Promise<QuestionChanged> {
  const [lastSeq, deliver, were] = await Promise.all([
    ctx.stores.messages.lastSeq(question.id),
    deliverersOf(ctx, question),
    formerOf(ctx, question),
  ]);
  const holder = question.expert === null ? [] : [question.expert.id];
  return { type: 'question.changed', question, lastSeq, experts: [...new Set([...holder, ...deliver, ...were])] };
}

/** Who has won a request in it, or whose offer was accepted. */
async function deliverersOf(ctx: Ctx, { id, expertWroteAt }: Question): Promise<string[]> {
  if (expertWroteAt === null) return []; // 5.1: nothing was offered yet
  const now = ctx.now();
  return (await ctx.stores.offers.ofQuestion(id)).flatMap((offer) => {
    const winner = offer.acceptedBy;
    return winner && mayByOffer({ ...winner, role: 'expert', categories: [] }, 'get', offer, now) ? [winner.id] : [];
  });
}

/** Whose answer it was, and who has just let it go: as long as they may find it. */
async function formerOf({ stores }: Ctx, question: Question): Promise<string[]> {
  const { state, expert, answeredBy, queue, categoryId } = question;
  const left = state === 'open' ? queue?.left : null;
  const ids = [answeredBy?.id, left].flatMap((id) => (id && id !== expert?.id ? [id] : []));
  const accounts = await Promise.all([...new Set(ids)].map((id) => stores.users.read(id)));
  return accounts.flatMap((user) => (user?.active === true && user.categories.includes(categoryId) ? [user.id] : []));
}
