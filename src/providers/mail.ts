// E-mail: the words come from texts/, the letter is built here, and goes out by SMTP or into the development inbox.

import { createHash } from 'node:crypto';
import { Eta } from 'eta';
import { createTransport } from 'nodemailer';
import type { SendMailOptions } from 'nodemailer';
import type { Mail, MailPort } from '../context.ts';
import type { InboxMail } from '../models/inbox.ts';
import { mailText } from '../texts/mail-text.ts';
import type { MailText } from '../texts/mail-text.ts';

const CONNECT_MS = 10_000; // a server that does not greet within this is down
const SILENCE_MS = 30_000; // longer than any healthy server needs for one step
const SEND_MS = 45_000; // waiting in the pool included; dispatch/deliver.ts thinks a letter lost after a minute

export interface Inbox {
  save(mail: InboxMail): Promise<void>;
}

/** A sender: `name` may be empty. */
export interface Mailbox {
  readonly name: string;
  readonly address: string;
}

export interface MailSettings {
  /** `smtp:` or `smtps:`, with name and password */
  readonly smtpUrl?: string | undefined;
  readonly from: Mailbox;
  /** where the buttons of the letters lead. Throws while that is not known: the letter is sent later then */
  readonly publicUrl: () => URL;
  /** keeps the letters when there is no `smtpUrl` */
  readonly inbox?: Inbox | undefined;
}

/** A letter with everything in it that the world may see. */
interface Letter extends SendMailOptions {
  readonly to: Mailbox;
  readonly from: Mailbox;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

interface Carrier {
  carry(letter: Letter, key: string): Promise<void>;
  close(): void;
}

/**
 * The mail port: by SMTP when there is a server, otherwise into the inbox.
 * @throws Error when there is neither: letters must not vanish in silence
 */
export function mailProvider(settings: MailSettings): MailPort & { close(): void } {
  const carrier = carrierOf(settings);
  return {
    send: async (mail) => carrier.carry(letterOf(mail, settings), mail.key),
    close: () => {
      carrier.close();
    },
  };
}

function carrierOf({ smtpUrl, inbox }: MailSettings): Carrier {
  if (smtpUrl !== undefined) return smtpCarrier(smtpUrl);
  if (inbox !== undefined) return inboxCarrier(inbox);
  throw new Error('mail needs an SMTP server or an inbox');
}

/** Our letters have no files and no pictures: whatever would make the library read one is a mistake. */
const NOTHING_FETCHED = { disableFileAccess: true, disableUrlAccess: true };

function smtpCarrier(url: string): Carrier {
  const transport = createTransport({
    url,
    pool: true,
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    dnsTimeout: CONNECT_MS,
    socketTimeout: SILENCE_MS,
    ...NOTHING_FETCHED,
  });
  return {
    carry: async (letter) => {
      await transport.sendMail({ ...letter, signal: AbortSignal.timeout(SEND_MS) });
    },
    close: () => {
      transport.close();
    },
  };
}

/** Builds the whole letter as for a server, so that what could not be sent fails in development too. */
function inboxCarrier(inbox: Inbox): Carrier {
  const transport = createTransport({ streamTransport: true, buffer: true, ...NOTHING_FETCHED });
  return {
    carry: async (letter, key) => {
      await transport.sendMail(letter);
      const { to, from, subject, text, html } = letter;
      await inbox.save({ id: key, to: to.address, from: written(from), subject, text, html, at: new Date() });
    },
    close: () => {
      transport.close();
    },
  };
}

const written = ({ name, address }: Mailbox) => (name === '' ? address : `${name} <${address}>`);

function letterOf(mail: Mail, settings: MailSettings): Letter {
  const { from } = settings;
  const publicUrl = settings.publicUrl();
  const url = (path: string) => publicUrl.href.replace(/\/$/, '') + path;
  const words = mailText(mail.template, mail.params, mail.locale, mail.items);
  const action = mail.link ? { ...words.action, path: `${words.action.path}#${mail.link}` } : words.action;
  const content = { ...words, action, locale: mail.locale, url };
  return {
    messageId: `<${createHash('sha256').update(mail.key).digest('hex')}@${publicUrl.hostname}>`,
    // an object, so that a comma in it can never make a second receiver
    to: { name: '', address: mail.to },
    from,
    subject: words.subject,
    text: plain.render(TEXT, content),
    html: escaping.render(HTML, content),
    headers: { 'Auto-Submitted': 'auto-generated' },
    ...unsubscribeOf(words, url),
  };
}

function unsubscribeOf({ unsubscribe }: MailText, url: (path: string) => string): Pick<SendMailOptions, 'list'> {
  return unsubscribe === null ? {} : { list: { unsubscribe: url(unsubscribe.path) } };
}

const plain = new Eta({ autoEscape: false, autoTrim: false });
const escaping = new Eta({ autoEscape: true, autoTrim: false });

const TEXT = plain.compile(`<%= it.paragraphs.join('\\n\\n') %>
<% for (const quote of it.quotes) { %>

> <%= quote.replaceAll('\\n', '\\n> ') %>
<% } for (const link of it.links) { %>

<%= link.label %>
<%= it.url(link.path) %>
<% } if (it.closing) { %>

<%= it.closing %>
<% } %>

<%= it.action.label %>: <%= it.url(it.action.path) %>


-- 
<%= it.footer.join('\\n') %>
<% if (it.unsubscribe) { %><%= it.unsubscribe.label %>: <%= it.url(it.unsubscribe.path) %>
<% } %>`);

/** Styles stand on the elements: most mail programs know no others. */
const HTML = escaping.compile(`<!doctype html>
<html lang="<%= it.locale %>">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title><%= it.subject %></title></head>
<body style="margin:0;padding:24px;background:#f4f5f7;color:#1c2430;font:16px/1.5 system-ui,sans-serif">
<div style="max-width:560px;margin:0 auto;padding:32px;background:#fff;border-radius:12px">
<% for (const paragraph of it.paragraphs) { %><p style="margin:0 0 16px"><%= paragraph %></p>
<% } for (const quote of it.quotes) { %><blockquote style="margin:0 0 16px;padding-left:12px;border-left:3px solid #d5dae1;white-space:pre-line"><%= quote %></blockquote>
<% } for (const link of it.links) { %><p style="margin:0 0 16px"><a href="<%= it.url(link.path) %>" style="color:#1f5fbf"><%= link.label %></a></p>
<% } if (it.closing) { %><p style="margin:0 0 16px"><%= it.closing %></p>
<% } %><p style="margin:24px 0 0"><a href="<%= it.url(it.action.path) %>" style="display:inline-block;padding:12px 20px;border-radius:8px;background:#1f5fbf;color:#fff;font-weight:600;text-decoration:none"><%= it.action.label %></a></p>
</div>
<p style="max-width:560px;margin:16px auto;color:#5b6675;font-size:13px"><%= it.footer.join(' ') %><% if (it.unsubscribe) { %><br>
<a href="<%= it.url(it.unsubscribe.path) %>" style="color:#5b6675"><%= it.unsubscribe.label %></a><% } %></p>
</body>
</html>
`);
