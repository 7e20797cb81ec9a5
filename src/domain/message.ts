// Rule 2.3: one line of a conversation, at its place for good.

import type { Person, Role } from './people.ts';

/** What an expert may send; customers send `message`. */
export const EXPERT_KINDS = ['greeting', 'info_request', 'answer', 'follow_up', 'message'] as const;

/** `closed` is written by the system as the last line of a conversation (2.8). */
export type MessageKind = (typeof EXPERT_KINDS)[number] | 'closed';

export interface Author extends Person {
  readonly role: Role;
}

export interface Message {
  readonly questionId: string;
  /** 1, 2, 3 … in each conversation, without gap or duplicate */
  readonly seq: number;
  /** unique per author and conversation: the same one again is the same message */
  readonly clientId: string;
  readonly kind: MessageKind;
  readonly by: Author;
  readonly body: string;
  readonly at: Date;
}

/** The platform itself as an author. */
export const SYSTEM: Author = { id: 'system', name: 'Parley', role: 'system' };
