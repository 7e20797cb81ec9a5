// @parley/client: all that a program needs to speak to a Parley server, in browsers and on Node.

import { listsOf } from './lists.ts';
import { Parley as Client } from './parley.ts';
import type { ParleyOptions } from './parley.ts';

export type Parley = Client & { readonly list: ReturnType<typeof listsOf> };

export function createParley(options: ParleyOptions): Parley {
  const client = new Client(options);
  return Object.assign(client, { list: listsOf(client) });
}

export { newClientId } from './calls.ts';
export type { Answer, CallOptions, CommandName, Input } from './calls.ts';
export type { EventName } from './connection.ts';
export type { Conversation, ConversationState } from './conversation.ts';
export { ParleyError } from './errors.ts';
export type { FieldProblem, Locale, ProblemCode } from './errors.ts';
export type { Author, Line } from './line.ts';
export type { Live } from './list.ts';
export type { Draft, Outbox, Owed } from './outbox.ts';
export type { ParleyOptions, ParleyStatus } from './parley.ts';
export type { Badge } from './page.ts';
export { saySeen } from './presence.ts';
