// All commands: the one table that both transports, the OpenAPI description, the limits and the tests are made from.

import { audit } from './audit.ts';
import { cases } from './case.ts';
import { catalogue } from './catalogue.ts';
import { category } from './category.ts';
import type { Command } from './command.ts';
import { earnings } from './earnings.ts';
import { evidence } from './evidence.ts';
import { expert } from './expert.ts';
import { mail } from './mail.ts';
import { message } from './message.ts';
import { notice } from './notice.ts';
import { offer } from './offer.ts';
import { payment } from './payment.ts';
import { price } from './price.ts';
import { presence } from './presence.ts';
import { privateInfo } from './private-info.ts';
import { question } from './question.ts';
import { queue } from './queue.ts';
import { request } from './request.ts';
import { session } from './session.ts';
import { site } from './site.ts';
import { template } from './template.ts';
import { user } from './user.ts';
import { webhook } from './webhook.ts';

export const COMMANDS: Readonly<Record<string, Command>> = {
  ...site,
  ...session,
  ...category,
  ...price,
  ...catalogue,
  ...template,
  ...expert,
  ...question,
  ...queue,
  ...message,
  ...notice,
  ...offer,
  ...request,
  ...payment,
  ...earnings,
  ...cases,
  ...evidence,
  ...user,
  ...presence,
  ...privateInfo,
  ...audit,
  ...mail,
  ...webhook,
};
