// What a letter looks like. Tables, because Outlook knows nothing else; styles on the elements, because Gmail drops others at
// times; what stays in the head makes it dark and narrow where a mail program can.

import { inline } from '@css-inline/css-inline';
import { Eta } from 'eta';
import type { Locale } from '../../domain/people.ts';
import type { MailText } from '../../texts/mail-text.ts';

/** All that a letter shows. Texts are text; addresses are whole. */
export interface Content extends Omit<MailText, 'links' | 'action' | 'settings' | 'unsubscribe'> {
  readonly locale: Locale;
  /** who sends it, as its head says */
  readonly brand: string;
  readonly links: readonly Linked[];
  readonly action: Linked;
  /** below: what one can do so that fewer come */
  readonly choices: readonly Linked[];
}

export interface Linked {
  readonly label: string;
  readonly href: string;
}

const plain = new Eta({ autoEscape: false, autoTrim: false });
const escaping = new Eta({ autoEscape: true, autoTrim: false });

export const textPart = (content: Content): string => plain.render(TEXT, content).replace(/\n{3,}/g, '\n\n');

export const htmlPart = (content: Content): string =>
  inline(escaping.render(HTML, content), { loadRemoteStylesheets: false }); // nothing is fetched for a letter

const TEXT = plain.compile(`<%= it.paragraphs.join('\\n\\n') %>
<% for (const quote of it.quotes) { %>

> <%= quote.replaceAll('\\n', '\\n> ') %>
<% } if (it.more) { %>

<%= it.more %>
<% } for (const link of it.links) { %>

<%= link.label %>
<%= link.href %>
<% } if (it.closing) { %>

<%= it.closing %>
<% } %>


<%= it.action.label %>: <%= it.action.href %>


-- 
<%= it.footer.join('\\n') %>
<% for (const choice of it.choices) { %><%= choice.label %>: <%= choice.href %>
<% } %>`);

/** Light is on the elements; dark and narrow have to outdo that. */
const STYLE = `
  body, .page { margin: 0; padding: 0; width: 100%; background-color: #eef0f4; color: #1c2430; }
  table { border-collapse: separate; mso-table-lspace: 0; mso-table-rspace: 0; }
  td, h1, p, blockquote, a { font-family: -apple-system, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif; }
  .preheader { display: none; max-height: 0; max-width: 0; overflow: hidden; opacity: 0; font-size: 1px; line-height: 1px; color: #eef0f4; mso-hide: all; }
  .outer { padding: 32px 16px; }
  .frame { width: 100%; max-width: 600px; table-layout: fixed; }
  .brand { padding: 0 8px 16px; font-size: 18px; line-height: 24px; font-weight: 700; letter-spacing: -0.2px; color: #1f5fbf; }
  .sheet { padding: 36px 40px 32px; background-color: #ffffff; border: 1px solid #d5dae1; border-radius: 14px; word-break: break-word; overflow-wrap: anywhere; }
  h1 { margin: 0 0 20px; font-size: 21px; line-height: 30px; font-weight: 600; color: #1c2430; }
  .sheet p { margin: 0 0 16px; font-size: 16px; line-height: 25px; color: #1c2430; }
  .quote { margin: 0 0 16px; padding: 14px 18px; background-color: #f5f7fa; border-left: 4px solid #1f5fbf; border-radius: 0 8px 8px 0; font-size: 16px; line-height: 25px; color: #1c2430; }
  .sheet p.item { margin: 0 0 12px; padding: 12px 16px; background-color: #f5f7fa; border-radius: 8px; }
  .link { color: #1f5fbf; }
  .button-frame { margin: 28px 0 24px; }
  .button { background-color: #1f5fbf; border-radius: 10px; text-align: center; mso-padding-alt: 14px 28px; }
  .button a { display: inline-block; padding: 14px 28px; font-size: 16px; line-height: 22px; font-weight: 600; color: #ffffff; text-decoration: none; border-radius: 10px; }
  .sheet p.address { margin: 0; padding-top: 16px; border-top: 1px solid #e3e7ed; font-size: 13px; line-height: 20px; color: #5b6675; }
  .sheet p.address a { color: #5b6675; }
  .footer { padding: 20px 8px 0; word-break: break-word; overflow-wrap: anywhere; }
  .footer p { margin: 0 0 8px; font-size: 13px; line-height: 20px; color: #5b6675; }
  .footer a { color: #5b6675; text-decoration: underline; }
`;

/** Not inlined: rules that no element can have. */
const AT_RULES = `
  @media (max-width: 480px) {
    .outer { padding: 20px 12px !important; }
    .sheet { padding: 24px 20px !important; }
    h1 { font-size: 19px !important; line-height: 27px !important; }
    .button-frame, .button a { width: 100% !important; box-sizing: border-box !important; }
  }
  @media (prefers-color-scheme: dark) {
    body, .page { background-color: #12161c !important; color: #e6eaf0 !important; }
    .preheader { color: #12161c !important; }
    .sheet { background-color: #1b2129 !important; border-color: #39424e !important; }
    h1, .sheet p, .quote { color: #e6eaf0 !important; }
    .quote, .sheet p.item { background-color: #262e38 !important; border-left-color: #7db0ff !important; }
    .brand, .link { color: #7db0ff !important; }
    .button { background-color: #7db0ff !important; }
    .button a { color: #0b1a30 !important; }
    .sheet p.address { border-top-color: #39424e !important; }
    .sheet p.address, .sheet p.address a, .footer p, .footer a { color: #a3adba !important; }
  }
`;

const HTML = escaping.compile(`<!doctype html>
<html lang="<%= it.locale %>" dir="ltr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<meta name="format-detection" content="telephone=no, date=no, address=no, email=no, url=no">
<meta name="x-apple-disable-message-reformatting">
<title><%= it.subject %></title>
<style>${STYLE}</style>
<style data-css-inline="keep">${AT_RULES}</style>
</head>
<body>
<div class="preheader"><%= it.preheader %>${'&#847;&zwnj;&nbsp;'.repeat(40)}</div>
<table role="presentation" class="page" width="100%" cellpadding="0" cellspacing="0" border="0" bgcolor="#eef0f4"><tr><td class="outer" align="center">
<!--[if mso]><table role="presentation" width="600" align="center" cellpadding="0" cellspacing="0" border="0"><tr><td><![endif]-->
<table role="presentation" class="frame" width="100%" cellpadding="0" cellspacing="0" border="0">
<tr><td class="brand" align="left"><%= it.brand %></td></tr>
<tr><td class="sheet" align="left" bgcolor="#ffffff">
<% it.paragraphs.forEach((paragraph, index) => { if (index === 0) { %><h1><%= paragraph %></h1>
<% } else { %><p><%= paragraph %></p>
<% } }); for (const quote of it.quotes) { %><blockquote class="quote" dir="auto"><% quote.split('\\n').forEach((line, index) => { if (index > 0) { %><br><% } %><%= line %><% }); %></blockquote>
<% } if (it.more) { %><p><%= it.more %></p>
<% } for (const link of it.links) { %><p class="item"><a class="link" href="<%= link.href %>"><%= link.label %></a></p>
<% } if (it.closing) { %><p><%= it.closing %></p>
<% } %><table role="presentation" class="button-frame" cellpadding="0" cellspacing="0" border="0"><tr><td class="button" align="center" bgcolor="#1f5fbf"><a href="<%= it.action.href %>"><%= it.action.label %></a></td></tr></table>
<p class="address"><%= it.fallback %><br><a href="<%= it.action.href %>"><%= it.action.href %></a></p>
</td></tr>
<tr><td class="footer" align="left">
<% for (const line of it.footer) { %><p><%= line %></p>
<% } if (it.choices.length > 0) { %><p><% it.choices.forEach((choice, index) => { if (index > 0) { %> &middot; <% } %><a href="<%= choice.href %>"><%= choice.label %></a><% }); %></p>
<% } %></td></tr>
</table>
<!--[if mso]></td></tr></table><![endif]-->
</td></tr></table>
</body>
</html>
`);
