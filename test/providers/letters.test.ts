// Every letter in every language, as a mail server receives it and another library reads it.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LOCALES } from '../../src/domain/people.ts';
import type { Locale } from '../../src/domain/people.ts';
import { mailProvider } from '../../src/providers/mail/mail.ts';
import { HOSTILE, TEMPLATES, letterTo } from '../helpers/letters.ts';
import { startSmtp } from '../helpers/smtp.ts';
import type { Received, SmtpHere } from '../helpers/smtp.ts';

const BASE = 'https://parley.test/help';
let smtp: SmtpHere;
let port: ReturnType<typeof mailProvider>;

beforeAll(async () => {
  smtp = await startSmtp();
  port = mailProvider({
    smtpUrl: smtp.smtpUrl,
    from: { name: 'Parley', address: 'no-reply@parley.test' },
    publicUrl: () => new URL(BASE),
    signChoice: (userId, choice) => `${userId}.${choice}.proof`,
  });
});
afterAll(async () => {
  port?.close();
  await smtp?.stop();
});

async function sent(mail: ReturnType<typeof letterTo>): Promise<Received> {
  smtp.received.splice(0);
  expect(await port.send(mail)).toEqual({ ok: true });
  expect(smtp.received).toHaveLength(1);
  return smtp.received[0]!;
}

const headersOf = ({ email }: Received) => Object.fromEntries(email.headers.map(({ key, value }) => [key, value]));
const hrefsOf = (html: string) =>
  [...html.matchAll(/<a [^<>]*?href="([^"]*)"/g)].map(([, href = '']) => href.replaceAll('&amp;', '&'));
const bodyOf = (html: string) => html.slice(html.indexOf('<body'));
/** What somebody reads, without what only shows in lists of letters. */
const seenIn = (html: string) =>
  bodyOf(html)
    .replace(/<!--.*?-->/gs, '')
    .replace(/<[^>]*>/g, ' ')
    .replaceAll('&nbsp;', ' ');
/** Addresses of theirs of which a mail program would make a link: Cyrillic in a name like ours, a dot of another script. */
const THEIRS = /evil[.\u3002]example|https:\/\/evil|p\u0430rley\.test/;
const NEVER = /\{[a-z]|undefined|\bnull\b|NaN|\[object|<%|%>/;

test.each(TEMPLATES.flatMap((template) => LOCALES.map((locale) => [template, locale] as const)))(
  '11.1 %s in %s: headers, text and HTML say the same, with links that lead to us and nothing left open',
  async (template, locale) => {
    const received = await sent(letterTo(template, locale));
    const { email, envelope } = received;
    const headers = headersOf(received);
    expect(envelope).toEqual({ from: 'no-reply@parley.test', to: ['kim@example.test'] });
    expect([email.from, email.to, email.replyTo]).toEqual([
      { name: 'Parley', address: 'no-reply@parley.test' },
      [{ name: '', address: 'kim@example.test' }],
      undefined,
    ]);
    expect(headers['auto-submitted']).toBe('auto-generated');
    expect(headers['message-id']).toMatch(/^<[0-9a-f]{64}@parley\.test>$/);
    expect(email.subject?.trim()).not.toBe('');

    const { text = '', html = '' } = email;
    for (const part of [email.subject ?? '', text, seenIn(html)]) expect(part).not.toMatch(NEVER);
    expect(html).toContain(`<html lang="${locale}"`);
    expect(html.match(/<h1/g)).toHaveLength(1);
    for (const table of html.match(/<table[^>]*>/g)!) expect(table).toContain('role="presentation"');
    for (const href of [...hrefsOf(html), ...(text.match(/https?:\/\/\S+/g) ?? [])]) {
      if (!href.startsWith('https://hooks.')) expect(href).toMatch(/^https:\/\/parley\.test\/help\//);
    }
    // the same button in both, and what the HTML says stands in the text
    const [, action = '', label = ''] = /<td[^>]* class="button"[^>]*><a href="([^"]+)"[^>]*>([^<]+)</.exec(html) ?? [];
    expect(text).toContain(`${label}: ${action}`);
    expect(text.trimEnd().split('\n-- \n')[1]?.split('\n').length).toBeGreaterThanOrEqual(2); // why, and no replies
    expect(Buffer.byteLength(html)).toBeLessThan(100_000); // beyond that Gmail cuts
    expect(received.raw.split('\r\n').every((line) => line.length <= 998)).toBe(true);

    expect(headers['list-unsubscribe-post']).toBe(headers['list-unsubscribe'] && 'List-Unsubscribe=One-Click');
    if (headers['list-unsubscribe'] !== undefined) {
      expect(hrefsOf(html)).toContain(headers['list-unsubscribe'].slice(1, -1));
    }
  },
);

test.each(TEMPLATES)('whatever people wrote, %s shows it as text and says it as theirs', async (template) => {
  const received = await sent(letterTo(template, 'en', HOSTILE));
  const { email, envelope, raw } = received;
  const { html = '', text = '', subject = '' } = email;
  expect(envelope.to).toEqual(['kim@example.test']);
  expect(raw.split('\r\n\r\n', 1)[0]).not.toMatch(/^(bcc|x-evil):/im);
  expect(email.from).toEqual({ name: 'Parley', address: 'no-reply@parley.test' });
  expect([...subject].length).toBeLessThanOrEqual(160);
  expect(html).not.toMatch(/<(?:script|img|style>\*)/i);
  for (const href of hrefsOf(html)) expect(href).toMatch(/^https:\/\/parley\.test\/help\//);
  // nothing turns the direction of our words, and no address of theirs becomes a link among them
  for (const part of [subject, text, html]) expect(part).not.toMatch(/[\u0000-\u0008\u202a-\u202e\u2066-\u2069]/);
  const ours = text.split('\n').filter((line) => !line.startsWith('> '));
  for (const line of ours) expect(line).not.toMatch(THEIRS);
  const said = seenIn(html.replace(/<blockquote.*?<\/blockquote>/gs, ''));
  expect(said).not.toMatch(THEIRS);
});

test.each([
  ['en', 'Ada Lovelace', 'You get this e-mail because', 'nobody reads'],
  ['de', 'Ada Lovelace', 'Sie erhalten diese E-Mail, weil', 'liest niemand'],
  ['es', 'Ada Lovelace', 'Recibe este correo porque', 'nadie lee'],
] as const)(
  '2.6 in %s: what was written stands as it was written, ours around it',
  async (locale: Locale, ...words) => {
    const { email } = await sent(letterTo('message_received', locale));
    const { text = '', html = '' } = email;
    for (const one of words) expect([text.includes(one), seenIn(html).includes(one)]).toEqual([true, true]);
    expect(text).toContain('> Please switch it off and on again.\n> \n> Then tell me which light blinks.\n');
    expect(html).toContain('Please switch it off and on again.<br><br>Then tell me which light blinks.</blockquote>');
  },
);

test('long messages are cut at a word, many are counted', async () => {
  const items = Array.from({ length: 8 }, (_, index) => ({ excerpt: `${index} ${'word '.repeat(400)}` }));
  const { email } = await sent({ ...letterTo('message_received', 'en'), items });
  const quotes = [...(email.html ?? '').matchAll(/<blockquote[^>]*>([^<]*)</g)].map(([, quote = '']) => quote);
  expect(quotes).toHaveLength(5);
  for (const quote of quotes) {
    expect(quote).toMatch(/ word…$/);
    expect(quote.length).toBeLessThanOrEqual(601);
  }
  expect(email.text).toContain('3 more messages are on the page.');
});
