// E-mail: letters go out by SMTP or into the development inbox.

import type { MailPort } from '../../context.ts';
import type { Carrier } from './carrier.ts';
import { inboxCarrier } from './inbox.ts';
import type { Inbox } from './inbox.ts';
import { letterOf } from './letter.ts';
import type { LetterSettings } from './letter.ts';
import { smtpCarrier } from './smtp.ts';

export interface MailSettings extends LetterSettings {
  /** `smtp:` or `smtps:`, with name and password */
  readonly smtpUrl?: string | undefined;
  /** keeps the letters when there is no `smtpUrl` */
  readonly inbox?: Inbox | undefined;
}

/**
 * The mail port: by SMTP when there is a server, otherwise into the inbox.
 * @throws Error when there is neither: letters must not vanish in silence
 */
export function mailProvider(settings: MailSettings): MailPort & { close(): void } {
  const carrier = carrierOf(settings);
  return {
    send: async (mail) => carrier.carry(letterOf(mail, settings), mail),
    render: (mail) => {
      const { subject, text, html } = letterOf(mail, settings).letter;
      return { subject, text, html };
    },
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
