// Letters as a mail server receives them: built by nodemailer, read back by another library.
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { domainToASCII } from 'node:url';
import PostalMime from 'postal-mime';
import type { Email } from 'postal-mime';
import { SMTPServer } from 'smtp-server';
import { afterEach, expect, test } from 'vitest';
import { readConfig } from '../../src/config.ts';
import type { Mail, MailPort } from '../../src/context.ts';
import type { InboxMail } from '../../src/models/inbox.ts';
import { mailProvider } from '../../src/providers/mail/mail.ts';
import type { MailSettings } from '../../src/providers/mail/mail.ts';
import { startSmtp } from '../helpers/smtp.ts';

const SENDER = 'Parley <no-reply@parley.test>';
const FROM = readConfig({ MAIL_FROM: SENDER }).mailFrom;
const PUBLIC_URL = () => new URL('https://parley.test');

const signChoice = (userId: string, choice: string) => `${userId}.${choice}.proof`;

const mail: Mail = {
  key: 'open-o1-1-ada',
  userId: 'u_ada',
  to: 'ada@example.test',
  locale: 'en',
  template: 'request_open',
  params: {
    offerId: 'o1',
    questionId: 'q1',
    subject: 'Drucker – “läuft” nicht <script>alert(1)</script> & mehr',
    service: 'remote_assistance',
    title: { en: 'Secure Remote Assistance', de: 'Sichere Fernhilfe', es: 'Asistencia remota segura' },
    amount: 2_550,
    currency: 'USD',
  },
};

const closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

test('6.3 a letter arrives with text, HTML and the button, and nothing of it is lost on the way', async () => {
  const { port, received } = await withServer();
  await port.send(mail);
  const letter = only(received);
  expect(letter.envelope).toEqual({ from: 'no-reply@parley.test', to: ['ada@example.test'] });
  const { subject, from, to, text, html } = letter.email;
  expect(subject).toBe(`[Secure Remote Assistance Requested] ${mail.params.subject as string}`);
  expect(from).toEqual({ name: 'Parley', address: 'no-reply@parley.test' });
  expect(to).toEqual([{ name: '', address: 'ada@example.test' }]);
  expect(text).toContain('“Drucker – “läuft” nicht <script>alert(1)</script> & mehr”');
  expect(text).toContain('You would earn $25.50.');
  expect(text).toContain('View request now: https://parley.test/requests/o1');
  expect(html).toMatch(/<a href="https:\/\/parley\.test\/requests\/o1"[^>]*>View request now<\/a>/);
});

test("people's words are never HTML", async () => {
  const { port, received } = await withServer();
  await port.send(mail);
  const { html } = only(received).email;
  expect(html).not.toContain('<script>');
  expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt; &amp; mehr');
});

test('a letter says that it is automatic, and the same letter again has the same Message-ID', async () => {
  const { port, received } = await withServer();
  await port.send(mail);
  await port.send(mail);
  await port.send({ ...mail, key: 'open-o1-2-ada' });
  const ids = received.map(({ email }) => email.messageId);
  expect(ids[0]).toMatch(/^<[0-9a-f]{64}@parley\.test>$/);
  expect(ids[1]).toBe(ids[0]);
  expect(ids[2]).not.toBe(ids[0]);
  expect(headerOf(received[0]?.email, 'auto-submitted')).toBe('auto-generated');
});

test('6.3 a letter that one can do without is ended by one press in the mail program, others are not', async () => {
  const { port, received } = await withServer();
  await port.send(mail);
  await port.send({ ...mail, key: 'accepted-o1-1', template: 'request_accepted' });
  const [open, accepted] = received.map(({ email }) =>
    ['list-unsubscribe', 'list-unsubscribe-post'].map((name) => headerOf(email, name)),
  );
  const link = 'https://parley.test/unsubscribe?token=u_ada.openRequests.proof';
  expect(open).toEqual([`<${link}>`, 'List-Unsubscribe=One-Click']); // RFC 8058
  expect(received[0]?.email.text).toContain(`No more e-mails about open requests: ${link}\n`);
  expect(received[0]?.email.text).toContain(': https://parley.test/expert/settings#open-requests\n');
  expect(accepted).toEqual([undefined, undefined]);
});

test('by plain HTTP nothing is ended without looking: mail programs must not', async () => {
  const { port, received } = await withServer('take', { publicUrl: () => new URL('http://parley.test') });
  await port.send(mail);
  const { email } = only(received);
  expect(headerOf(email, 'list-unsubscribe')).toBe('<http://parley.test/unsubscribe?token=u_ada.openRequests.proof>');
  expect(headerOf(email, 'list-unsubscribe-post')).toBeUndefined();
});

test('all that a person gets about a question is one thread, and nobody else’s', async () => {
  const { port, received } = await withServer();
  const about = { ...mail.params, expert: 'Ada', count: 1, step: 1 };
  await port.send({ ...mail, key: '1', userId: 'u_kim', template: 'message_received', params: about });
  await port.send({ ...mail, key: '2', userId: 'u_kim', template: 'reminder', params: about });
  await port.send({ ...mail, key: '3', userId: 'u_ada', template: 'report_reminder' });
  await port.send({ ...mail, key: '4', userId: 'u_kim', template: 'reminder', params: { ...about, questionId: 'q2' } });
  const roots = received.map(({ email }) => headerOf(email, 'references'));
  for (const { email } of received) {
    expect(headerOf(email, 'in-reply-to')).toBe(headerOf(email, 'references'));
    expect(email.messageId).not.toBe(headerOf(email, 'references'));
  }
  expect(roots[0]).toMatch(/^<[0-9a-f]{64}@parley\.test>$/);
  expect(roots[1]).toBe(roots[0]);
  expect(received[1]?.email.subject).toBe(received[0]?.email.subject);
  expect(new Set(roots).size).toBe(3);
});

test.each([
  ['a CRLF', 'Hi\r\nBcc: evil@example.test\r\n\r\nBody'],
  ['a bare LF', 'Hi\nBcc: evil@example.test'],
  ['a bare CR', 'Hi\rBcc: evil@example.test'],
  ['a line separator', 'Hi\u2028Bcc: evil@example.test\u0085X-Evil: 1'],
])('%s in a subject makes no header and no receiver', async (_, subject) => {
  const { port, received } = await withServer();
  await port.send({ ...mail, params: { ...mail.params, subject } });
  const { email, envelope, raw } = only(received);
  expect(envelope.to).toEqual(['ada@example.test']);
  expect(email.bcc).toBeUndefined();
  expect(headOf(raw)).not.toMatch(/^(bcc|x-evil):/im);
  expect(email.subject).toContain('Hi Bcc: evil@example.test');
  expect(email.text).toContain('View request now');
});

test.each(['ada@example.test, evil@example.test', 'ada@example.test\r\nBcc: evil@example.test'])(
  'an address like %j makes no second receiver',
  async (to) => {
    const { port, received } = await withServer();
    await port.send({ ...mail, to }).catch(() => undefined);
    expect(received.flatMap(({ envelope }) => envelope.to)).not.toContain('evil@example.test');
    for (const { raw } of received) expect(headOf(raw)).not.toMatch(/^bcc:/im);
  },
);

test('a letter to an address that does not exist is refused for good, and says why without the address', async () => {
  const { port, received } = await withServer('refuse');
  expect(await port.send(mail)).toEqual({ ok: false, reason: 'smtp 550' });
  expect(received).toEqual([]);
});

test('a letter that no server takes is not sent', async () => {
  const { smtpUrl, stop } = await startServer();
  await stop();
  const port = mailProvider({ smtpUrl, from: FROM, publicUrl: PUBLIC_URL, signChoice });
  closing.push(() => {
    port.close();
  });
  await expect(port.send(mail)).rejects.toThrow('ECONNREFUSED');
});

test('6.3 an urgent letter does not wait behind others that a slow server has not taken yet', async () => {
  const smtp = await startSmtp();
  smtp.is({ hangs: ({ address }) => address.startsWith('slow') });
  const port = mailProvider({ smtpUrl: smtp.smtpUrl, from: FROM, publicUrl: PUBLIC_URL, signChoice });
  closing.push(smtp.stop, () => {
    port.close();
  });
  const slow = Array.from({ length: 20 }, (_, n) =>
    port.send({ ...mail, key: `slow-${n}`, to: `slow${n}@example.test` }),
  );
  await expect.poll(() => smtp.waiting()).toBe(3); // on all connections of such letters
  expect(await port.send({ ...mail, key: 'urgent', isUrgent: true })).toEqual({ ok: true });
  expect(smtp.received.map(({ envelope }) => envelope.to)).toEqual([['ada@example.test']]);
  smtp.is({});
  expect(await Promise.all(slow)).toEqual(slow.map(() => ({ ok: true })));
});

test('without a server letters are kept in the inbox, under their key', async () => {
  const kept: InboxMail[] = [];
  const inbox = { save: async (letter: InboxMail) => void kept.push(letter) };
  const port = mailProvider({ from: FROM, publicUrl: PUBLIC_URL, signChoice, inbox });
  await port.send(mail);
  port.close();
  const [letter] = kept;
  expect(letter).toMatchObject({ id: 'open-o1-1-ada', to: 'ada@example.test', from: SENDER });
  expect(letter?.subject).toContain('[Secure Remote Assistance Requested]');
  expect(letter?.text).toContain('https://parley.test/requests/o1');
  expect(letter?.html).toMatch(/^<!doctype html>/i);
  expect(letter?.preheader).toMatch(/^A customer has requested Secure Remote Assistance/);
  expect(letter?.headers).toMatch(/^Auto-Submitted: auto-generated$/m);
  expect(letter?.headers).not.toMatch(/\n\n|^<html/m);
  expect(letter?.at).toBeInstanceOf(Date);
});

test.each([
  ['no-reply@parley.test', '', 'no-reply@parley.test'],
  ['Parley <no-reply@parley.test>', 'Parley', 'no-reply@parley.test'],
  ['"Parley, Inc." <no-reply@parley.test>', 'Parley, Inc.', 'no-reply@parley.test'],
  ['Frågor & svar <fraga@frågor.test>', 'Frågor & svar', 'fraga@xn--frgor-nra.test'],
])('the sender %s is the one of the letter', async (setting, name, address) => {
  const { port, received } = await withServer('take', { from: readConfig({ MAIL_FROM: setting }).mailFrom });
  await port.send(mail);
  const { envelope, email } = only(received);
  // the server that receives it here reads names of domains as people do
  const [local = '', domain = ''] = envelope.from.split('@');
  expect([email.from?.name ?? '', email.from?.address]).toEqual([name, address]);
  expect(`${local}@${domainToASCII(domain)}`).toBe(address);
});

test.each(['https://parley.test/chat', 'https://[2001:db8::7]:8443', 'http://10.0.0.7:3000/help/chat'])(
  'links lead to %s, whatever stands in it',
  async (address) => {
    const { publicUrl } = readConfig({ PUBLIC_URL: `${address}/` });
    const { port, received } = await withServer('take', { publicUrl: () => publicUrl! });
    await port.send(mail);
    const { email } = only(received);
    expect(email.text).toContain(` ${address}/requests/o1\n`);
    expect(email.html).toContain(`href="${address}/requests/o1"`);
    expect(email.headers.find(({ key }) => key === 'list-unsubscribe')?.value).toBe(
      `<${address}/unsubscribe?token=u_ada.openRequests.proof>`,
    );
  },
);

test('a letter waits while nobody knows where its links would lead', async () => {
  let known = false;
  const publicUrl = () => {
    if (!known) throw new Error('it does not listen yet');
    return PUBLIC_URL();
  };
  const { port, received } = await withServer('take', { publicUrl });
  await expect(port.send(mail)).rejects.toThrow('it does not listen yet');
  known = true;
  await port.send(mail);
  expect(received).toHaveLength(1);
});

test('with neither a server nor an inbox it does not start', () => {
  expect(() => mailProvider({ from: FROM, publicUrl: PUBLIC_URL, signChoice })).toThrow(
    'mail needs an SMTP server or an inbox',
  );
});

interface Received {
  readonly envelope: { readonly from: string; readonly to: readonly string[] };
  readonly raw: string;
  readonly email: Email;
}

async function withServer(
  mood: 'take' | 'refuse' = 'take',
  settings: Partial<MailSettings> = {},
): Promise<{ port: MailPort; received: Received[] }> {
  const { smtpUrl, received, stop } = await startServer(mood);
  const port = mailProvider({ smtpUrl, from: FROM, publicUrl: PUBLIC_URL, signChoice, ...settings });
  closing.push(stop, () => {
    port.close();
  });
  return { port, received };
}

async function startServer(mood: 'take' | 'refuse' = 'take') {
  const received: Received[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    logger: false,
    onRcptTo: (_address, _session, done) => {
      done(mood === 'refuse' ? Object.assign(new Error('no such mailbox'), { responseCode: 550 }) : null);
    },
    onData: (stream, { envelope }, done) => {
      void stream.toArray().then(async (chunks: Buffer[]) => {
        const raw = Buffer.concat(chunks);
        const from = envelope.mailFrom === false ? '' : envelope.mailFrom.address;
        const to = envelope.rcptTo.map(({ address }) => address);
        received.push({ envelope: { from, to }, raw: raw.toString('utf8'), email: await PostalMime.parse(raw) });
        done();
      }, done);
    },
  });
  const socket = server.listen(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address() as AddressInfo;
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => {
        resolve();
      });
    });
  return { smtpUrl: `smtp://127.0.0.1:${port}`, received, stop };
}

function only(received: readonly Received[]): Received {
  const [letter] = received;
  if (letter === undefined || received.length !== 1) throw new Error(`${received.length} letters instead of one`);
  return letter;
}

const headOf = (raw: string) => raw.split('\r\n\r\n', 1)[0];

const headerOf = (email: Email | undefined, name: string) => email?.headers.find(({ key }) => key === name)?.value;
