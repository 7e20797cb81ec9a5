// What a store could not do is `unavailable` and no bug of ours, however MongoDB says it; what is a bug stays one.

import mongoose from 'mongoose';
import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { failureOf } from '../../src/gateway/reply.ts';

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
