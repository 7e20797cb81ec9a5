// Every code has its HTTP status. What a store could not do is `unavailable` and no bug of ours, however MongoDB says it; what is a bug stays one.

import mongoose from 'mongoose';
import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { CODES } from '../../src/domain/errors.ts';
import { failureOf, statusOf } from '../../src/gateway/reply.ts';

const {
  MongoNetworkError,
  MongoNetworkTimeoutError,
  MongoServerError,
  MongoServerSelectionError,
  MongoWriteConcernError,
} = mongoose.mongo;

/** The code a caller is told, and the levels of what was logged. */
function answerTo(error: unknown): { code: string; levels: string[] } {
  const levels: string[] = [];
  const log = pino({ level: 'debug' }, { write: (line) => void levels.push(levelOf(line)) });
  return { code: failureOf(error, 'en', log, 'message.send').code, levels };
}

const levelOf = (line: string) => pino.levels.labels[(JSON.parse(line) as { level: number }).level] ?? '';

describe('an outage', () => {
  test.each([
    ['a primary that is none any more', { code: 10_107, errmsg: 'not primary' }],
    ['one that steps down', { code: 189, errmsg: 'Primary stepped down' }],
    ['one that changes its state', { code: 11_602, errmsg: 'operation was interrupted' }],
    ['one that stops', { code: 11_600, errmsg: 'interrupted at shutdown' }],
    ['one without room', { code: 14_031, errmsg: 'available disk space is less than required' }],
    ['one that takes too long', { code: 50, errmsg: 'operation exceeded time limit' }],
    ['a cursor that went with it', { code: 43, errmsg: 'cursor id 5 not found' }],
    ['an answer with the label of the driver', { code: 1, errmsg: 'x', errorLabels: ['RetryableWriteError'] }],
  ])('%s', (_, answer) => {
    expect(answerTo(new MongoServerError(answer))).toEqual({ code: 'unavailable', levels: ['warn'] });
  });

  test.each([
    ['a connection that is lost', new MongoNetworkError('read ECONNRESET')],
    ['one that is silent', new MongoNetworkTimeoutError('timed out')],
    ['no primary', new MongoServerSelectionError('no primary', {} as never)],
    [
      'a majority that does not confirm',
      new MongoWriteConcernError({ writeConcernError: { code: 64, errmsg: 'waiting timed out' }, ok: 1 }),
    ],
    ['a Redis that is silent', new Error('Command timed out')],
    ['a link to it that was given up', new Error('Connection is closed.')],
    ['one that has just started', new Error('LOADING Redis is loading the dataset in memory')],
    ['one without room', new Error("OOM command not allowed when used memory > 'maxmemory'.")],
  ])('%s', (_, error) => {
    expect(answerTo(error)).toEqual({ code: 'unavailable', levels: ['warn'] });
  });
});

test.each([
  ['a document that MongoDB refuses', new MongoServerError({ code: 121, errmsg: 'Document failed validation' })],
  ['a key that is taken', new MongoServerError({ code: 11_000, errmsg: 'E11000 duplicate key' })],
  ['a mistake of ours', new TypeError('x is not a function')],
])('%s is a bug', (_, error) => {
  expect(answerTo(error)).toEqual({ code: 'internal', levels: ['error'] });
});

test('every code has the status of its family, or its own', () => {
  const codesOf = (status: number) => CODES.filter((code) => statusOf(code) === status);
  expect(codesOf(400)).toEqual(['input.invalid', 'input.bad_signature']);
  expect(codesOf(401)).toEqual(['auth.required', 'auth.link']);
  expect(codesOf(402)).toEqual(['payment.failed']);
  expect(codesOf(403)).toEqual(['auth.forbidden']);
  expect(codesOf(404)).toEqual(['not_found']);
  expect(codesOf(409)).toEqual(CODES.filter((code) => code.startsWith('conflict.')));
  expect(codesOf(422)).toEqual(CODES.filter((code) => code.startsWith('policy.')));
  expect(codesOf(429)).toEqual(['rate.limited']);
  expect(codesOf(500)).toEqual(['internal']);
  expect(codesOf(503)).toEqual(['unavailable']);
});
