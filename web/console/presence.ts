// 6.1: whether the expert is available, as the server says it; and to the server, whether anybody looks at this page.

import { computed, effect, signal, untracked } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';
import type { Parley } from '../client/index.ts';
import { saySeen } from '../client/presence.ts';
import type { SeenLine } from '../client/presence.ts';
import type { Availability } from '../client/protocol.ts';

export class Presence {
  readonly #parley: Parley;
  /** newer than what the account said when it was asked; whose it is, too: in the same page somebody else may sign in */
  readonly #heard = signal<(Availability & { readonly userId: string }) | null>(null);

  constructor(parley: Parley) {
    this.#parley = parley;
    parley.on('presence.changed', (light) => {
      if ('version' in light && light.userId === parley.user.peek()?.id) this.#heard.value = light;
    });
    const isExpert = computed(() => parley.user.value?.role === 'expert');
    const line: SeenLine = {
      get status() {
        return parley.status.peek();
      },
      call: (name, input) => parley.call(name, input),
      onStatus: (hear) => parley.status.subscribe(hear),
    };
    effect(() => (isExpert.value ? untracked(() => saySeen(line, document)) : undefined));
  }

  readonly state: ReadonlySignal<Availability | null> = computed(() => {
    const me = this.#parley.user.value;
    const known = me?.presence ?? null;
    const heard = this.#heard.value?.userId === me?.id ? this.#heard.value : null;
    return known === null || (heard !== null && heard.version > known.version) ? heard : known;
  });

  /** Its event tells all pages of the expert, this one among them. @throws ParleyError */
  async choose(state: Availability['state']): Promise<void> {
    await this.#parley.call('presence.set', { state });
  }
}
