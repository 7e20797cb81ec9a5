// One letter with everything in it that the world may see. Its words come from texts/.

import { createHash } from 'node:crypto';
import type { SendMailOptions } from 'nodemailer';
import type { Mail } from '../../context.ts';
import type { MailChoice } from '../../domain/mail.ts';
import { mailText } from '../../texts/mail-text.ts';
import { htmlPart, textPart } from './layout.ts';

/** A sender: `name` may be empty. */
export interface Mailbox {
  readonly name: string;
  readonly address: string;
}

export interface LetterSettings {
  readonly from: Mailbox;
  /** where the buttons of the letters lead. Throws while that is not known: the letter is sent later then */
  readonly publicUrl: () => URL;
  /** what proves that whoever has a letter may end such ones */
  readonly signChoice: (userId: string, choice: MailChoice) => string;
}

export interface Letter extends SendMailOptions {
  readonly to: Mailbox;
  readonly from: Mailbox;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** A letter, and what a list of letters shows beside its subject. */
export interface Written {
  readonly letter: Letter;
  readonly preheader: string;
}

export function letterOf(mail: Mail, settings: LetterSettings): Written {
  const { from } = settings;
  const publicUrl = settings.publicUrl();
  const href = (path: string) => publicUrl.href.replace(/\/$/, '') + path;
  const linked = ({ label, path }: { readonly label: string; readonly path: string }) => ({ label, href: href(path) });
  const id = (of: string) => `<${createHash('sha256').update(of).digest('hex')}@${publicUrl.hostname}>`;

  const words = mailText(mail.template, mail.params, mail.locale, mail.items, mail.timeZone);
  const { unsubscribe, settings: settingsLink } = words;
  const ending =
    unsubscribe === null
      ? null
      : {
          label: unsubscribe.label,
          href: href(`/unsubscribe?token=${settings.signChoice(mail.userId, unsubscribe.choice)}`),
        };
  const content = {
    ...words,
    locale: mail.locale,
    brand: from.name || 'Parley',
    links: words.links.map(linked),
    action: linked({ ...words.action, path: words.action.path + (mail.link ? `#${mail.link}` : '') }),
    choices: [...(ending === null ? [] : [ending]), ...(settingsLink === null ? [] : [linked(settingsLink)])],
  };
  const letter: Letter = {
    messageId: id(mail.key),
    ...threadOf(mail, id),
    // an object, so that a comma in it can never make a second receiver
    to: { name: '', address: mail.to },
    from,
    subject: words.subject,
    text: textPart(content),
    html: htmlPart(content),
    headers: {
      'Auto-Submitted': 'auto-generated',
      // nobody reads what an absent person's program would answer
      'X-Auto-Response-Suppress': 'All',
      ...(ending !== null && unsubscribing(ending.href)),
    },
  };
  return { letter, preheader: words.preheader };
}

/** All that a person gets about a question answers one letter that was never sent: so it stands together. */
function threadOf(
  { params, userId }: Mail,
  id: (of: string) => string,
): Pick<SendMailOptions, 'inReplyTo' | 'references'> {
  if (typeof params.questionId !== 'string') return {};
  const root = id(`question ${params.questionId} of ${userId}`);
  return { inReplyTo: root, references: root };
}

/** RFC 8058: mail programs end it by one POST, which has to go by https. */
function unsubscribing(href: string): Record<string, string> {
  return {
    'List-Unsubscribe': `<${href}>`,
    ...(href.startsWith('https:') && { 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' }),
  };
}
