// What a client knows, whatever comes late, twice or in the wrong order.
import { expect, test } from 'vitest';
import { Known } from '../../web/client/known.ts';
import { spoken } from '../../web/client/spoken.ts';
import type { Case, Message, Offer, Question } from '../../web/client/protocol.ts';

const at = '2026-01-01T00:00:00.000Z';
const value = { amount: 1_000, currency: 'USD' };
const cora = { id: 'u_cora', name: 'Cora' };
const ada = { id: 'u_ada', name: 'Ada' };
const ben = { id: 'u_ben', name: 'Ben' };

const question = (version: number, more: Partial<Question> = {}): Question => ({
  ...{ id: 'q_1', version, state: 'claimed', category: 'computer', subject: 'It is dark', body: 'Very.', value },
  ...{ customer: cora, expert: ada, lockedUntil: null, lastSeq: 0, ratingEnabled: false, rating: null },
  ...{ offerAvailableAt: null, postedAt: at, closedAt: null },
  ...more,
});

const offer = (version: number, more: Partial<Offer> = {}): Offer => ({
  ...{ id: 'of_1', version, questionId: 'q_1', origin: 'automatic', service: { key: 'call', title: 'A call' } },
  ...{
    description: 'By telephone.',
    price: value,
    state: 'offered',
    shownAt: at,
    reservedFor: null,
    reservedUntil: null,
  },
  ...{ requestedAt: null, expiresAt: null, acceptedBy: null, acceptedAt: null, reportDueAt: null },
  ...more,
});

const line = (seq: number, more: Partial<Message> = {}): Message => ({
  ...{ questionId: 'q_1', seq, clientId: `client-${seq}`, kind: 'message', body: `line ${seq}`, attachments: [] },
  ...{ by: { ...cora, role: 'customer' }, at, redacted: false },
  ...more,
});

/** Follows the question from its first line on. */
function following(): Known {
  const known = new Known();
  known.hear('question.changed', question(1));
  known.follow('q_1');
  return known;
}

const bodies = (known: Known) => known.follow('q_1').shown.map(({ body }) => body);

test('an event that is older than what is known, or the same again, changes nothing', () => {
  const known = new Known();
  expect(known.hear('question.changed', question(3, { state: 'answered' }))).toBe(true);
  expect(known.hear('question.changed', question(2))).toBe(false);
  expect(known.hear('question.changed', question(3, { state: 'open' }))).toBe(false);
  expect(known.questions.get('q_1')?.state).toBe('answered');

  expect(known.hear('offer.changed', offer(2, { state: 'declined' }))).toBe(true);
  expect(known.hear('offer.changed', offer(1))).toBe(false);
  expect(known.offers.get('of_1')?.state).toBe('declined');

  const changed = (version: number) => ({ id: 'c_1', version }) as Case;
  expect(known.hear('case.changed', changed(2))).toBe(true);
  expect(known.hear('case.changed', changed(1))).toBe(false);

  const box = (version: number) => ({ questionId: 'q_1', version, by: cora, at });
  expect(known.hear('private-info.changed', box(2))).toBe(true);
  expect(known.hear('private-info.changed', box(1))).toBe(false);
  expect(known.privateInfo.get('q_1')?.version).toBe(2);
});

test('a request of the Request Center is an offer as well, and both events of one version leave both', () => {
  const known = new Known();
  const entry = { ...offer(2, { state: 'open' }), prefix: 'Call', subject: 'It is dark', category: 'computer' };
  known.hear('offer.changed', offer(2, { state: 'open' }));
  expect(known.hear('request.changed', entry)).toBe(true);
  expect(known.hear('request.changed', entry)).toBe(false);
  expect(known.requests.get('of_1')?.prefix).toBe('Call');
  expect(known.offers.get('of_1')?.state).toBe('open');
  // customers get the offer by both names
  expect(known.hear('request.changed', offer(3, { state: 'accepted' }))).toBe(true);
  expect(known.offers.get('of_1')?.state).toBe('accepted');
});

test('11.1 what is told to many in all languages each hears in their own, and English while nobody knows which', () => {
  const words = (text: string) => ({ en: text, de: `${text} (de)`, es: `${text} (es)` });
  const news = {
    ...offer(2, { state: 'open' }),
    ...{ service: { key: 'phone_call', title: words('Call') }, description: words('A call.'), prefix: words('[Call]') },
    ...{ subject: 'It is dark', category: 'computer' },
  };
  const heard = (locale?: 'de') => spoken('request.changed', news, () => locale);
  expect(heard('de')).toEqual({
    ...news,
    ...{ service: { key: 'phone_call', title: 'Call (de)' }, description: 'A call. (de)', prefix: '[Call] (de)' },
  });
  expect(heard()).toMatchObject({ prefix: '[Call]', description: 'A call.' });
  const { prefix: _, ...plain } = news; // no entry of the Request Center
  expect(spoken('offer.changed', plain, () => 'es')).toMatchObject({ service: { title: 'Call (es)' } });
  expect(spoken('offer.changed', plain, () => 'es')).not.toHaveProperty('prefix');
  // what is told to one person is in their language already, and nothing else is touched
  const own = offer(2, { state: 'open' });
  expect(spoken('offer.changed', own, () => 'de')).toBe(own);
  expect(spoken('message.created', news, () => 'de')).toBe(news);
});

test('lines come in order, once, and wait for those that are missing', () => {
  const known = following();
  expect(known.hear('message.created', line(1))).toBe(true);
  expect(known.hear('message.created', line(1))).toBe(false);
  expect(known.hear('message.created', line(3))).toBe(true);
  expect(known.hear('message.created', line(3))).toBe(false);
  expect(bodies(known)).toEqual(['line 1']);
  expect(known.follow('q_1').isBehind).toBe(true);
  known.hear('message.created', line(2));
  expect(bodies(known)).toEqual(['line 1', 'line 2', 'line 3']);
  expect(known.follow('q_1').isBehind).toBe(false);
  expect(known.questions.get('q_1')?.lastSeq).toBe(3);
});

test('a question of the same version that has more lines by now is heard of, and never has fewer again', () => {
  const known = new Known();
  known.hear('question.changed', question(2, { lastSeq: 4 }));
  known.takeQuestion(question(2, { lastSeq: 6 }));
  known.takeQuestion(question(3, { lastSeq: 5, state: 'answered' }));
  expect(known.questions.get('q_1')).toMatchObject({ version: 3, lastSeq: 6, state: 'answered' });
});

test('what was redacted is never read again, in whatever order it comes', () => {
  const known = following();
  const redacted = line(2, { body: '', redacted: true });
  known.hear('message.created', line(1));
  // the redaction overtakes the line, which is then read by an answer that was on its way
  expect(known.hear('message.changed', redacted)).toBe(true);
  expect(known.hear('message.created', line(2))).toBe(false);
  expect(bodies(known)).toEqual(['line 1', '']);
  expect(known.hear('message.changed', line(1, { body: '', redacted: true }))).toBe(true);
  expect(known.hear('message.created', line(1))).toBe(false);
  expect(bodies(known)).toEqual(['', '']);
});

test('flags are added and stay, also when the line is redacted; warnings come with an answer and go with the text', () => {
  const known = following();
  const flagged: Message['flagged'] = [{ by: { ...ada, role: 'expert' }, reason: 'abuse', at }];
  const warnings: Message['warnings'] = [{ kind: 'phone', start: 0, end: 4, hint: 'Not here.' }];
  known.hear('message.created', line(1));
  expect(known.hear('message.changed', line(1, { flagged, warnings }))).toBe(true);
  expect(known.hear('message.created', line(1))).toBe(false);
  expect(known.follow('q_1').shown).toEqual([line(1, { flagged, warnings })]);
  known.hear('message.changed', line(1, { body: '', redacted: true }));
  expect(known.follow('q_1').shown).toEqual([line(1, { body: '', redacted: true, flagged })]);
});

test('marks only move forward, and are those of the two sides of the moment', () => {
  const known = new Known();
  const read = (by: typeof cora, seq: number) => known.hear('read.changed', { questionId: 'q_1', by, seq });
  known.hear('question.changed', question(1));
  expect(read(ada, 3)).toBe(true);
  expect(read(ada, 2)).toBe(false);
  expect(read(cora, 1)).toBe(true);
  expect(known.readsOf('q_1')).toEqual([
    { by: cora, seq: 1 },
    { by: ada, seq: 3 },
  ]);
  known.hear('question.changed', question(2, { expert: ben }));
  expect(known.readsOf('q_1')).toEqual([{ by: cora, seq: 1 }]);
});

test('what is not kept says nothing new', () => {
  const known = following();
  expect(known.hear('typing', { questionId: 'q_1', by: { ...ada, role: 'expert' } })).toBe(false);
  expect(known.hear('notice', { code: 'question.closed', params: {}, text: 'Closed.' })).toBe(false);
  expect(known.hear('message.created', line(1, { questionId: 'q_of_others' }))).toBe(false);
});

test('a conversation may begin with its newest lines, and those before them are put in front', () => {
  const known = following();
  const lines = known.follow('q_1');
  lines.begin(5);
  known.hear('message.created', line(6));
  expect(lines).toMatchObject({ first: 5, last: 4, isBehind: true });
  known.hear('message.created', line(5));
  expect(bodies(known)).toEqual(['line 5', 'line 6']);
  // a redaction of a line that is not here yet is not forgotten when the line comes
  known.hear('message.changed', line(2, { body: '', redacted: true }));
  expect(bodies(known)).toEqual(['line 5', 'line 6']);
  for (const seq of [2, 3, 4]) lines.take(line(seq));
  expect(bodies(known)).toEqual(['', 'line 3', 'line 4', 'line 5', 'line 6']);
  expect(lines).toMatchObject({ first: 2, last: 6, isBehind: false });
  lines.begin(9);
  expect(lines.first).toBe(2);
});

test('6.1 lights are those of the last word; of oneself the newest version counts, and an absence may end without one', () => {
  const known = new Known();
  const light = { questionId: 'q_1', userId: 'u_ada', online: true };
  expect(known.hear('presence.changed', { ...light, state: 'available' })).toBe(true);
  expect(known.hear('presence.changed', { ...light, state: 'available' })).toBe(false);
  expect(known.hear('presence.changed', { ...light, state: 'away' })).toBe(true);
  expect(known.lights.get('q_1')?.get('u_ada')).toEqual({ online: true, state: 'away' });
  expect(known.own).toBeNull();

  const own = { userId: 'u_ada', version: 2, because: 'chosen', until: at } as const;
  expect(known.hear('presence.changed', { ...own, state: 'away' })).toBe(true);
  expect(known.hear('presence.changed', { userId: 'u_ada', state: 'available', version: 1 })).toBe(false);
  expect(known.own).toEqual({ state: 'away', because: 'chosen', until: at, version: 2 });
  expect(known.hear('presence.changed', { userId: 'u_ada', state: 'available', version: 2 })).toBe(true);
  expect(known.own).toEqual({ state: 'available', version: 2 });
});
