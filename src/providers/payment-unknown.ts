// The answer that no payment provider can give: nobody knows yet.

/** No answer came in time: what was asked for may or may not have happened. Ask again with the same key. */
export class PaymentUnknown extends Error {
  readonly key: string;

  /** `why`: codes and numbers only; what a provider says in words may name a card or a person */
  constructor(key: string, why?: string) {
    super(`the payment provider has not answered ${key}${why === undefined ? '' : ` (${why})`}`);
    this.name = 'PaymentUnknown';
    this.key = key;
  }
}
