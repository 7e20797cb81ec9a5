// The widget's end of the line to the frame of the card: the port is handed to nobody but the origin of the server.

import type { CardLook, CardStart, FromCard, ToCard } from '../kit/card-port.ts';

export interface CardHears {
  height(height: number): void;
  state(state: 'ready' | 'failed'): void;
  /** the secret of a setup, for a provider that wants one */
  setup(): Promise<string | null>;
}

export class CardLine {
  readonly #port: MessagePort;
  readonly #hears: CardHears;
  #asked: {
    readonly promise: Promise<string | null>;
    settle(method: string | null): void;
    fail(why: unknown): void;
  } | null = null;

  constructor(frame: Window, origin: string, look: CardLook, hears: CardHears) {
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    this.#hears = hears;
    port1.onmessage = ({ data }: MessageEvent<FromCard>) => {
      this.#hear(data);
    };
    const start: CardStart = { parley: 'card', ...look };
    frame.postMessage(start, origin, [port2]);
  }

  look(look: CardLook): void {
    this.#say({ look });
  }

  /** What is entered, as a payment method; null: the form says what is wrong. Asked twice at once it is asked once. */
  method(): Promise<string | null> {
    if (this.#asked !== null) return this.#asked.promise;
    let settle: (method: string | null) => void = () => undefined;
    let fail: (why: unknown) => void = () => undefined;
    const promise = new Promise<string | null>((resolve, reject) => {
      settle = resolve;
      fail = reject;
    });
    this.#asked = { promise, settle, fail };
    this.#say({ confirm: null });
    return promise;
  }

  /** The frame is gone, or another one is there. */
  close(): void {
    this.#port.close();
    this.#answer(null);
  }

  #say(words: ToCard): void {
    this.#port.postMessage(words);
  }

  #hear(news: FromCard): void {
    if ('height' in news) this.#hears.height(news.height);
    else if ('state' in news) this.#hears.state(news.state);
    else if ('setup' in news) void this.#setUp();
    else this.#answer(news.paymentMethod);
  }

  async #setUp(): Promise<void> {
    try {
      this.#say({ confirm: await this.#hears.setup() });
    } catch (why) {
      const asked = this.#asked;
      this.#asked = null;
      asked?.fail(why);
    }
  }

  #answer(method: string | null): void {
    const asked = this.#asked;
    this.#asked = null;
    asked?.settle(method);
  }
}
