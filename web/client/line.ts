// A line as views show it: the same whether the server has it already or not.

import type { ParleyError } from './errors.ts';
import type { Owed } from './outbox.ts';
import type { Message } from './protocol.ts';

export type Author = Message['by'];

export interface Line {
  /** the same before and after the server has it */
  readonly key: string;
  readonly clientId: string;
  /** null: it is still owed */
  readonly seq: number | null;
  readonly by: Author;
  readonly kind: string;
  readonly body: string;
  /** ISO 8601 */
  readonly at: string;
  readonly state: 'sent' | Owed['state'];
  /** of a line that is refused */
  readonly error: ParleyError | null;
  /** all of it, once the server has it */
  readonly message: Message | null;
}

export const sentLine = (message: Message): Line => ({
  ...{ key: `${message.by.id}/${message.clientId}`, clientId: message.clientId, seq: message.seq, by: message.by },
  ...{ kind: message.kind, body: message.body, at: message.at, state: 'sent', error: null, message },
});

export const owedLine = (owed: Owed, { id, name, role }: Author): Line => ({
  ...{ key: `${id}/${owed.clientId}`, clientId: owed.clientId, seq: null, by: { id, name, role } },
  ...{ kind: owed.kind ?? 'message', body: owed.body, at: new Date(owed.at).toISOString() },
  ...{ state: owed.state, error: owed.error, message: null },
});
