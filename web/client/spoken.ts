// What is told to many at once is told in all languages: here each reader gets their own.

import type { Locale } from './errors.ts';
import type { Events, Offer, OfferNews, RequestEntry, RequestNews } from './protocol.ts';

/** The events as one person hears them. */
export type Spoken = Omit<Events, 'offer.changed' | 'request.changed'> & {
  'offer.changed': Offer;
  'request.changed': Offer | RequestEntry;
};

/** What takes the event as it comes over the line. */
export function heardBy<N extends keyof Spoken>(
  name: N,
  hear: (body: Spoken[N]) => void,
  localeOf: () => Locale | undefined,
): (body: unknown) => void {
  const take = hear as (body: unknown) => void; // the protocol says so
  return (body) => {
    take(spoken(name, body, localeOf));
  };
}

/** What of the event one person hears. */
export function spoken(name: keyof Spoken, body: unknown, localeOf: () => Locale | undefined): unknown {
  const isOfMany = name === 'offer.changed' || name === 'request.changed';
  return isOfMany ? offerIn(body as Offer | OfferNews | RequestNews, localeOf() ?? 'en') : body;
}

/** What a customer hears is in their language already. */
function offerIn(news: Offer | OfferNews | RequestNews, locale: Locale): Offer | RequestEntry {
  if (typeof news.description === 'string') return news as Offer;
  const { service, description, ...rest } = news as OfferNews | RequestNews;
  const said = {
    ...rest,
    service: { ...service, title: service.title[locale] },
    description: description[locale],
  };
  return 'prefix' in rest ? { ...said, prefix: rest.prefix[locale] } : said;
}
