// Letters that go nowhere: development keeps them.

import { createTransport } from 'nodemailer';
import type { InboxMail } from '../../models/inbox.ts';
import { NOTHING_FETCHED } from './carrier.ts';
import type { Carrier } from './carrier.ts';
import type { Mailbox } from './letter.ts';

export interface Inbox {
  save(mail: InboxMail): Promise<void>;
}

/** Builds the whole letter as for a server, so that what could not be sent fails in development too. */
export function inboxCarrier(inbox: Inbox): Carrier {
  const transport = createTransport({ streamTransport: true, buffer: true, ...NOTHING_FETCHED });
  return {
    carry: async ({ letter, preheader }, { key }) => {
      const { message } = await transport.sendMail(letter);
      const { to, from, subject, text, html } = letter;
      const headers = headOf(message);
      const shown = { to: to.address, from: written(from), subject, preheader, text, html, headers };
      await inbox.save({ id: key, ...shown, at: new Date() });
      return { ok: true };
    },
    close: () => {
      transport.close();
    },
  };
}

const written = ({ name, address }: Mailbox) => (name === '' ? address : `${name} <${address}>`);

/** As it would travel, one header a line or folded. */
function headOf(message: unknown): string {
  const [head = ''] = String(message).split(/\r?\n\r?\n/, 1);
  return head.replaceAll('\r\n', '\n');
}
