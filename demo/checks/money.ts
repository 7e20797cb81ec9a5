// I3, I15, I16, I17: the provider's list, the ledger and the states must agree to the cent.

import { balance, booked, charged, heldAt, ledgerTotals } from '../ledger.ts';
import type { StoredOffer, StoredQuestion } from '../snapshot.ts';
import { doubles } from './check.ts';
import type { Check } from './check.ts';

/** States in which the customer's money has been taken, once. */
const TAKEN: ReadonlySet<StoredOffer['state']> = new Set(['accepted', 'fulfilled', 'unfulfilled', 'report_overdue']);

export const moneyChecks: readonly Check[] = [
  {
    id: 'I3',
    claim: 'accepted ⇔ captured exactly once; else nothing is kept',
    look: ({ offers, questions, provider }) => {
      const subjects = [...offers.map(offerCharge), ...questions.map(questionCharge)];
      const faults = subjects.flatMap(({ id, state, taken, kept }) => {
        const { captures, refunds } = charged(provider, id);
        if (captures === taken && captures - refunds === kept) return [];
        return [`${id} is ${state}: ${captures} captures, ${refunds} refunds`];
      });
      const captures = provider.filter(({ kind, outcome }) => kind === 'capture' && outcome === 'ok').length;
      return { examined: `${captures} captures for ${subjects.length} offers and questions`, faults };
    },
  },
  {
    id: 'I3',
    claim: 'an authorisation ends once, captured or void',
    look: ({ provider }) => {
      const ends = provider.filter(({ kind, outcome }) => outcome === 'ok' && (kind === 'capture' || kind === 'void'));
      const twice = doubles(ends.map(({ authorisation }) => authorisation));
      return { examined: `${ends.length} ends`, faults: twice.map((one) => `${one} ended twice`) };
    },
  },
  {
    id: 'I15',
    claim: 'each entry of the ledger sums to zero',
    look: ({ entries }) => {
      const faults = entries
        .filter(({ legs }) => legs.reduce((sum, { amount }) => sum + amount, 0) !== 0 || !legs.every(isWhole))
        .map(({ key }) => `${key} does not`);
      return { examined: `${entries.length} entries`, faults };
    },
  },
  {
    id: 'I15',
    claim: 'captured = paid out + kept + refunded + not yet earned',
    look: ({ entries }) => {
      const { captured, payouts, platform, refunds, unearned } = ledgerTotals(entries);
      const rest = captured - payouts - platform - refunds - unearned;
      return { examined: cents(captured), faults: rest === 0 ? [] : [`${cents(rest)} are missing`] };
    },
  },
  {
    id: 'I15',
    claim: 'the provider’s own list = the ledger, one by one',
    look: ({ questions, offers, entries, provider }) => {
      const faults = [...questions, ...offers].flatMap(({ id }) => {
        const { net } = charged(provider, id);
        const [atProvider, held] = [balance(entries, id, 'provider'), balance(entries, id, 'hold:')];
        const promised = heldAt(provider, id);
        return [
          ...(net === atProvider ? [] : [`${id}: the provider has ${cents(net)}, the ledger ${cents(atProvider)}`]),
          ...(promised === held ? [] : [`${id}: the provider holds ${cents(promised)}, the ledger ${cents(held)}`]),
        ];
      });
      const known = new Set([...questions, ...offers].map(({ id }) => id));
      const strange = entries.filter(({ questionId, offerId }) => !known.has(offerId ?? questionId));
      return {
        examined: `${provider.length} calls`,
        faults: [...faults, ...strange.map(({ key }) => `${key} is about nothing that exists`)],
      };
    },
  },
  {
    id: 'I16',
    claim: 'paid payout = shown payout, once, when earned',
    look: (snapshot) => {
      const due = [...snapshot.offers.map(offerDue), ...snapshot.questions.map(questionDue)];
      const faults = due.flatMap(({ id, to, amount }) => {
        const paid = booked(snapshot.entries, id, 'payable:');
        const remains = paid.reduce((sum, leg) => sum - leg.amount, 0);
        // nobody: nothing was ever paid, or one payout was reversed (8.4)
        const right =
          to === null
            ? paid.length !== 1 && paid.length <= 2
            : paid.length === 1 && paid[0]?.account === `payable:${to}`;
        return right && remains === amount ? [] : [`${id}: ${JSON.stringify(paid)} instead of ${amount}`];
      });
      return { examined: `${due.filter(({ to }) => to !== null).length} payouts`, faults };
    },
  },
  {
    id: 'I16',
    claim: 'what was never reported has paid nobody',
    look: ({ offers, entries }) => {
      const overdue = offers.filter(({ state }) => state === 'report_overdue');
      const paid = overdue.filter(({ id }) => booked(entries, id, 'payable:').length > 0);
      return { examined: `${overdue.length} overdue`, faults: paid.map(({ id }) => `${id} was paid`) };
    },
  },
  {
    id: 'I17',
    claim: 'charged price = shown price',
    look: ({ offers, provider }, { heard }) => {
      const byId = new Map(offers.map((offer) => [offer.id, offer]));
      const shown = heard.flatMap(({ offer }) => {
        const stored = byId.get(offer.id);
        const isSame = stored?.price.amount === offer.price.amount;
        const isSamePayout = offer.payout === undefined || stored?.payout.amount === offer.payout.amount;
        return isSame && isSamePayout ? [] : [`${offer.id} was shown otherwise`];
      });
      const other = offers.filter(({ id, price }) => charged(provider, id).amounts.some((sum) => sum !== price.amount));
      const faults = [...new Set([...shown, ...other.map(({ id }) => `${id} was charged otherwise`)])];
      return { examined: `${heard.length} sightings`, faults };
    },
  },
];

interface Charge {
  readonly id: string;
  readonly state: string;
  /** how often the customer was charged, and how much of it stands */
  readonly taken: 0 | 1;
  readonly kept: 0 | 1;
}

function offerCharge(offer: StoredOffer): Charge {
  const { id, state, payment } = offer;
  const kept = TAKEN.has(state) || wantedAgain(offer) ? 1 : 0;
  return { id, state, kept, taken: kept === 1 || state === 'refunded' || payment.state === 'refunded' ? 1 : 0 };
}

/** A value is captured when a rating has earned it, and stays so unless it is refunded (8.4). */
function questionCharge({ id, payment }: StoredQuestion): Charge {
  const kept = payment.state === 'captured' ? 1 : 0;
  return { id, state: `paid: ${payment.state}`, kept, taken: payment.state === 'refunded' ? 1 : kept };
}

interface Due {
  readonly id: string;
  /** null: nothing is due */
  readonly to: string | null;
  readonly amount: number;
}

function offerDue({ id, state, acceptedBy, payout }: StoredOffer): Due {
  return state === 'fulfilled' ? { id, to: acceptedBy?.id ?? '', amount: payout.amount } : { id, to: null, amount: 0 };
}

function questionDue({ id, payment, rating, answeredBy, expert, payout }: StoredQuestion): Due {
  const isPaid = payment.state === 'captured' && rating !== null && rating.stars >= 3;
  return isPaid ? { id, to: (answeredBy ?? expert)?.id ?? '', amount: payout.amount } : { id, to: null, amount: 0 };
}

/** 7.1: nobody could connect, and the customer asked again: it is paid already. */
const wantedAgain = ({ state, payment }: StoredOffer) => state === 'open' && payment.state === 'captured';
const isWhole = ({ amount }: { readonly amount: number }) => Number.isInteger(amount);

export const cents = (amount: number) => `$${(amount / 100).toFixed(2)}`;
