// Which steps of an offer are remembered, and who has done them.

import { asExpert, reasonIn, remember } from './history.ts';
import { SYSTEM } from './message.ts';
import type { Author } from './message.ts';
import type { Offer, OfferEvent, OfferStep } from './offer.ts';

/** The history of an offer after this event. */
export function offerHistory(offer: Offer, event: OfferEvent, now: Date): readonly OfferStep[] {
  // an attempt stands in the report, or by itself
  if (event.type === 'resume' || event.type === 'attempt') return offer.history;
  return remember(offer.history, {
    what: event.type,
    at: now,
    by: authorOf(offer, event),
    ...reasonIn(event),
    ...('report' in event && { report: event.report }),
  });
}

function authorOf(offer: Offer, event: OfferEvent): Author | null {
  switch (event.type) {
    case 'authorise':
    case 'request':
    case 'charge':
    case 'decline':
    case 'reopen':
    case 'request_again':
      return { ...offer.customer, role: 'customer' };
    case 'withdraw':
      return event.author ?? asExpert(offer.proposedBy) ?? { ...offer.customer, role: 'customer' };
    case 'report_yes':
    case 'report_no':
      return event.author ?? asExpert(offer.acceptedBy);
    case 'pass':
      return event.author ?? null;
    case 'win':
      return asExpert(event.expert);
    case 'unable':
    case 'attempt':
      return asExpert(offer.acceptedBy);
    case 'lapse':
    case 'expire':
    case 'remind':
    case 'overdue':
      return SYSTEM;
    case 'resume':
    case 'authorisation_failed':
    case 'abandon':
    case 'captured':
    case 'capture_failed':
    case 'refund':
    case 'refunded':
    case 'refund_pending':
    case 'refund_failed':
    case 'disputed':
      return null;
  }
}
