// A card as its customer knows it: "Visa •••• 4242".

import type { Question } from '../client/protocol.ts';

/** By the provider's words; one that we do not know is shown as it is. */
const BRANDS: Readonly<Record<string, string>> = {
  visa: 'Visa',
  mastercard: 'Mastercard',
  amex: 'American Express',
  discover: 'Discover',
  diners: 'Diners Club',
  jcb: 'JCB',
  unionpay: 'UnionPay',
};

/** Null: nobody has said which card it is. */
export const cardName = ({ card }: Question): string | null =>
  card ? `${BRANDS[card.brand] ?? card.brand} •••• ${card.last4}` : null;
