// What a console of the soak shows beside its lists, compared with what the server says: the conversation and its offers, a request.

import type { Page } from 'playwright-core';
import type { Connection } from '../../web/client/connection.ts';
import { ParleyError } from '../../web/client/errors.ts';
import { work } from '../../web/texts/en/work.ts';

export interface Elsewhere {
  readonly connection: Connection;
  readonly userId: string;
}

interface Open {
  readonly id: string;
  readonly said: readonly string[];
  /** what stands beside each offer */
  readonly offers: readonly string[];
  readonly canAccept: boolean;
}

/** Runs in the page: the question or the request that is open. Without functions that have a name, as in look.ts. */
const openIn = (page: Page): Promise<Open | null> =>
  page.evaluate(() => {
    const id = /^\/(?:expert\/\w+|requests)\/([\w-]+)/.exec(location.pathname)?.[1];
    if (id === undefined || !document.querySelector('.work .lines, article.request')) return null;
    const [said = [], offers = [], ways = []] = [
      '.work .line.sent .bubble',
      '.details .offer-top .pill',
      'article.request .request-ways button',
    ].map((selector) => [...document.querySelectorAll(selector)].map((one) => one.textContent.trim()));
    return { id, said, offers: offers.sort(), canAccept: ways.includes('Accept this request') };
  });

/** The third: the same expert, elsewhere. Answers where the two differ, one sentence each. */
export async function besideLook(name: string, page: Page, { connection, userId }: Elsewhere): Promise<string[]> {
  const shown = await openIn(page);
  if (shown === null) return [];
  if (shown.id.startsWith('of_')) {
    const request = await ifSeen(connection.call('request.get', { requestId: shown.id }));
    const isOpen = request?.request.state === 'open' || request?.request.reservedFor === userId;
    return shown.canAccept && !isOpen ? [`${name}: ${shown.id} can be accepted there, and is not open`] : [];
  }
  const questionId = shown.id;
  const found = await ifSeen(connection.call('question.get', { questionId }));
  if (found?.question.expert?.id !== userId) return []; // who has lost it keeps what they see
  const { items } = await connection.call('message.list', { questionId, limit: 200 });
  const differ: string[] = [];
  const said = items.flatMap(({ body }) => (body === null || body === '' ? [] : [body.trim()]));
  if (said.join('\n') !== shown.said.join('\n'))
    differ.push(`${name}: ${shown.said.length} lines of ${questionId} are shown, and there are ${said.length}`);
  const offers = found.offers
    .map(({ state, origin }) => (origin === 'expert' && state === 'accepted' ? work.offerPaid : work.offerState[state]))
    .toSorted();
  if (offers.join() !== shown.offers.join())
    differ.push(`${name}: the offers of ${questionId} are shown as ${shown.offers.join()} and are ${offers.join()}`);
  return differ;
}

/** Null: it is not theirs to see. */
async function ifSeen<Answer>(answer: Promise<Answer>): Promise<Answer | null> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ParleyError && /^(?:not_found|auth\.forbidden)$/.test(error.code)) return null;
    throw error;
  }
}
