// Group commit: what arrives while the previous batch is under way shares the next one. No added wait when idle; under load one
// round trip serves many callers (docs/performance.md).

interface Waiting<In, Out> {
  readonly item: In;
  readonly resolve: (out: Out | Promise<Out>) => void;
  readonly reject: (error: unknown) => void;
}

export interface BatchOptions<In, Out> {
  /**
   * Answers every item, in the order given; a rejection fails the whole batch. An item whose answer is itself a promise goes on
   * alone: the others and the lane do not wait for it, its key does.
   */
  readonly run: (batch: readonly In[]) => Promise<readonly (Out | Promise<Out>)[]>;
  readonly maxBatch: number;
  /** batches that may be under way at once */
  readonly lanes: number;
  /** items with the same key never share a batch and keep their order */
  readonly keyOf?: (item: In) => string;
  /** a batch without an answer for so long, ms, gives its lane to the others; its keys stay its own */
  readonly patienceMs?: number;
  /** one batch begins no sooner after the last than this, ms: half as many round trips for a moment's wait under load */
  readonly gatherMs?: number;
}

export function inBatches<In, Out>(options: BatchOptions<In, Out>): (item: In) => Promise<Out> {
  const { run, maxBatch, lanes, keyOf, patienceMs, gatherMs = 0 } = options;
  let waiting: Waiting<In, Out>[] = [];
  const busy = new Set<string>();
  let underWay = 0;
  let scheduled = false;
  let begunAt = -Infinity;

  function schedule(): void {
    if (scheduled || waiting.length === 0 || underWay >= lanes) return;
    scheduled = true;
    const begin = () => {
      scheduled = false;
      start();
    };
    const early = begunAt + gatherMs - performance.now();
    if (early > 0) setTimeout(begin, early);
    // everything that this turn of the event loop brings in belongs to the same batch
    else setImmediate(begin);
  }

  function start(): void {
    const batch = take();
    if (batch.length === 0) return;
    underWay += 1;
    begunAt = performance.now();
    let isCounted = true;
    const leave = () => {
      if (isCounted) underWay -= 1;
      isCounted = false;
      schedule();
    };
    const patience = patienceMs === undefined ? undefined : setTimeout(leave, patienceMs).unref();
    run(batch.map((one) => one.item))
      .then(
        (outs) => {
          batch.forEach((one, index) => {
            finish(one, outs[index] as Out | Promise<Out>); // run answers every item
          });
        },
        (error: unknown) => {
          for (const one of batch) {
            one.reject(error);
            free(one);
          }
        },
      )
      .finally(() => {
        clearTimeout(patience);
        leave();
      })
      .catch(() => undefined); // both outcomes are handled above
    schedule();
  }

  function finish(one: Waiting<In, Out>, out: Out | Promise<Out>): void {
    one.resolve(out);
    if (!(out instanceof Promise)) {
      free(one);
      return;
    }
    const next = () => {
      free(one);
      schedule();
    };
    out.then(next, next);
  }

  function free({ item }: Waiting<In, Out>): void {
    if (keyOf) busy.delete(keyOf(item));
  }

  function take(): Waiting<In, Out>[] {
    if (!keyOf) return waiting.splice(0, maxBatch);
    const batch: Waiting<In, Out>[] = [];
    const later: Waiting<In, Out>[] = [];
    for (const one of waiting) {
      const key = keyOf(one.item);
      if (batch.length >= maxBatch || busy.has(key)) {
        later.push(one);
      } else {
        busy.add(key);
        batch.push(one);
      }
    }
    waiting = later;
    return batch;
  }

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      schedule();
    });
}

/** What comes one by one, many at a time; the last of them may be fewer. */
export async function* inPieces<In, Out>(
  all: AsyncIterable<In>,
  size: number,
  make: (one: In) => Out,
): AsyncIterable<Out[]> {
  let piece: Out[] = [];
  for await (const one of all) {
    piece.push(make(one));
    if (piece.length < size) continue;
    yield piece;
    piece = [];
  }
  if (piece.length > 0) yield piece;
}
