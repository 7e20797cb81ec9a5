// What no caller should send, over both transports: the same stable code, the same fields, nothing changed, nothing
// told, and the process lives.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clientId } from '../helpers/client.ts';
import { CANARY, place } from './world.ts';
import type { Answer, Place, Who } from './world.ts';

let here: Place;
let before: string;

beforeAll(async () => {
  here = await place();
  before = await here.dump();
});
afterAll(() => here.close());

type Fields = readonly (readonly [path: string, reason: string, rule?: Readonly<Record<string, number>>])[];

interface Case {
  readonly what: string;
  readonly who?: Who;
  readonly name: string;
  /** JSON text, or what to make it of */
  readonly input: unknown;
  readonly code: string;
  readonly fields?: Fields;
}

/** Filled in when the world stands. */
const QUESTION = '<question>';
const OFFER = '<offer>';
const REQUEST = '<request>';
const CUSTOMER = '<customer>';
const ADA = '<ada>';

const raw = (text: string) => ({ raw: text });
const inputOf = ({ input }: Case): string => {
  const text =
    typeof input === 'object' && input !== null && 'raw' in input ? String(input.raw) : JSON.stringify(input);
  const { question, offer, request, customer, ada } = here.ids;
  return text
    .replaceAll(QUESTION, question)
    .replaceAll(OFFER, offer)
    .replaceAll(REQUEST, request)
    .replaceAll(CUSTOMER, customer)
    .replaceAll(ADA, ada);
};

const posting = (change: object = {}) => ({
  category: 'computer',
  subject: `It does not start ${CANARY}`,
  body: `Only a black screen ${CANARY}`,
  value: { amount: 1_000, currency: 'USD' },
  paymentMethod: 'pm_card_visa',
  clientId: clientId(),
  ...change,
});
const sending = (change: object = {}) => ({ questionId: QUESTION, clientId: clientId(), body: CANARY, ...change });
const creating = (change: object = {}) => ({
  role: 'expert',
  name: 'New',
  email: 'new@example.test',
  password: `${CANARY}-password`,
  categories: ['computer'],
  clientId: clientId(),
  ...change,
});
const texts = { en: 'One', de: 'Eins', es: 'Uno' };
const saving = (change: object = {}) => ({
  id: 'new-one',
  name: texts,
  currency: 'USD',
  services: [{ key: 'phone_call', title: texts, description: texts, suggestedPrice: 1_000 }],
  automaticService: 'phone_call',
  pricePoints: [1_000],
  ...change,
});
const without = (input: object, key: string) =>
  Object.fromEntries(Object.entries(input).filter(([one]) => one !== key));
const nested = (depth: number) => raw(`${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`);
const UNKNOWN_ID = 'q_00000000-0000-7000-8000-000000000000';

const invalid = (what: string, name: string, input: unknown, fields: Fields, who: Who = 'customer'): Case => ({
  ...{ what, who, name, input, fields },
  code: 'input.invalid',
});
const refused = (what: string, who: Who, name: string, input: unknown, code: string): Case => ({
  ...{ what, who, name, input, code },
});

const SHAPES: Case[] = [
  invalid('an unknown field', 'session.get', { extra: CANARY }, [['extra', 'unrecognized_keys']]),
  invalid('an unknown field inside', 'question.post', posting({ value: { amount: 1, currency: 'USD', tip: 1 } }), [
    ['value.tip', 'unrecognized_keys'],
  ]),
  invalid('many unknown fields, each named', 'question.get', { questionId: QUESTION, a: 1, b: 2 }, [
    ['a', 'unrecognized_keys'],
    ['b', 'unrecognized_keys'],
  ]),
  invalid('no fields at all', 'message.send', {}, [
    ['questionId', 'invalid_type'],
    ['clientId', 'invalid_type'],
    ['body', 'invalid_type'],
  ]),
  invalid('a missing field', 'question.post', without(posting(), 'subject'), [['subject', 'invalid_type']]),
  invalid('a missing field inside', 'question.post', posting({ value: { amount: 1_000 } }), [
    ['value.currency', 'invalid_type'],
  ]),
  invalid('a number for a string', 'message.send', sending({ body: 7 }), [['body', 'invalid_type']]),
  invalid('an array for a string', 'message.send', sending({ body: [CANARY] }), [['body', 'invalid_type']]),
  invalid('null for a string', 'message.send', sending({ body: null }), [['body', 'invalid_type']]),
  invalid('a boolean for an id', 'question.get', { questionId: true }, [['questionId', 'invalid_type']]),
  invalid('an array for an object', 'question.post', posting({ value: [1_000, 'USD'] }), [['value', 'invalid_type']]),
  invalid('null for an object', 'question.post', posting({ value: null }), [['value', 'invalid_type']]),
  invalid('a string for an object', 'question.post', posting({ value: '1000 USD' }), [['value', 'invalid_type']]),
  invalid(
    'an object for an array',
    'user.create',
    creating({ categories: { 0: 'computer', length: 1 } }),
    [['categories', 'invalid_type']],
    'care',
  ),
  invalid('a string for a boolean', 'message.send', sending({ confirm: 'true' }), [['confirm', 'invalid_type']]),
  invalid('null for an optional field', 'message.send', sending({ kind: null }), [['kind', 'invalid_value']]),
  invalid('an array as input', 'session.get', [], [['', 'invalid_type']]),
  invalid('null as input', 'session.get', null, [['', 'invalid_type']]),
  invalid('a string as input', 'session.get', CANARY, [['', 'invalid_type']]),
  invalid('a number as input', 'session.get', 7, [['', 'invalid_type']]),
  invalid('an attachment that nobody can send', 'message.send', sending({ attachments: [CANARY] }), [
    ['attachments.0', 'invalid_type'],
  ]),
];

const NUMBERS: Case[] = [
  invalid('a string for a number', 'message.read', { questionId: QUESTION, seq: '1' }, [['seq', 'invalid_type']]),
  invalid('a fraction for an integer', 'message.read', { questionId: QUESTION, seq: 1.5 }, [['seq', 'invalid_type']]),
  invalid('infinity', 'message.read', raw(`{"questionId":"${QUESTION}","seq":1e999}`), [['seq', 'invalid_type']]),
  invalid('minus infinity', 'message.list', raw(`{"questionId":"${QUESTION}","afterSeq":-1e999}`), [
    ['afterSeq', 'invalid_type'],
  ]),
  invalid('a negative number', 'message.read', { questionId: QUESTION, seq: -1 }, [['seq', 'too_small']]),
  invalid('more than any conversation has', 'message.read', { questionId: QUESTION, seq: 1_000_000_000 }, [
    ['seq', 'too_big'],
  ]),
  invalid('no amount', 'question.post', posting({ value: { amount: 0, currency: 'USD' } }), [
    ['value.amount', 'too_small'],
  ]),
  invalid('minus zero', 'question.post', raw(JSON.stringify(posting()).replace('1000', '-0')), [
    ['value.amount', 'too_small'],
  ]),
  invalid('a negative amount', 'question.post', posting({ value: { amount: -1_000, currency: 'USD' } }), [
    ['value.amount', 'too_small'],
  ]),
  invalid('a fraction of a cent', 'question.post', posting({ value: { amount: 10.5, currency: 'USD' } }), [
    ['value.amount', 'invalid_type'],
  ]),
  invalid('a huge amount', 'question.post', posting({ value: { amount: 100_000_001, currency: 'USD' } }), [
    ['value.amount', 'too_big', { maximum: 99_999_999 }],
  ]),
  invalid('more than any card is charged', 'question.post', posting({ value: { amount: 1e8, currency: 'USD' } }), [
    ['value.amount', 'too_big', { maximum: 99_999_999 }],
  ]),
  invalid('less than any card is charged', 'question.post', posting({ value: { amount: 49, currency: 'USD' } }), [
    ['value.amount', 'too_small', { minimum: 50 }],
  ]),
  invalid(
    'an amount that is no safe integer',
    'question.post',
    posting({ value: { amount: 2 ** 53, currency: 'USD' } }),
    [
      ['value.amount', 'too_big'],
      ['value.amount', 'too_big'],
    ],
  ),
  invalid('no stars', 'question.rate', { questionId: QUESTION, stars: 0 }, [['stars', 'too_small']]),
  invalid('six stars', 'question.rate', { questionId: QUESTION, stars: 6 }, [['stars', 'too_big']]),
  invalid('four and a half stars', 'question.rate', { questionId: QUESTION, stars: 4.5 }, [['stars', 'invalid_type']]),
  invalid('an empty page', 'message.list', { questionId: QUESTION, limit: 0 }, [['limit', 'too_small']]),
  invalid('a page that is too long', 'message.list', { questionId: QUESTION, limit: 201 }, [['limit', 'too_big']]),
  invalid(
    'more attempts than anybody makes',
    'request.report',
    { requestId: REQUEST, connected: false, attempts: 1e9 },
    [['attempts', 'too_big']],
    'ada',
  ),
];

const TEXTS: Case[] = [
  invalid('an empty string', 'message.send', sending({ body: '' }), [['body', 'too_small']]),
  invalid('nothing but white space', 'message.send', sending({ body: ' \n\t\u3000\ufeff ' }), [['body', 'too_small']]),
  invalid('too long a message', 'message.send', sending({ body: 'x'.repeat(8_001) }), [['body', 'too_big']]),
  invalid('too long a subject', 'question.post', posting({ subject: 'x'.repeat(201) }), [['subject', 'too_big']]),
  invalid(
    'too long a name',
    'session.visitor',
    { locale: 'en', name: 'x'.repeat(81) },
    [['name', 'too_big']],
    'nobody',
  ),
  invalid('a client id that is too short', 'message.send', sending({ clientId: 'short' }), [['clientId', 'too_small']]),
  invalid('a client id that is too long', 'message.send', sending({ clientId: 'x'.repeat(65) }), [
    ['clientId', 'too_big'],
  ]),
  invalid('a kind that does not exist', 'message.send', sending({ kind: CANARY }), [['kind', 'invalid_value']]),
  invalid(
    'the kind that only the system writes',
    'message.send',
    sending({ kind: 'closed' }),
    [['kind', 'invalid_value']],
    'ada',
  ),
  invalid('a kind that only experts send', 'message.send', sending({ kind: 'answer' }), [['kind', 'experts_only']]),
  invalid('a view that does not exist', 'question.list', { view: 'theirs' }, [['view', 'invalid_value']]),
  invalid('a view of another list', 'request.list', { view: 'mine' }, [['view', 'invalid_value']], 'ada'),
  invalid('a language nobody speaks here', 'category.list', { locale: 'fr' }, [['locale', 'invalid_value']], 'nobody'),
  invalid('no e-mail', 'session.login', { email: CANARY, password: CANARY }, [['email', 'invalid_format']], 'nobody'),
  invalid(
    'an e-mail with a second header',
    'session.visitor',
    raw('{"locale":"en","email":"a@b.test\\r\\nBcc: c@d.test"}'),
    [['email', 'invalid_format']],
    'nobody',
  ),
  invalid(
    'an e-mail of sixty thousand letters',
    'session.login',
    { email: 'a'.repeat(60_000), password: CANARY },
    [['email', 'too_big']],
    'nobody',
  ),
  invalid(
    'a password of ten thousand letters',
    'session.login',
    { email: 'ada@example.test', password: 'x'.repeat(10_000) },
    [['password', 'too_big']],
    'nobody',
  ),
  invalid(
    'an empty password',
    'session.login',
    { email: 'ada@example.test', password: '' },
    [['password', 'too_small']],
    'nobody',
  ),
  invalid('a payment method of another shape', 'question.post', posting({ paymentMethod: '4242424242424242' }), [
    ['paymentMethod', 'invalid_format'],
  ]),
  invalid(
    'a day that does not exist',
    'earnings.list',
    { from: '2026-02-30T00:00:00Z' },
    [['from', 'invalid_format']],
    'ada',
  ),
  invalid('a time without a zone', 'earnings.list', { to: '2026-02-03T00:00:00' }, [['to', 'invalid_format']], 'ada'),
  invalid('a cursor of nobody', 'earnings.list', { cursor: CANARY }, [['cursor', 'unknown']], 'ada'),
  invalid(
    'a cursor with half its parts',
    'earnings.list',
    { cursor: '2026-02-03T00:00:00Z/' },
    [['cursor', 'unknown']],
    'ada',
  ),
  invalid('an empty cursor', 'request.list', { view: 'open', cursor: '' }, [['cursor', 'too_small']], 'ada'),
  invalid(
    'a cursor that is too long',
    'request.list',
    { view: 'open', cursor: 'x'.repeat(101) },
    [['cursor', 'too_big']],
    'ada',
  ),
  invalid(
    'no without its form',
    'request.report',
    { requestId: REQUEST, connected: false, attempts: 3, comment: 'No.' },
    [['reason', 'required']],
    'ada',
  ),
];

const IDS: Case[] = [
  invalid('no id', 'question.get', { questionId: '' }, [['questionId', 'invalid_format']]),
  invalid('a malformed id', 'question.get', { questionId: CANARY }, [['questionId', 'invalid_format']]),
  invalid('an id in capitals', 'question.get', { questionId: UNKNOWN_ID.toUpperCase() }, [
    ['questionId', 'invalid_format'],
  ]),
  invalid('an id with a line behind it', 'question.get', { questionId: `${UNKNOWN_ID}\n` }, [
    ['questionId', 'invalid_format'],
  ]),
  invalid('an id with a NUL', 'question.get', { questionId: `${UNKNOWN_ID.slice(0, -1)}\0` }, [
    ['questionId', 'invalid_format'],
  ]),
  invalid('a path for an id', 'question.get', { questionId: 'q_../../../../etc/passwd/../../../../../../x' }, [
    ['questionId', 'invalid_format'],
  ]),
  refused('an id that nobody has', 'customer', 'question.get', { questionId: UNKNOWN_ID }, 'not_found'),
  refused('an offer for a question', 'customer', 'question.get', { questionId: OFFER }, 'not_found'),
  refused('a question for an offer', 'customer', 'offer.accept', { offerId: QUESTION }, 'not_found'),
  refused('a person for a request', 'ada', 'request.accept', { requestId: ADA }, 'not_found'),
  refused('a question for a request', 'ada', 'request.get', { requestId: QUESTION }, 'not_found'),
  refused('a question for a person', 'care', 'user.update', { userId: QUESTION, name: 'X' }, 'not_found'),
  refused('an offer nobody has accepted for a request', 'ada', 'request.accept', { requestId: OFFER }, 'not_found'),
  invalid('an unknown category', 'question.post', posting({ category: 'astrology' }), [['category', 'unknown']]),
  invalid('a category that objects inherit', 'question.post', posting({ category: 'constructor' }), [
    ['category', 'unknown'],
  ]),
  invalid('a malformed category', 'question.post', posting({ category: 'Computer; drop' }), [
    ['category', 'invalid_format'],
  ]),
  invalid(
    'an unknown category of an expert',
    'user.create',
    creating({ categories: ['computer', 'astrology'] }),
    [['categories.1', 'unknown']],
    'care',
  ),
  invalid(
    'categories of a customer',
    'user.create',
    creating({ role: 'customer' }),
    [['categories', 'experts_only']],
    'care',
  ),
  invalid(
    'a role that does not exist',
    'user.create',
    creating({ role: 'system' }),
    [['role', 'invalid_value']],
    'care',
  ),
  invalid('a currency of another category', 'question.post', posting({ value: { amount: 1_000, currency: 'EUR' } }), [
    ['value.currency', 'not_of_category'],
  ]),
  invalid('no currency', 'question.post', posting({ value: { amount: 1_000, currency: 'dollars' } }), [
    ['value.currency', 'invalid_format'],
  ]),
  invalid(
    'an automatic service that is none',
    'category.save',
    saving({ automaticService: 'video_call' }),
    [['automaticService', 'not_a_service']],
    'care',
  ),
  invalid(
    'the same service twice',
    'category.save',
    saving({ services: [...saving().services, ...saving().services] }),
    [['services', 'duplicate_key']],
    'care',
  ),
  invalid(
    'a service that reaches for prototypes',
    'category.save',
    saving({ automaticService: '__proto__' }),
    [['automaticService', 'invalid_format']],
    'care',
  ),
];

const INJECTIONS: Case[] = [
  invalid('$ne for a question', 'question.get', { questionId: { $ne: null } }, [['questionId', 'invalid_type']]),
  invalid('$gt for a question', 'message.send', sending({ questionId: { $gt: '' } }), [['questionId', 'invalid_type']]),
  invalid(
    '$regex for a category',
    'question.list',
    { view: 'all', category: { $regex: '.*' } },
    [['category', 'invalid_type']],
    'ada',
  ),
  invalid('$gt for a cursor', 'question.list', { view: 'all', cursor: { $gt: '' } }, [['cursor', 'invalid_type']]),
  invalid(
    '$ne for e-mail and password',
    'session.login',
    { email: { $ne: null }, password: { $ne: null } },
    [
      ['email', 'invalid_type'],
      ['password', 'invalid_type'],
    ],
    'nobody',
  ),
  invalid(
    '$gt for a password',
    'session.login',
    { email: 'ada@example.test', password: { $gt: '' } },
    [['password', 'invalid_type']],
    'nobody',
  ),
  invalid('$where beside the fields', 'question.get', { questionId: QUESTION, $where: 'sleep(1000)' }, [
    ['$where', 'unrecognized_keys'],
  ]),
  invalid('$in for an offer', 'offer.accept', { offerId: { $in: [OFFER] } }, [['offerId', 'invalid_type']]),
  invalid('a path into the record', 'user.update', { 'notify.openRequests': false }, [
    ['notify.openRequests', 'unrecognized_keys'],
  ]),
  invalid('a dollar path into the record', 'user.update', { name: 'X', '$set.role': 'admin' }, [
    ['$set.role', 'unrecognized_keys'],
  ]),
  invalid('a role of one’s own choice', 'user.update', { role: 'admin' }, [['role', 'unrecognized_keys']]),
  invalid('nested deeper than anything is', 'question.get', nested(7), [['', 'too_deep']]),
  invalid('nested ten thousand times', 'question.get', nested(10_000), [['', 'too_deep']]),
  invalid('lists in lists', 'question.get', raw(`${'['.repeat(30_000)}${']'.repeat(30_000)}`), [['', 'too_deep']]),
  invalid(
    'a thousand keys',
    'question.get',
    Object.fromEntries(Array.from({ length: 1_000 }, (_, key) => [`k${key}`, 1])),
    [['', 'too_many_keys']],
  ),
  invalid(
    'a list of a thousand',
    'user.create',
    creating({ categories: Array.from({ length: 1_000 }, () => 'x') }),
    [['', 'too_many_keys']],
    'care',
  ),
  invalid('constructor', 'session.get', raw('{"constructor":{"name":"x"}}'), [['constructor', 'unrecognized_keys']]),
  invalid('prototype inside', 'question.post', posting({ value: { prototype: 1 } }), [
    ['prototype', 'unrecognized_keys'],
  ]),
];

const CALLERS: Case[] = [
  ...[
    'made.up',
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    'question',
    'question.post.',
    'QUESTION.GET',
  ].map((name) => refused(`the command "${name}"`, 'customer', name, {}, 'not_found')),
  refused('nobody posts', 'nobody', 'question.post', posting(), 'auth.required'),
  refused('nobody reads', 'nobody', 'question.get', { questionId: QUESTION }, 'auth.required'),
  refused(
    'a wrong password',
    'nobody',
    'session.login',
    { email: 'ada@example.test', password: CANARY },
    'auth.required',
  ),
  refused(
    'an unknown account',
    'nobody',
    'session.login',
    { email: 'eve@example.test', password: CANARY },
    'auth.required',
  ),
  ...(
    [
      ['garbage for a token', 'garbage'],
      ['a token by another secret', 'otherSecret'],
      ['a token without a signature', 'algNone'],
      ['a token that was tampered with', 'tampered'],
      ['an expired token', 'expired'],
      ['a token of another issuer', 'wrongIssuer'],
      ['a token without an end', 'noExpiry'],
      ['a token with another role than the account', 'roleRaised'],
      ['a token of nobody', 'ofNobody'],
      ['a token of somebody who is gone', 'deactivated'],
    ] as const
  ).flatMap(([what, who]) => [
    refused(what, who, 'session.get', {}, 'auth.required'),
    refused(`${what}, for a command that anyone may call`, who, 'category.list', { locale: 'en' }, 'auth.required'),
  ]),
  refused('a visitor accepts a request', 'customer', 'request.accept', { requestId: REQUEST }, 'auth.forbidden'),
  refused('a visitor reads the Request Center', 'customer', 'request.list', { view: 'open' }, 'auth.forbidden'),
  refused('a visitor claims', 'customer', 'question.claim', { questionId: QUESTION }, 'auth.forbidden'),
  refused('a visitor lists accounts', 'customer', 'user.list', {}, 'auth.forbidden'),
  refused(
    'a visitor makes an account',
    'customer',
    'user.create',
    creating({ role: 'admin', categories: [] }),
    'auth.forbidden',
  ),
  refused('a visitor takes rights', 'customer', 'user.update', { categories: ['computer'] }, 'auth.forbidden'),
  refused('a visitor changes another', 'customer', 'user.update', { userId: ADA, name: CANARY }, 'not_found'),
  refused('an expert takes rights', 'dan', 'user.update', { categories: ['computer'] }, 'auth.forbidden'),
  refused('an expert saves a category', 'ada', 'category.save', saving(), 'auth.forbidden'),
  refused('an expert posts', 'ada', 'question.post', posting(), 'auth.forbidden'),
  refused('an expert closes', 'ada', 'question.close', { questionId: QUESTION }, 'auth.forbidden'),
  refused('an expert accepts an offer', 'ada', 'offer.accept', { offerId: OFFER }, 'auth.forbidden'),
  refused('an admin writes', 'care', 'message.send', sending(), 'auth.forbidden'),
];

const OTHERS: Case[] = [
  refused('reads a question', 'stranger', 'question.get', { questionId: QUESTION }, 'not_found'),
  refused('reads a conversation', 'stranger', 'message.list', { questionId: QUESTION }, 'not_found'),
  refused('writes', 'stranger', 'message.send', sending(), 'not_found'),
  refused('marks as read', 'stranger', 'message.read', { questionId: QUESTION, seq: 1 }, 'not_found'),
  refused('rates', 'stranger', 'question.rate', { questionId: QUESTION, stars: 1 }, 'not_found'),
  refused('closes', 'stranger', 'question.close', { questionId: QUESTION }, 'not_found'),
  refused(
    'changes the card',
    'stranger',
    'payment.update',
    { questionId: QUESTION, paymentMethod: 'pm_card_visa' },
    'not_found',
  ),
  refused('accepts an offer', 'stranger', 'offer.accept', { offerId: OFFER }, 'not_found'),
  refused('declines an offer', 'stranger', 'offer.decline', { offerId: OFFER }, 'not_found'),
  refused('withdraws a request', 'stranger', 'request.withdraw', { requestId: REQUEST }, 'not_found'),
  refused('claims in another category', 'dan', 'question.claim', { questionId: QUESTION }, 'not_found'),
  refused('reads in another category', 'dan', 'question.get', { questionId: QUESTION }, 'not_found'),
  refused('lists messages in another category', 'dan', 'message.list', { questionId: QUESTION }, 'not_found'),
  refused('sees a request of another category', 'dan', 'request.get', { requestId: REQUEST }, 'not_found'),
  refused('accepts a request of another category', 'dan', 'request.accept', { requestId: REQUEST }, 'not_found'),
  refused('sees a request that is kept for another', 'ben', 'request.get', { requestId: REQUEST }, 'not_found'),
  refused('accepts a request that is kept for another', 'ben', 'request.accept', { requestId: REQUEST }, 'not_found'),
  refused('passes a request that is kept for another', 'ben', 'request.decline', { requestId: REQUEST }, 'not_found'),
  refused(
    'reports on a request of another',
    'ben',
    'request.report',
    { requestId: REQUEST, connected: true },
    'not_found',
  ),
  refused('reads a conversation that is held by another', 'ben', 'message.list', { questionId: QUESTION }, 'not_found'),
];

describe.each([
  ['shapes', SHAPES],
  ['numbers', NUMBERS],
  ['texts', TEXTS],
  ['ids', IDS],
  ['injections', INJECTIONS],
  ['callers', CALLERS],
  ['somebody else', OTHERS],
] as const)('%s', (_group, cases) => {
  test.each(cases)('$what: $name → $code', async (one) => {
    const input = inputOf(one);
    for (const transport of ['http', 'socket'] as const) {
      const answer = await here[transport](one.who ?? 'customer', one.name, input);
      assertRefused(answer, one, transport);
    }
    expect(await here.dump()).toBe(before);
    await here.assertWell();
  });
});

/** NOTE: over HTTP a body that reaches for prototypes is refused as malformed, before any command sees it. */
test.each([
  ['as a key', '{"__proto__":{"role":"admin"}}', '__proto__'],
  ['in a field', '{"questionId":{"__proto__":{"a":1}}}', '__proto__'],
  ['through the constructor', '{"constructor":{"prototype":{"a":1}}}', 'constructor'],
])('a body that reaches for prototypes, %s', async (_how, input, path) => {
  const [byHttp, bySocket] = [
    await here.http('customer', 'question.get', input),
    await here.socket('customer', 'question.get', input),
  ];
  expect(byHttp.error).toMatchObject({
    code: 'input.invalid',
    details: { fields: [{ path: '', reason: 'malformed' }] },
  });
  expect(bySocket.error).toMatchObject({
    code: 'input.invalid',
    details: { fields: [{ path, reason: 'unrecognized_keys' }] },
  });
  expect(({} as Record<string, unknown>)['role']).toBeUndefined();
  expect(await here.dump()).toBe(before);
  await here.assertWell();
});

const SECRETS = /stack|node_modules|\.ts\b|mongo|argon2|duplicate|passwordHash|tokenVersion|ECONN|undefined|\[object/i;

function assertRefused(answer: Answer, one: Case, transport: string): void {
  expect(answer, `${transport}: ${answer.text}`).toMatchObject({ ok: false, error: { code: one.code } });
  const words = String(answer.error['detail'] ?? answer.error['message']);
  expect(words.length).toBeGreaterThan(5);
  expect(words).not.toMatch(SECRETS);
  expect(answer.text).not.toContain(CANARY);
  expect(answer.text).not.toMatch(/eyJ|\$argon2|node_modules|at .*:\d+:\d+/);
  expect(answer.text.length).toBeLessThan(1_000);
  const fields = one.fields?.map(([path, reason, rule]) => ({ path, reason, ...rule }));
  if (fields) expect(answer.error['details'], transport).toEqual({ fields });
}
