// Requests that are kept for the expert who looks, wherever they stand in the list.
import { signal } from '@preact/signals';
import { expect, test } from 'vitest';
import type { Parley } from '../../web/client/index.ts';
import type { RequestEntry } from '../../web/client/protocol.ts';
import { Requests } from '../../web/console/requests/requests.ts';

const entry = (change: Partial<RequestEntry> = {}): RequestEntry => ({
  ...{ id: 'of_0', version: 2, questionId: 'q_0', origin: 'automatic', description: '', state: 'reserved' },
  ...{
    service: { key: 'remote_assistance', title: 'Secure Remote Assistance' },
    price: { amount: 1, currency: 'USD' },
  },
  ...{ reservedFor: 'u_ada', reservedUntil: '2026-01-01T00:05:00.000Z', shownAt: '2026-01-01T00:00:00.000Z' },
  ...{ requestedAt: null, expiresAt: null, acceptedBy: null, acceptedAt: null, reportDueAt: null },
  ...{ prefix: '[Requested]', subject: 'My printer', category: 'printer', preview: null, postedAt: null },
  ...change,
});

/** Whose list is a page of newer ones, behind which there are others. */
function opened() {
  const heard: ((body: RequestEntry) => void)[] = [];
  const list = { items: signal<readonly RequestEntry[]>([]), release: () => undefined };
  // as much of it as is used here
  const parley = {
    list: { requests: () => list },
    on: (_: string, hear: (body: RequestEntry) => void) => (heard.push(hear), () => undefined),
    status: signal('connecting'),
    user: signal({ id: 'u_ada' }),
  } as unknown as Parley;
  return { requests: new Requests(parley), hear: (body: RequestEntry) => heard.forEach((one) => one(body)) };
}

test('6.1 one that is kept for the expert is shown also where the list has not come so far', () => {
  const { requests, hear } = opened();
  hear(entry());
  expect(requests.waiting.value.map(({ id }) => id)).toEqual(['of_0']);
  hear(entry({ id: 'of_1', reservedFor: 'u_ben' }));
  hear(entry({ id: 'of_2', state: 'open', reservedFor: null }));
  expect(requests.waiting.value).toHaveLength(1);
  requests.release();
});
