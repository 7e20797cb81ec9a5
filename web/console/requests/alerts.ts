// E5: a request that is kept for the expert makes itself known: by a sound, in the title of the page, and by what the system shows.

import { effect } from '@preact/signals';
import type { RequestEntry } from '../../client/protocol.ts';
import { clock } from '../../kit/clock.ts';
import { money } from '../../kit/money.ts';
import { sound } from '../../kit/sounds.ts';
import type { Console } from '../console.ts';
import type { Requests } from './requests.ts';

const AGAIN_MS = 20_000; // as long as it waits

/** Until the result is called. */
export function alertOf(
  requests: Requests,
  { parley, prefs, texts, locale, announcer, router, alarm }: Console,
): () => void {
  let told: ReadonlySet<string> = new Set();
  let notes: Notification[] = [];
  const tell = (request: RequestEntry) => {
    const { request: words } = texts.peek();
    const { subject, payout } = request;
    const amount = payout === undefined ? '' : money(payout, locale.peek());
    announcer.warn(words.askedSaid(subject, amount));
    if (!prefs.off.peek().has('desktop') && canNotify() && Notification.permission === 'granted') {
      const note = new Notification(words.notification, {
        body: `${subject}\n${words.youEarn(amount)}`,
        tag: request.id,
      });
      note.onclick = () => {
        window.focus();
        router.go({ view: 'request', requestId: request.id });
      };
      notes.push(note);
    }
  };
  const ring = () => {
    if (requests.waiting.peek().length > 0 && !prefs.off.peek().has('sound')) void sound('parley.request.');
  };
  const stopTelling = effect(() => {
    const waiting = requests.waiting.value;
    const fresh = waiting.filter(({ id }) => !told.has(id));
    told = new Set(waiting.map(({ id }) => id));
    if (fresh.length > 0) ring();
    fresh.forEach(tell);
    if (waiting.length === 0) {
      for (const note of notes) note.close();
      notes = [];
    }
  });
  const ringing = setInterval(ring, AGAIN_MS);
  const sayInTitle = () => {
    const until = requests.waiting.value[0]?.reservedUntil ?? '';
    const isOff = until === '' || prefs.off.value.has('title');
    alarm.value = isOff ? '' : texts.value.request.titleAsked(clock(Date.parse(until) - parley.now()));
  };
  const stopTitle = effect(sayInTitle);
  // not with the countdowns, which stand still while nobody looks: this one is read in the list of tabs
  const ticking = setInterval(sayInTitle, 1_000);
  return () => {
    stopTelling();
    stopTitle();
    clearInterval(ticking);
    clearInterval(ringing);
    for (const note of notes) note.close();
    alarm.value = '';
  };
}

/**
 * Chrome on Android knows notifications, may have asked for them, and then refuses each that a page makes: only a service worker's are
 * shown there. Tried with one that cannot be, so that nothing is shown where they are: what it comes with cannot be copied.
 */
export function canNotify(): boolean {
  if (!('Notification' in window)) return false;
  try {
    new Notification('', { data: canNotify }).close();
    return true;
  } catch (error) {
    return error instanceof DOMException && error.name === 'DataCloneError';
  }
}
