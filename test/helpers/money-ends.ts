// Where a path of money ends: by the journal, the provider's own records and the states.

import type { Node } from '../../src/app.ts';
import { pathOf } from './money-paths.ts';
import type { Kind, PathName, Prepared, Who } from './money-paths.ts';
import { entriesOf } from './people.ts';
import type { ProviderBooks } from './provider-books.ts';

/** What stands about one thing in the end. */
interface Books {
  readonly entries: readonly string[];
  /** at the provider; what was declined or let go is left out */
  readonly provider: readonly string[];
}

interface End {
  readonly state: string | null;
  readonly value: Books;
  readonly offer: Books | null;
  readonly cases: number;
}

/** What the path comes to. */
export function endOf(name: PathName): End {
  const { value, offer, cases } = pathOf(name);
  const books = (entries: readonly Kind[]): Books => ({ entries, provider: providerOf(entries) });
  return { state: offer?.state ?? null, value: books(value), offer: offer && books(offer.entries), cases };
}

function providerOf(entries: readonly Kind[]): string[] {
  if (entries.includes('refund')) return ['refunded'];
  if (entries.includes('capture')) return ['captured'];
  return entries.includes('authorise') ? ['held'] : [];
}

/** What a walk along the path has come to, by the journal, the provider's own records and the states. */
export async function booksOf(
  node: Node,
  { questionId, offerId, press }: Prepared,
  people: Readonly<Record<Who, string>>,
  provider: ProviderBooks,
): Promise<End> {
  const { questions, offers, cases } = node.ctx.stores;
  const { clientId } = press.input as { clientId: string };
  const question = questionId ?? (await questions.findByClientId(people.customer, clientId))?.record.id ?? '';
  const proposed = press.name === 'offer.propose' ? await offers.findProposal(people.ada, clientId) : null;
  const offer = offerId ?? proposed?.id ?? null;
  return {
    state: offer === null ? null : ((await offers.read(offer))?.record.state ?? null),
    value: await booksAbout(node, question, provider),
    offer: offer === null ? null : await booksAbout(node, offer, provider),
    cases: (await cases.ofQuestion(question)).length,
  };
}

async function booksAbout(node: Node, id: string, provider: ProviderBooks): Promise<Books> {
  const booked = await entriesOf(node, id);
  const letGo = new Set(
    booked.map((key) => key.replace('release', 'authorise')).filter((key, index) => key !== booked[index]),
  );
  const entries = booked.filter((key) => !key.startsWith('release') && !letGo.has(key));
  return { entries: entries.map((key) => key.replace(/-\d+$/, '')), provider: await provider(id) };
}
