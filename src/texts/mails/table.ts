// The words of every e-mail; the compiler sees to it that none is missing.

import type { MailTemplate } from '../../domain/mail.ts';
import { ACCOUNT_MAILS } from './account.ts';
import { CARE_MAILS } from './care.ts';
import { CONVERSATION_MAILS } from './conversation.ts';
import { MESSAGE_MAILS } from './messages.ts';
import { MONEY_MAILS } from './money.ts';
import { REQUEST_MAILS } from './request.ts';
import { WEBHOOK_MAILS } from './webhooks.ts';
import type { MailWords } from './words.ts';

export const MAIL_TEXTS: Readonly<Record<MailTemplate, MailWords>> = {
  ...MESSAGE_MAILS,
  ...REQUEST_MAILS,
  ...CONVERSATION_MAILS,
  ...MONEY_MAILS,
  ...CARE_MAILS,
  ...ACCOUNT_MAILS,
  ...WEBHOOK_MAILS,
};
