// The numbers of the rules, and how prices are learned. Their rows are of one kind with those of table.ts.

import { z } from 'zod';
import {
  count,
  duration,
  durationOrNone,
  durations,
  durationsOrNone,
  interval,
  part,
  share,
  span,
  whole,
} from './numbers.ts';

export const POLICY = {
  POLICY_CLAIM: duration.prefault('15m'),
  POLICY_RESERVATION: duration
    .prefault('5m')
    .describe('How long a request is kept for the expert of its conversation; shorter than POLICY_REQUEST_TTL'),
  POLICY_REQUEST_TTL: duration.prefault('24h'),
  POLICY_PAYMENT_UPDATE_TTL: duration.prefault('24h'),
  POLICY_REPORT_WINDOW: duration.prefault('36h'),
  POLICY_REPORT_REMINDERS: durations.prefault('24h,34h'),
  POLICY_OFFER_DELAY: durationOrNone.prefault('60s'),
  POLICY_FRAGMENT_WINDOW: durationOrNone
    .prefault('10m')
    .describe('Within which a second message of an expert without a reply is a fragment; 0s: none ever is'),
  POLICY_FOLLOW_UP: span
    .prefault('24h,7d')
    .describe("From when until when after the expert's last answer a follow-up may be sent"),
  POLICY_REMINDERS: durationsOrNone
    .prefault('24h,48h,72h,7d')
    .describe(
      'When a customer who has neither rated nor replied is reminded, after the last answer (0s: not so), and then every POLICY_REMINDER_EVERY, POLICY_REMINDER_MAX times at most (0: never)',
    ),
  POLICY_REMINDER_EVERY: duration.prefault('7d'),
  POLICY_REMINDER_MAX: whole(0, 1_000).prefault('8'),
  POLICY_EMAIL_GATHER: durationOrNone
    .prefault('2m')
    .describe('Within which messages to somebody who is away are gathered into one e-mail; 0s: each has its own (2.6)'),
  POLICY_EMAILS_PER_HOUR: count
    .prefault('12')
    .describe(
      'E-mails to one person within an hour, of those that can wait a little: further ones come later, those about open requests together; reservations and payments do not count',
    ),
  POLICY_EMAIL_RINGS: durationOrNone
    .prefault('0s')
    .describe(
      'An open request is e-mailed first to experts who are connected, so much later to those who were there within the hour, and again so much later to the others; 0s: to all at once (6.3)',
    ),
  POLICY_AWAY_MISSED: whole(0, 20)
    .prefault('3')
    .describe('Requests kept for an expert that lapse in a row, after which the expert is away; 0: never'),
  POLICY_AWAY_HIDDEN: durationOrNone
    .prefault('10m')
    .describe('How long an expert looks at none of their pages before they are away; 0s: for as long as they like'),
  POLICY_AUTO_CLOSE: duration.prefault('30d'),
  POLICY_CASE_RESPONSE: duration.prefault('24h'),
  POLICY_SHARE: share.prefault('0.5').describe("The expert's part of a price, 0 to 1"),
  POLICY_PAYING_STARS: whole(1, 5).prefault('3').describe('The lowest rating that pays the expert, 1 to 5 stars'),
  POLICY_PRICE_KEPT: durationOrNone
    .prefault('30d')
    .describe('How long a customer is shown the same price for the same service of a category; 0s: it is not kept'),
  POLICY_SWEEP: interval('1d', 'a deadline that nobody announced waits for it').prefault('10s'),
};

export const PRICES = {
  PRICING: z
    .enum(['learned', 'middle'])
    .prefault('learned')
    .describe('learned | middle: always the middle one of the allowed points, in all categories'),
  PRICE_OBJECTIVE: z
    .enum(['acceptance', 'revenue'])
    .prefault('acceptance')
    .describe('acceptance | revenue: the price to which most say yes, or that brings in most per offer'),
  PRICE_TOLERANCE: part(0, 0.5)
    .prefault('0.05')
    .describe('For acceptance: what part of the best rate a dearer price may lack and still be taken, 0 to 0.5'),
  PRICE_EXPLORE: part(0.01, 0.5)
    .prefault('0.05')
    .describe('The part of offers that show any of the allowed points, for ever, 0.01 to 0.5'),
  PRICE_HALF_LIFE: duration.prefault('30d').describe('After which the answer of a customer counts half'),
  PRICE_REFRESH: interval('1d', 'as yesterday is the latest that is worth learning from')
    .prefault('5m')
    .describe('How long counts of what was shown are used before they are taken again'),
  PRICE_WAIT: interval('10s', 'as the customer waits for the offer meanwhile')
    .prefault('300ms')
    .describe('The longest that an offer waits for counts, while there are none yet: then it is the middle price'),
};
