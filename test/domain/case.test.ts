// Rule 10.1: what can happen to a case.
import { describe, expect, test } from 'vitest';
import {
  CASE_KINDS,
  CASE_STATES,
  CASE_TRANSITIONS,
  RESOLUTIONS,
  dueCase,
  newCase,
  openedEffects,
} from '../../src/domain/case.ts';
import { stepCase } from '../../src/domain/case.ts';
import type { Case, CaseEvent, CaseEventType, CaseState } from '../../src/domain/case.ts';
import { Refusal } from '../../src/domain/errors.ts';
import { SYSTEM } from '../../src/domain/message.ts';
import { isRepeatedOnCase } from '../../src/domain/repeated.ts';
import { HOUR, START, at, customer, effectsOf, frozen, owed, policy, refusal, refusedWith } from './examples.ts';

const care = { id: 'u_care', name: 'Care', role: 'admin' } as const;
const other = { id: 'u_other', name: 'Otto', role: 'admin' } as const;
const wanted = {
  key: 'refund-of_1-1',
  kind: 'refund',
  questionId: 'q_1',
  offerId: 'of_1',
  seq: null,
  openedBy: { ...customer, role: 'customer' },
  reason: 'Nobody came.',
} as const;
const about = { subject: 'My printer is offline', customer, clientId: 'client-id-1' };
const opened: Case = newCase('cs_1', wanted, about, START, policy);

const assign = (to: Case['assignee'] = care, by = care): CaseEvent => ({ type: 'assign', by, to });
const note = (clientId = 'note-id-1', by: typeof care | typeof other = care): CaseEvent => ({
  ...{ type: 'note', by, clientId },
  text: 'Called them.',
});
const overdue: CaseEvent = { type: 'overdue' };
const resolve = (resolution: 'grant' | 'refuse' | 'dismissed', clientId: string | null = null): CaseEvent => ({
  ...{ type: 'resolve', by: care, resolution, clientId },
  comment: 'It was delivered.',
});

function walk(found: Case, ...events: readonly CaseEvent[]) {
  let outcome: ReturnType<typeof stepCase> | null = null;
  let record = frozen(found);
  for (const event of events) {
    outcome = isRepeatedOnCase(record, event) ? null : stepCase(record, frozen(event), at(24 * HOUR));
    record = frozen(outcome?.next ?? record);
  }
  return { record, outcome };
}
/** The last step, which must have changed something. */
const step = (found: Case, ...events: readonly CaseEvent[]) => walk(found, ...events).outcome!;

test('10.1 a new case is open, nobody’s, and has a day', () => {
  expect(opened).toEqual({
    ...wanted,
    ...about,
    id: 'cs_1',
    version: 1,
    state: 'open',
    openedAt: START,
    respondBy: at(24 * HOUR),
    overdue: false,
    assignee: null,
    notes: [],
    history: [{ what: 'opened', by: wanted.openedBy, at: START, to: null }],
    resolved: null,
    dueAt: at(24 * HOUR),
  });
});

test('10.1 every kind can end, and every state takes just what its table says', () => {
  for (const kind of CASE_KINDS) expect(RESOLUTIONS[kind].length).toBeGreaterThan(1);
  const table: Record<CaseState, Partial<Record<CaseEventType, readonly CaseState[]>>> = CASE_TRANSITIONS;
  const examples: Record<CaseState, Case> = { open: opened, resolved: walk(opened, resolve('refuse')).record };
  for (const state of CASE_STATES) {
    for (const event of [assign(), note(), overdue, resolve('grant')]) {
      const targets = table[state][event.type];
      try {
        expect(targets).toContain(step(examples[state], event).next.state);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        expect([state, event.type, targets, error.code]).toEqual([
          state,
          event.type,
          undefined,
          'conflict.case_resolved',
        ]);
      }
    }
  }
});

describe('10.1 who works on it', () => {
  test('10.1 is noted, and told', () => {
    const { next, effects } = step(opened, assign());
    expect(next).toMatchObject({ version: 2, assignee: care, dueAt: opened.dueAt });
    expect(next.history[1]).toEqual({ what: 'assigned', by: care, at: at(24 * HOUR), to: care });
    expect(effects).toEqual([{ type: 'changed' }]);
    expect(step(next, assign(null)).next.assignee).toBeNull();
  });

  test('10.1 the same again changes nothing', () => {
    expect(walk(opened, assign(), assign()).outcome).toBeNull();
    expect(walk(opened, assign(null)).outcome).toBeNull();
  });
});

test('10.1 a note is kept once, also on a resolved case', () => {
  const { record } = walk(opened, note(), note(), note('note-id-1', other), resolve('refuse'), note('note-id-2'));
  expect(record.notes.map(({ by, clientId }) => [by.id, clientId])).toEqual([
    [care.id, 'note-id-1'],
    [other.id, 'note-id-1'],
    [care.id, 'note-id-2'],
  ]);
  expect(record.history.map(({ what }) => what)).toEqual(['opened', 'noted', 'noted', 'resolved', 'noted']);
});

test('10.1 what is not resolved in time is told to admins, once', () => {
  expect(dueCase(opened, at(24 * HOUR - 1))).toBeNull();
  expect(dueCase(opened, at(24 * HOUR))).toEqual(overdue);
  const outcome = step(opened, overdue);
  expect(outcome.next).toMatchObject({ overdue: true, state: 'open', dueAt: null });
  expect(outcome.next.history[1]).toMatchObject({ what: 'overdue', by: SYSTEM });
  expect(owed(outcome)).toEqual([
    {
      type: 'mail_admins',
      key: `case-overdue-q_1-refund-${at(24 * HOUR)
        .toISOString()
        .slice(0, 10)}`,
      template: 'care_case_overdue',
      params: { questionId: 'q_1', subject: 'My printer is offline', kind: 'refund' },
    },
  ]);
  expect(refusedWith(() => stepCase(opened, overdue, at(HOUR)))).toBe('conflict.stale');
  expect(walk(opened, resolve('dismissed')).record.dueAt).toBeNull();
});

describe('8.4 the decision about a refund', () => {
  test('8.4 granted: the refund is owed with the decision', () => {
    const outcome = step(opened, resolve('grant'));
    expect(outcome.next).toMatchObject({
      state: 'resolved',
      resolved: { resolution: 'grant', comment: 'It was delivered.', by: care, at: at(24 * HOUR), clientId: null },
    });
    expect(owed(outcome)).toEqual([{ type: 'refund_granted', asked: 0 }]);
  });

  test('8.4 refused: the customer is told why', () => {
    const outcome = step(opened, resolve('refuse'));
    const params = { questionId: 'q_1', subject: 'My printer is offline', reason: 'It was delivered.' };
    expect(effectsOf(outcome, 'notice')).toEqual([{ type: 'notice', to: customer.id, code: 'refund.refused', params }]);
    expect(effectsOf(outcome, 'mail')).toMatchObject([{ to: customer.id, template: 'refund_refused', params }]);
  });

  test('8.4 dismissed: who asked hears that nothing more comes of it, and nobody else does', () => {
    const params = { questionId: 'q_1', subject: 'My printer is offline' };
    const told = { type: 'notice', to: customer.id, code: 'refund.dismissed', params };
    expect(owed(step(opened, resolve('dismissed')))).toEqual([told]);
    const byCare = newCase('cs_4', { ...wanted, openedBy: care }, about, START, policy);
    expect(owed(step(byCare, resolve('dismissed')))).toEqual([]);
  });

  test('8.4 there is one decision: the same click again changes nothing, another one is refused', () => {
    const { record } = walk(opened, resolve('grant', 'client-id-2'));
    expect(walk(record, resolve('grant', 'client-id-2')).outcome).toBeNull();
    for (const event of [resolve('grant'), resolve('refuse', 'client-id-3'), assign()]) {
      expect(refusal(() => stepCase(record, event, START))).toEqual({
        code: 'conflict.case_resolved',
        details: { state: 'resolved', resolution: 'grant' },
      });
    }
  });
});

test('2.5 a low rating that is paid after all owes the value, one that stands a word to its expert', () => {
  const low = newCase('cs_2', { ...wanted, kind: 'low_rating' }, about, START, policy);
  const pay: CaseEvent = { type: 'resolve', by: care, resolution: 'pay', comment: null, clientId: null };
  expect(owed(step(low, pay))).toEqual([{ type: 'value_granted' }]);
  expect(owed(step(low, { ...pay, resolution: 'dismissed' }))).toEqual([{ type: 'rating_upheld' }]);
  const flagged = newCase('cs_3', { ...wanted, kind: 'personal_information' }, about, START, policy);
  expect(owed(step(flagged, { ...pay, resolution: 'dismissed' }))).toEqual([]); // tells nobody
});

test('8.4, 10.1 who asks for a decision hears that it is on its way and until when; nobody else does', () => {
  const expert = { id: 'u_ada', name: 'Ada', role: 'expert' } as const;
  const mailOf = (kind: Case['kind'], openedBy: Case['openedBy']) =>
    openedEffects(newCase('cs_3', { ...wanted, kind, openedBy }, about, START, policy)).filter(
      ({ type }) => type === 'mail',
    );
  const { respondBy } = opened;
  const params = { questionId: 'q_1', subject: 'My printer is offline', until: respondBy.toISOString() };
  const mail = { type: 'mail', key: 'case-received-cs_3', params, ifAway: false };
  const asker = { ...customer, role: 'customer' } as const;
  expect(mailOf('refund', asker)).toEqual([{ ...mail, to: customer.id, template: 'refund_received' }]);
  expect(mailOf('payout_dispute', expert)).toEqual([{ ...mail, to: expert.id, template: 'dispute_received' }]);
  for (const kind of CASE_KINDS) expect(mailOf(kind, SYSTEM)).toEqual([]);
  expect(mailOf('low_rating', asker)).toEqual([]);
});
