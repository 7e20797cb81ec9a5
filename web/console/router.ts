// Which view an address means, and the other way round. Few addresses, so no library: links are links, and going somewhere is a signal.

import { signal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';

export type Tab = 'queue' | 'mine' | 'requests';

export type Place =
  | { readonly view: 'home'; readonly tab: Tab }
  /** `tab`: the list that stands beside it */
  | { readonly view: 'question'; readonly questionId: string; readonly tab: Tab }
  /** `/requests/:id`, where its letters lead (6.3) */
  | { readonly view: 'request'; readonly requestId: string }
  | { readonly view: 'earnings' | 'notices' | 'settings' }
  | { readonly view: 'nowhere' };

/** Where the console is, in the folder of its server. */
const OWN = /^(.*?)(\/(?:expert|requests)(?:\/.*)?)$/;

export class Router {
  /** "" or "/help/chat" */
  readonly folder: string;
  readonly #place;
  #hasMoved = false;

  constructor() {
    this.folder = OWN.exec(location.pathname)?.[1] ?? '';
    this.#place = signal(this.#read());
    window.addEventListener('popstate', () => this.#move(this.#read()));
  }

  get place(): ReadonlySignal<Place> {
    return this.#place;
  }

  /** from where the page was opened */
  get hasMoved(): boolean {
    return this.#hasMoved;
  }

  /** For links: the address of a view. */
  href(place: Place): string {
    return `${this.folder}${pathOf(place)}`;
  }

  /** `instead`: of the place that is left, so that there is no way back to it. */
  go(place: Place, { instead = false } = {}): void {
    const href = this.href(place);
    if (href !== location.pathname) history[instead ? 'replaceState' : 'pushState'](null, '', href);
    this.#move(place);
  }

  #move(place: Place): void {
    this.#hasMoved = true;
    this.#place.value = place;
  }

  #read(): Place {
    return placeOf(location.pathname.slice(this.folder.length));
  }
}

function pathOf(place: Place): string {
  if (place.view === 'request') return `/requests/${encodeURIComponent(place.requestId)}`;
  if (place.view === 'settings' || place.view === 'earnings' || place.view === 'notices')
    return `/expert/${place.view}`;
  if (place.view === 'question') return `/expert/${place.tab}/${encodeURIComponent(place.questionId)}`;
  if (place.view === 'home' && place.tab !== 'queue') return `/expert/${place.tab}`;
  return '/expert';
}

function placeOf(path: string): Place {
  const [, first, tab = 'queue', id = ''] = path.replace(/\/+$/, '').split('/');
  if (first === 'requests') return { view: 'request', requestId: decoded(tab) };
  if ((tab === 'settings' || tab === 'earnings' || tab === 'notices') && id === '') return { view: tab };
  if (tab !== 'queue' && tab !== 'mine' && tab !== 'requests') return { view: 'nowhere' };
  if (tab === 'requests' && id !== '') return { view: 'nowhere' };
  return id === '' ? { view: 'home', tab } : { view: 'question', tab, questionId: decoded(id) };
}

/** What is not encoded as it should be leads nowhere by itself. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
