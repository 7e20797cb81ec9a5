// The server's clock, as its answers tell it: what is shown as time left is counted by it, whatever the clock of this machine says.

const SECOND = 1_000; // the `Date` of an answer has whole ones
const MILLISECOND = 1; // of `time.get`

export class ServerTime {
  readonly #own: () => number;
  /** the server is ahead of this machine by something between these, ms */
  #least = -Infinity;
  #most = Infinity;

  /** `own`: this machine's clock. */
  constructor(own: () => number = Date.now) {
    this.#own = own;
  }

  /** By the server's clock, ms; by this machine's until an answer has told it. */
  now(): number {
    const ahead = Number.isFinite(this.#least) ? (this.#least + this.#most) / 2 : 0;
    return this.#own() + ahead;
  }

  /** To be kept until the answer is there. */
  asked(): number {
    return this.#own();
  }

  /** `date`: the header of an answer; null where a browser does not show it to another origin. */
  learn(date: string | null, asked: number): void {
    if (date !== null) this.#told(Date.parse(date), asked, SECOND);
  }

  /** `now`: what `time.get` has answered, ISO 8601. Of several the quickest says the most. */
  learnExactly(now: string, asked: number): void {
    this.#told(Date.parse(now), asked, MILLISECOND);
  }

  /** `precision`: how much of the instant it was told was cut off at most, ms. */
  #told(told: number, asked: number, precision: number): void {
    if (Number.isNaN(told)) return;
    const [least, most] = [told - this.#own(), told + precision - asked];
    const agrees = least <= this.#most && most >= this.#least;
    // a clock was set meanwhile: the last word counts
    this.#least = agrees ? Math.max(least, this.#least) : least;
    this.#most = agrees ? Math.min(most, this.#most) : most;
  }
}
