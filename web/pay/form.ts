// What stands in the frame of the card, whoever the provider is.

import type { CardLook } from '../kit/card-port.ts';
import type { CardTexts } from '../texts/card.ts';

export interface CardForm {
  /** in other words, or by another light */
  look(texts: CardTexts, look: CardLook): void;
  /** The id of the payment method; null: the form says what is wrong. `setup`: confirm again, with the secret of one. */
  confirm(secret: string | null): Promise<string | null>;
}

export const SETUP = 'setup'; // no id of a payment method is called so

export interface CardPage {
  readonly root: HTMLElement;
  readonly texts: CardTexts;
  readonly look: CardLook;
  /** with which browsers speak to the provider; empty when it needs none */
  readonly publishableKey: string;
}
