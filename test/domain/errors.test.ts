import { describe, expect, test } from 'vitest';
import { CODES, Refusal } from '../../src/domain/errors.ts';

describe('the codes of refusals', () => {
  test('are stable: programs outside rely on them (a code that goes is a breaking change)', () => {
    expect([...CODES].sort()).toMatchInlineSnapshot(`
      [
        "auth.forbidden",
        "auth.link",
        "auth.required",
        "conflict.already_accepted",
        "conflict.case_open",
        "conflict.case_resolved",
        "conflict.claimed",
        "conflict.closed",
        "conflict.draft",
        "conflict.email_taken",
        "conflict.expired",
        "conflict.last_admin",
        "conflict.mail_over",
        "conflict.not_accepted",
        "conflict.not_answered",
        "conflict.not_captured",
        "conflict.not_claimed",
        "conflict.not_offered",
        "conflict.not_open",
        "conflict.not_reserved",
        "conflict.offer_open",
        "conflict.payment_pending",
        "conflict.rating_lowered",
        "conflict.report_overdue",
        "conflict.stale",
        "conflict.too_many_offers",
        "conflict.too_many_sockets",
        "conflict.too_many_templates",
        "conflict.too_many_webhooks",
        "input.bad_signature",
        "input.invalid",
        "internal",
        "not_found",
        "payment.failed",
        "policy.attempts_missing",
        "policy.follow_up_asks_rating",
        "policy.follow_up_early",
        "policy.follow_up_late",
        "policy.follow_up_rated",
        "policy.follow_up_repeated",
        "policy.follow_up_replied",
        "policy.follow_up_shared",
        "policy.follow_up_unanswered",
        "policy.fragmented_answer",
        "policy.offer_too_early",
        "policy.personal_data",
        "policy.price_limits",
        "policy.rating_insistence",
        "rate.limited",
        "unavailable",
      ]
    `);
  });

  test('are unique, and say where they belong', () => {
    expect(new Set(CODES).size).toBe(CODES.length);
    for (const code of CODES) expect(code).toMatch(/^(not_found|unavailable|internal|[a-z]+\.[a-z]+(_[a-z]+)*)$/);
  });

  test('a refusal carries its code and what a program needs, nothing else', () => {
    const refusal = new Refusal('conflict.stale', { state: 'open' });
    expect(refusal).toBeInstanceOf(Error);
    expect({ ...refusal, message: refusal.message }).toEqual({
      name: 'Refusal',
      message: 'conflict.stale',
      code: 'conflict.stale',
      details: { state: 'open' },
    });
    expect(new Refusal('internal').details).toBeUndefined();
  });
});
