// What the queues of categories show, told to those who watch them: gathered for a moment, so that a crowd of questions and a
// crowd of experts do not multiply. One timer for all queues; what a process that ends here has not told, the beat finds.

import { queueNewsView } from '../commands/views/queue.ts';
import type { Queued } from '../commands/views/queue.ts';
import type { EventView } from '../commands/events.ts';

const GATHER_MS = 250;

interface GathererParts {
  readonly now: () => Date;
  readonly tell: (category: string, view: EventView<'queue.changed'>) => void;
  readonly failed: (error: unknown) => void;
}

export class QueueGatherer {
  readonly #parts: GathererParts;
  /** by category, then by question: the newest of each */
  #news = new Map<string, Map<string, Queued>>();
  #timer: NodeJS.Timeout | null = null;

  constructor(parts: GathererParts) {
    this.#parts = parts;
  }

  add(queued: Queued): void {
    const { id, version, categoryId, queue } = queued.question;
    // any other step of it is not shown; one that is told late, with a later step, is found by the beat
    if (queue?.version !== version) return;
    const news = this.#news.get(categoryId) ?? new Map<string, Queued>();
    this.#news.set(categoryId, news);
    if ((news.get(id)?.question.version ?? 0) < version) news.set(id, queued);
    this.#timer ??= setTimeout(() => {
      this.#tell();
    }, GATHER_MS).unref();
  }

  #tell(): void {
    this.#timer = null;
    const gathered = this.#news;
    this.#news = new Map();
    for (const [category, news] of gathered) {
      try {
        this.#parts.tell(category, { category, ...queueNewsView([...news.values()], this.#parts.now()) });
      } catch (error) {
        this.#parts.failed(error);
      }
    }
  }
}
