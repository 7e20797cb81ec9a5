// What a client has heard, and a way to wait for what it has not heard yet.

const PATIENCE_MS = 60_000; // longer than any deadline of the demo

export class Feed<T> {
  readonly items: T[] = [];
  readonly #listeners = new Set<(item: T) => void>();

  push(item: T): void {
    this.items.push(item);
    for (const listener of [...this.#listeners]) listener(item);
  }

  /** Told of everything that comes from now on; call the result to be left in peace. */
  each(listener: (item: T) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The first item that fits, heard before or yet to come. Rejects, naming `what`, when it does not come. */
  until(fits: (item: T) => boolean, what: string, patienceMs = PATIENCE_MS): Promise<T> {
    const heard = this.items.find(fits);
    if (heard !== undefined) return Promise.resolve(heard);
    return new Promise((resolve, reject) => {
      const stop = this.each((item) => {
        if (!fits(item)) return;
        stop();
        clearTimeout(timer);
        resolve(item);
      });
      const timer = setTimeout(() => {
        stop();
        reject(new Error(`waited in vain for ${what}`));
      }, patienceMs);
      timer.unref(); // a demo that is being stopped waits for nobody
    });
  }
}
