import { describe, expect, test } from 'vitest';
import {
  MAY,
  may,
  mayByOffer,
  mayByPart,
  mayKnowFlag,
  receiverOf,
  relationTo,
  relationsTo,
} from '../../src/domain/access.ts';
import type { Asker, Permission } from '../../src/domain/access.ts';
import type { Offer } from '../../src/domain/offer.ts';
import { OFFER_STATES } from '../../src/domain/offer.ts';
import type { Payment } from '../../src/domain/payment.ts';
import { deliverersOf } from '../../src/domain/private-info.ts';
import type { Question } from '../../src/domain/question.ts';
import { MINUTE, START, ada, ask, at, ben, customer, draft, offered, proposed } from './examples.ts';

const expert = (id: string, categories = ['computer']): Asker => ({ id, role: 'expert', categories });
const PEOPLE = {
  customer: { id: customer.id, role: 'customer', categories: [] },
  otherCustomer: { id: 'u_other', role: 'customer', categories: [] },
  ada: expert(ada.id),
  adaElsewhere: expert(ada.id, ['medicine']),
  ben: expert(ben.id),
  benElsewhere: expert(ben.id, ['medicine']),
  admin: { id: 'u_care', role: 'admin', categories: [] },
} as const satisfies Record<string, Asker>;
type Who = keyof typeof PEOPLE;

const PERMISSIONS = [...new Set(Object.values(MAY).flatMap((row) => Object.keys(row) as Permission[]))];

/** What each of them may; who is not in it may nothing. */
function each(allows: (asker: Asker, permission: Permission) => boolean): Partial<Record<Who, string>> {
  const rows = (Object.keys(PEOPLE) as Who[]).map((who): [Who, string] => {
    return [who, PERMISSIONS.filter((permission) => allows(PEOPLE[who], permission)).join(' ')];
  });
  return Object.fromEntries(rows.filter(([, permissions]) => permissions !== ''));
}

describe('what a question allows', () => {
  const rights = (question: Question, now = START) =>
    each((asker, permission) => may(asker, permission, question, now));
  const open: Question = { ...draft, state: 'open', postedAt: START };
  const claimed = ask(open, { type: 'claim', expert: ada }).next;
  const answered = ask(claimed, { type: 'answer', expert: ada, at: START }).next;
  const holds = 'find get follow read dispute';
  const sides = { customer: 'find get follow read see decide', admin: `${holds} see` };

  test('2.1 nobody but its customer and admins know of a draft', () => {
    expect(rights(draft)).toEqual(sides);
  });

  test('2.2 experts of its category find an open question, and are not in its conversation', () => {
    expect(rights(open)).toEqual({ ...sides, ada: 'find get dispute', ben: 'find get dispute' });
  });

  test('2.3 who has claimed or answered it is in the conversation, also when the category was taken away', () => {
    const held = { ...sides, ada: holds, adaElsewhere: holds, ben: 'find get dispute' };
    expect(rights(claimed)).toEqual(held);
    expect(rights(answered)).toEqual(held);
    expect(rights(ask(answered, { type: 'close', by: 'customer' }).next)).toEqual(held);
  });

  test('2.2 a claim whose time is over is none, also before a worker has looked', () => {
    const found = 'find get dispute';
    const lapsed = { ...sides, ada: found, adaElsewhere: found, ben: found };
    expect(rights(claimed, at(15 * MINUTE))).toEqual(lapsed);
    expect(rights(answered, at(15 * MINUTE))).toMatchObject({ ada: holds });
  });

  test('what each is to it', () => {
    const named = (question: Question) =>
      Object.fromEntries(Object.entries(PEOPLE).map(([who, asker]) => [who, relationTo(asker, question, START)]));
    expect(named(claimed)).toEqual({
      ...{ customer: 'customer', otherCustomer: null, admin: 'admin' },
      ...{ ada: 'holder', adaElsewhere: 'holder', ben: 'colleague', benElsewhere: null },
    });
  });
});

const paying = (state: Payment['state'], change: Partial<Offer> = {}): Offer => ({
  ...offered,
  requestedAt: START,
  ...change,
  payment: { ...offered.payment, state },
});
const accepted = paying('captured', { state: 'accepted', acceptedBy: ada });

describe('what an offer allows', () => {
  const rights = (offer: Offer, now = START) => each((asker, permission) => mayByOffer(asker, permission, offer, now));
  const own = 'find get follow read see decide';
  const cares = 'find get follow read dispute see';
  const known = 'see see_request win';

  test('5.3 one that nobody has accepted is its customer’s and for admins to see', () => {
    expect(rights(offered)).toEqual({ customer: own, admin: cares });
  });

  test('8.1 the expert who has offered it answers for it, whatever their category; nobody else sees it', () => {
    expect(rights(proposed)).toEqual({
      ...{ customer: own, admin: cares },
      ...{ ada: 'see answer_for', adaElsewhere: 'see answer_for' },
    });
  });

  test('6.1 a request is known to the expert whom it is kept for, and to all of the category from the instant on', () => {
    const kept = paying('authorised', { state: 'reserved', reservedFor: ada.id, reservedUntil: at(MINUTE) });
    const care = { customer: own, admin: `${cares} see_request report` };
    expect(rights(kept)).toEqual({ ...care, ada: known });
    expect(rights(kept, at(MINUTE))).toEqual({ ...care, ada: known, ben: known });
  });

  test('6.3 who may take an open request reads the conversation; who has lost the category does not', () => {
    const open = paying('authorised', { state: 'open', reservedFor: ada.id, generation: 1 });
    expect(rights(open)).toEqual({
      ...{ customer: own, admin: `${cares} see_request report` },
      ...{ ada: `read ${known}`, ben: `read ${known}` },
    });
  });

  test('6.7 who delivers reads the question, reports, and keeps that without the category', () => {
    const delivers = 'get read dispute box see see_request report win';
    const {
      ada: winner,
      adaElsewhere,
      ben: colleague,
      customer: payer,
      admin,
    } = rights({ ...accepted, generation: 1 });
    expect(winner?.split(' ').toSorted()).toEqual(delivers.split(' ').toSorted());
    expect(adaElsewhere).toBe(winner);
    expect(colleague).toBe(known);
    expect(payer?.split(' ')).toContain('box');
    expect(admin?.split(' ')).toContain('box');
    expect(rights({ ...accepted, generation: 1 })).not.toHaveProperty('benElsewhere');
  });

  test('8.2 an accepted offer of an expert is delivered and answered for by them, and is no request', () => {
    const paid: Offer = { ...proposed, state: 'accepted', acceptedBy: ada, payment: accepted.payment };
    const { ada: winner, admin } = rights(paid);
    expect(winner?.split(' ').toSorted()).toEqual('answer_for box dispute get read see'.split(' '));
    expect(admin).not.toContain('report');
  });

  test('who won it may, in each state, read what is there to be delivered', () => {
    const reads = OFFER_STATES.filter((state) => rights({ ...accepted, state }).adaElsewhere?.includes('read'));
    expect(OFFER_STATES.filter((state) => !reads.includes(state))).toEqual(['reserved', 'open', 'payment_failed']);
    const refunded = rights(paying('refunded', { state: 'refunded', acceptedBy: ada }));
    expect(refunded.adaElsewhere).toBe('see see_request report win');
  });

  test('which of its views they get', () => {
    const views = Object.values(PEOPLE).map((asker) => receiverOf(asker, accepted));
    expect(views).toEqual(['customer', 'customer', 'deliverer', 'deliverer', 'expert', 'expert', 'admin']);
    expect(relationsTo(PEOPLE.ada, { ...accepted, generation: 1 }, START)).toEqual(['winner', 'asked']);
  });
});

test('9.2 flags are for admins, and for who has set them', () => {
  const flag = { by: { ...ada, role: 'expert' }, reason: 'abuse', at: START } as const;
  const knowing = Object.entries(PEOPLE).filter(([, asker]) => mayKnowFlag(asker, flag));
  expect(knowing.map(([who]) => who)).toEqual(['ada', 'adaElsewhere', 'admin']);
});

describe('10.1 who has had a part', () => {
  const question: Question = {
    ...draft,
    state: 'open',
    history: (['claim', 'answer', 'release'] as const).map((what, index) => ({
      what,
      by: { ...ben, role: 'expert' },
      at: at(index),
    })),
  };
  const rights = (record: Question) =>
    each((asker, permission) => mayByPart(asker, permission, record, [{ ...accepted, generation: 1 }], START));

  test('who has answered, or was paid to deliver, disputes it after having left; nobody else does', () => {
    expect(rights(question).benElsewhere).toBe('dispute');
    expect(rights({ ...question, history: [] })).not.toHaveProperty('benElsewhere');
    expect(rights(question)).not.toHaveProperty('otherCustomer');
  });

  test('2.1 whatever they had, a draft is nothing to experts', () => {
    expect(Object.keys(rights({ ...question, state: 'draft' }))).toEqual(['customer', 'admin']);
  });
});

describe('9.1 who may know of the private information box', () => {
  const open: Question = { ...draft, state: 'open' };
  const asking: Asker[] = [PEOPLE.customer, PEOPLE.otherCustomer, expert(ada.id, []), expert(ben.id, []), PEOPLE.admin];
  const know = (offers: readonly Offer[]) =>
    asking.filter((asker) => mayByPart(asker, 'box', open, offers, START)).map(({ id }) => id);

  test('9.1 nobody before a premium service was accepted', () => {
    expect(know([])).toEqual([]);
    for (const state of ['none', 'authorising', 'authorised', 'declined', 'capture_failed'] as const) {
      expect(know([paying(state)])).toEqual([]);
      expect(know([paying(state, { state: 'capturing', acceptedBy: ada })])).toEqual([]);
    }
  });

  test('9.1 its customer, the expert who delivers, and admins, whatever becomes of the report', () => {
    for (const state of ['accepted', 'report_overdue', 'fulfilled', 'unfulfilled'] as const) {
      expect(know([{ ...accepted, state }])).toEqual([customer.id, ada.id, 'u_care']);
    }
  });

  test('7.1, 9.1 requested again, it is its customer’s alone; then the next expert’s and no more the first one’s', () => {
    expect(know([{ ...accepted, state: 'open', acceptedBy: null }])).toEqual([customer.id, 'u_care']);
    expect(know([{ ...accepted, acceptedBy: ben }])).toEqual([customer.id, ben.id, 'u_care']);
  });

  test('9.1 nobody once the money is given back', () => {
    expect(know([paying('refunded', { state: 'refunded', acceptedBy: ada })])).toEqual([]);
    expect(know([paying('released', { state: 'withdrawn' })])).toEqual([]);
  });

  test('9.1 of two services both experts deliver, each named once', () => {
    const other = { ...accepted, id: 'of_2', acceptedBy: ben };
    expect(deliverersOf([accepted, other, { ...accepted, id: 'of_3' }, paying('refunded')])).toEqual([ada.id, ben.id]);
    expect(know([accepted, other])).toEqual([customer.id, ada.id, ben.id, 'u_care']);
  });
});
