// Rule 2.6: the letter about what an expert wrote to a customer who was away: all that is new to them when it is built, as it was
// written. Its words are read here and kept nowhere else.

import type { Ctx } from '../context.ts';
import type { Message } from '../domain/message.ts';
import { templateOf } from '../domain/message-letter.ts';
import { beginningOf } from '../domain/text.ts';
import type { OwedMail } from '../models/mail.ts';
import type { User } from '../models/user.ts';
import { questionIdOf } from './mail-look.ts';
import type { Looked } from './mail-look.ts';

const MOST = 50; // messages of one letter
const QUOTED = 20; // the rest is on the page
const LONGEST = 2_000; // characters of one of them

/** Nobody gets a letter about what they have read, or were told of by letter, or while they are there. */
export async function messages(ctx: Ctx, mail: OwedMail, { id: to }: User): Promise<Looked> {
  const questionId = questionIdOf(mail.params);
  const from = Number(mail.params['seq']);
  const [saved, reads, told, present] = await Promise.all([
    ctx.stores.questions.read(questionId),
    ctx.stores.readMarks.ofQuestion(questionId),
    ctx.stores.mails.toldUpTo(to, questionId, from),
    ctx.online([to]),
  ]);
  if (saved === null) return { gone: 'closed', said: null };
  const read = reads.find(({ userId }) => userId === to)?.seq ?? 0;
  const seen = mail.forced === true ? 0 : Math.max(read, told);
  const page = await ctx.stores.messages.page(questionId, { afterSeq: Math.max(from - 1, seen) }, MOST);
  const fresh = page.filter(({ by, redactedAt }) => by.role === 'expert' && redactedAt === undefined);
  const said = saidOf(saved.record.subject, questionId, fresh);
  if (saved.record.state === 'closed') return { gone: 'closed', said };
  if (present.has(to)) return { gone: 'came_back', said };
  if (fresh.length > 0) return { gone: null, said };
  return { gone: read >= from ? 'read' : told >= from ? 'gathered' : 'redacted', said };
}

function saidOf(subject: string, questionId: string, fresh: readonly Message[]) {
  const last = fresh.at(-1);
  if (last === undefined) return null;
  return {
    template: templateOf(fresh.map(({ kind }) => kind)),
    params: { questionId, subject, expert: last.by.name, count: fresh.length },
    items: fresh.slice(0, QUOTED).map(({ body }) => ({ excerpt: beginningOf(body, LONGEST) })),
    upTo: last.seq,
  };
}
