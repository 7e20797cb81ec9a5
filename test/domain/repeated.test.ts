// Whoever asks again for what they have already got: who that is, and who is another.
import { expect, test } from 'vitest';
import type { Author } from '../../src/domain/message.ts';
import type { Offer, OfferEvent } from '../../src/domain/offer.ts';
import type { Question, QuestionEvent } from '../../src/domain/question.ts';
import { isRepeatedOnOffer, isRepeatedOnQuestion } from '../../src/domain/repeated.ts';
import { START, ada, ask, ben, customer, draft, move, no, offered, proposed, yes } from './examples.ts';

const expert = (person: typeof ada): Author => ({ ...person, role: 'expert' });
const authorise = { type: 'authorise', method: 'pm_visa' } as const;
const request = (expertId: string | null): OfferEvent => ({ type: 'request', authorisation: 'auth_1', expertId });
const win = (person: typeof ada): OfferEvent => ({ type: 'win', expert: person });
const pass = (person: typeof ada): OfferEvent => ({ type: 'pass', expertId: person.id, author: expert(person) });
const captured: OfferEvent = { type: 'captured' };
const failed = { type: 'capture_failed', reason: 'card_declined' } as const;
const again: OfferEvent = { type: 'request_again' };
const withdraw: OfferEvent = { type: 'withdraw' };
const reportYes = (person = ben): OfferEvent => ({ type: 'report_yes', report: yes, author: expert(person) });
const reportNo = (tries = 3): OfferEvent => ({ type: 'report_no', report: no(tries), author: expert(ben) });
const unable = (reason: string): OfferEvent => ({ type: 'unable', reason });

const opened = [authorise, request(ada.id), pass(ada)] as const;
const won = [...opened, win(ben)] as const;
const accepted = [...won, captured] as const;
const charged = [authorise, { type: 'charge', authorisation: 'auth_1' }, captured] as const;
const offer = (...events: readonly OfferEvent[]) => move(offered, ...events).next;
const proposal = (...events: readonly OfferEvent[]) => move(proposed, ...events).next;

test.each<[string, Offer, OfferEvent, boolean]>([
  ['6.4 the winner, while it is captured', offer(...won), win(ben), true],
  ['6.4 the winner, once it is accepted', offer(...accepted), win(ben), true],
  ['6.4 the winner, after the report', offer(...accepted, reportYes()), win(ben), true],
  ['6.4 another', offer(...accepted), win(ada), false],
  ['6.5 the winner whose capture failed', offer(...won, failed), win(ben), false],
  [
    '7.1 the winner of a request that is open again',
    offer(...accepted, reportNo(), { type: 'request_again' }),
    win(ben),
    false,
  ],
  ['6.2 who has passed', offer(...opened), pass(ada), true],
  ['6.2 who has passed and lost it to another', offer(...accepted), pass(ada), true],
  ['6.2 who has passed and won it after all', offer(...opened, win(ada)), pass(ada), false],
  ['6.2 who was never asked', offer(...opened), pass(ben), false],
  ['5.3 the X', offer({ type: 'decline' }), { type: 'decline' }, true],
  ['5.3 the X on what was accepted', offer(...opened), { type: 'decline' }, false],
  ['6.8 withdrawn', offer(...opened, withdraw), withdraw, true],
  ['7.1 taken back', offer(...accepted, reportNo(), withdraw), withdraw, true],
  ['8.4 refunded by customer care', offer(...accepted, reportYes(), { type: 'refund' }), withdraw, false],
  ['5.3 requested', offer(...opened), authorise, true],
  ['5.3 requested, and accepted since', offer(...accepted), authorise, true],
  ['5.3 requested, and withdrawn since', offer(...opened, withdraw), authorise, false],
  ['6.5 it waits for another card', offer(...won, failed), authorise, false],
  ['7.1 requested again', offer(...accepted, reportNo(), again), again, true],
  ['7.1 requested again, and accepted since', offer(...accepted, reportNo(), again, win(ada)), again, true],
  ['7.1 requested again, and withdrawn since', offer(...accepted, reportNo(), again, withdraw), again, false],
  ['7.1 not requested again', offer(...accepted, reportNo()), again, false],
  ['7.1 taken back instead', offer(...accepted, reportNo(), withdraw), again, false],
  ['8.2 charged', proposal(...charged), authorise, true],
  ['8.2 being charged', proposal(...charged.slice(0, 2)), authorise, true],
  ['8.2 not accepted yet', proposal(), authorise, false],
  ['8.3 the same reason', proposal(...charged, unable('Broken.')), unable('Broken.'), true],
  ['8.3 another reason', proposal(...charged, unable('Broken.')), unable('Ill.'), false],
  ['7.1 the same report', offer(...accepted, reportYes()), reportYes(), true],
  [
    '7.1 the same attempts, counted at another time',
    offer(...accepted, reportNo()),
    { type: 'report_no', report: { ...no(), at: new Date(START.getTime() + 1) }, author: expert(ben) },
    true,
  ],
  ['7.1 one attempt more', offer(...accepted, reportNo()), reportNo(4), false],
  ['7.1 the opposite', offer(...accepted, reportNo()), reportYes(), false],
  ['7.2 the same said by somebody else', offer(...accepted, reportYes()), reportYes(ada), false],
])('offers: %s', (_, record, event, isRepeated) => {
  expect(isRepeatedOnOffer(record, event)).toBe(isRepeated);
});

const posted = [authorise, { type: 'authorised', authorisation: 'auth_1' }] as const;
const claim = (person: typeof ada): QuestionEvent => ({ type: 'claim', expert: person });
const release = (person: typeof ada): QuestionEvent => ({ type: 'release', expertId: person.id });
const close = (author: Author): QuestionEvent => ({ type: 'close', by: 'customer', author });
const cora: Author = { ...customer, role: 'customer' };
const care: Author = { id: 'u_care', name: 'Care', role: 'admin' };
const question = (...events: readonly QuestionEvent[]) => ask(draft, ...events).next;

test.each<[string, Question, QuestionEvent, boolean]>([
  ['2.2 released', question(...posted, claim(ada), release(ada)), release(ada), true],
  [
    '2.2 released, and claimed by another since',
    question(...posted, claim(ada), release(ada), claim(ben)),
    release(ada),
    true,
  ],
  ['2.2 released, and claimed again', question(...posted, claim(ada), release(ada), claim(ada)), release(ada), false],
  ['2.2 never held', question(...posted, claim(ada), release(ada)), release(ben), false],
  ['2.8 closed by its customer', question(...posted, close(cora)), close(cora), true],
  ['2.8 closed by customer care', question(...posted, close(care)), close(cora), false],
  ['2.8 still open', question(...posted), close(cora), false],
  ['2.1 paid', question(...posted), authorise, true],
  ['2.1 not tried yet', draft, authorise, false],
  ['2.1 under way', question(authorise), authorise, false],
])('questions: %s', (_, record, event, isRepeated) => {
  expect(isRepeatedOnQuestion(record, event)).toBe(isRepeated);
});
