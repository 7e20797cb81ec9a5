// The mail log: what was written to whom, what is held back and why, and once more.

import { v5 as uuidFrom } from 'uuid';
import { z } from 'zod';
import type { Ctx } from '../context.ts';
import { findMail, renderMail, sendAgain } from '../dispatch/mail-log.ts';
import type { OwedMail } from '../models/mail.ts';
import { OWED_STATES } from '../models/owed.ts';
import { command } from './command.ts';
import { ClientId, Id, PAGE, cursorOf, paged } from './fields.ts';
import { MailView, mailView } from './views/mail.ts';

const LONGEST_KEY = 250;
const MailId = z.string().min(1).max(LONGEST_KEY);
const MailCursor = z.string().min(1).max(300);
const Letter = z.strictObject({ subject: z.string(), text: z.string(), html: z.string() }).meta({ id: 'Letter' });

export const mail = {
  'mail.list': command({
    summary:
      'E-mails of the last KEEP_MAILS, the newest first; to one person, in one state, about one question or offer.',
    who: ['admin'],
    reads: true,
    input: z.strictObject({
      to: Id.optional(),
      state: z.enum(OWED_STATES).optional(),
      about: Id.optional(),
      cursor: MailCursor.optional(),
    }),
    output: z.strictObject({ items: z.array(MailView), nextCursor: z.string().optional() }),
    run: async (ctx, _actor, { cursor, ...filter }) => {
      const before = cursor === undefined ? undefined : cursorOf(cursor);
      const found = await ctx.stores.mails.list({ ...filter, before }, PAGE + 1);
      const page = paged(found, ({ at, id }) => `${at.toISOString()}/${id}`);
      return { ...page, items: await Promise.all(page.items.map((one) => viewOf(ctx, one))) };
    },
  }),

  'mail.get': command({
    summary: 'One e-mail, and what it says as it would be built now, without the links that are its receiver’s alone.',
    who: ['admin'],
    reads: true,
    audited: true,
    input: z.strictObject({ mailId: MailId }),
    output: z.strictObject({
      mail: MailView,
      letter: Letter.nullable().meta({ description: 'Null: there is nothing left to say.' }),
    }),
    run: async (ctx, _actor, { mailId }) => {
      const found = await findMail(ctx, mailId);
      return { mail: await viewOf(ctx, found), letter: await renderMail(ctx, found) };
    },
  }),

  'mail.resend': command({
    summary:
      'Sends an e-mail now: one that waits without waiting, one that was settled once more; `force`: also without its reason.',
    who: ['admin'],
    input: z.strictObject({ mailId: MailId, clientId: ClientId, force: z.boolean().optional() }),
    output: z.strictObject({ mail: MailView }),
    run: async (ctx, actor, { mailId, clientId, force = false }) => {
      const nonce = uuidFrom(`${actor.id}/${clientId}`, uuidFrom.URL);
      return { mail: await viewOf(ctx, await sendAgain(ctx, mailId, nonce, force)) };
    },
  }),
};

const viewOf = async (ctx: Ctx, one: OwedMail) => mailView(one, await ctx.stores.users.read(one.to));
