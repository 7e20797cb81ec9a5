// Where a path of money ends: by the journal, the provider's own records and the states.

import type { Node } from '../../src/app.ts';
import { pathOf } from './money-paths.ts';
import type { Kind, PathName, Prepared, Who } from './money-paths.ts';
import { entriesOf } from './people.ts';

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

/** What a walk along the path has come to, by the journal, the provider's own list and the records. */
export async function booksOf(
  node: Node,
  { questionId, offerId, press }: Prepared,
  people: Readonly<Record<Who, string>>,
): Promise<End> {
  const { questions, offers, cases } = node.ctx.stores;
  const { clientId } = press.input as { clientId: string };
  const question = questionId ?? (await questions.findByClientId(people.customer, clientId))?.record.id ?? '';
  const proposed = press.name === 'offer.propose' ? await offers.findProposal(people.ada, clientId) : null;
  const offer = offerId ?? proposed?.id ?? null;
  return {
    state: offer === null ? null : ((await offers.read(offer))?.record.state ?? null),
    value: await booksAbout(node, question),
    offer: offer === null ? null : await booksAbout(node, offer),
    cases: (await cases.ofQuestion(question)).length,
  };
}

const MOST_CARDS = 4;

async function booksAbout(node: Node, id: string): Promise<Books> {
  const booked = await entriesOf(node, id);
  const letGo = new Set(
    booked.map((key) => key.replace('release', 'authorise')).filter((key, index) => key !== booked[index]),
  );
  const entries = booked.filter((key) => !key.startsWith('release') && !letGo.has(key));
  const authorisations = Array.from({ length: MOST_CARDS }, (_, index) => `sim_auth-${id}-${index + 1}`);
  const records = await Promise.all(
    authorisations.map((authorisation) => node.ctx.stores.simulatedPayments.byAuthorisation(authorisation)),
  );
  const provider = records.flatMap((calls) => {
    const done = calls.filter(({ outcome }) => outcome === 'ok').map(({ kind }) => kind);
    if (done.filter((kind) => kind === 'capture').length > 1) return ['captured twice'];
    if (done.includes('refund')) return ['refunded'];
    if (done.includes('capture')) return ['captured'];
    return done.includes('authorise') && !done.includes('void') ? ['held'] : [];
  });
  return { entries: entries.map((key) => key.replace(/-\d+$/, '')), provider };
}
