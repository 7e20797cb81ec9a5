// The server's clock, as its answers tell it: what is shown as time left is counted by it, whatever the clock of this machine says.

const SECOND = 1_000; // the `Date` of an answer has whole ones

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
    const told = date === null ? NaN : Date.parse(date);
    if (Number.isNaN(told)) return;
    const [least, most] = [told - this.#own(), told + SECOND - asked];
    const agrees = least <= this.#most && most >= this.#least;
    // a clock was set meanwhile: the last word counts
    this.#least = agrees ? Math.max(least, this.#least) : least;
    this.#most = agrees ? Math.min(most, this.#most) : most;
  }
}
