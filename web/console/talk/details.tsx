// Beside the conversation: what it is about, how it stands, and what was offered in it.

import type { ComponentChildren } from 'preact';
import type { Offer, Question } from '../../client/protocol.ts';
import { when } from '../../kit/format.ts';
import { money } from '../../kit/money.ts';
import { useConsole, usePayingStars, useTexts } from '../console.ts';
import { BoxOf } from '../requests/box.tsx';
import { OfferRow } from './offer-row.tsx';
import { Offering } from './offering.tsx';

export interface DetailsProps {
  readonly question: Question;
  readonly offers: readonly Offer[];
  /** does this expert have the question? */
  readonly isHeld: boolean;
}

export function Details({ question, offers, isHeld }: DetailsProps) {
  const { locale, categories, parley } = useConsole();
  const { work, home } = useTexts();
  const paying = usePayingStars();
  const { category, state, postedAt, rating, customer, payout } = question;
  const rated =
    rating === null ? work.noRating : rating.by === 'automatic' ? work.starsAutomatic : work.stars(rating.stars);
  return (
    <aside class="details" aria-label={work.details}>
      <h2>{work.details}</h2>
      <dl>
        <Fact name={work.customer}>
          <bdi translate={false}>{customer.name}</bdi>
        </Fact>
        <Fact name={work.category}>{categories.nameOf(category)}</Fact>
        <Fact name={work.state}>{home.rowState[state]}</Fact>
        {postedAt !== null && <Fact name={work.postedAt}>{when(postedAt, locale.value, parley.now())}</Fact>}
        <Fact name={work.rating}>{rated}</Fact>
        {payout !== undefined && <Fact name={work.earns}>{earned(money(payout, locale.value))}</Fact>}
      </dl>
      <BoxOf question={question} offers={offers} />
      <h2>{work.offers}</h2>
      {isHeld && state !== 'closed' && <Offering question={question} offers={offers} />}
      {offers.length === 0 && <p class="hint">{work.noOffers}</p>}
      {offers.map((offer) => (
        <OfferRow key={offer.id} offer={offer} />
      ))}
    </aside>
  );

  function earned(amount: string): string {
    if (rating === null) return work.earnFrom(amount, paying);
    return rating.stars >= paying ? amount : work.earnLow(paying);
  }
}

const Fact = ({ name, children }: { readonly name: string; readonly children: ComponentChildren }) => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
);
