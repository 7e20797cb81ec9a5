// Rule 2.3: one line of a conversation, at its place for good.

import type { PersonalData } from './personal-data/personal-data.ts';
import type { Person, Role } from './people.ts';

/** What an expert may send; customers send `message`. */
export const EXPERT_KINDS = ['greeting', 'info_request', 'answer', 'follow_up', 'message'] as const;

/** `closed` is written by the system as the last line of a conversation (2.8). */
export type MessageKind = (typeof EXPERT_KINDS)[number] | 'closed';

export interface Author extends Person {
  readonly role: Role;
}

export const FLAG_REASONS = ['personal_information', 'abuse'] as const;

export type FlagReason = (typeof FLAG_REASONS)[number];

/** 9.2: the red flag of a side of the conversation, or of the platform itself (`SYSTEM`). One for each person. */
export interface Flag {
  readonly by: Author;
  readonly reason: FlagReason;
  readonly at: Date;
}

export interface Message {
  readonly questionId: string;
  /** 1, 2, 3 … in each conversation, without gap or duplicate */
  readonly seq: number;
  /** unique per author and conversation: the same one again is the same message */
  readonly clientId: string;
  readonly kind: MessageKind;
  readonly by: Author;
  /** card numbers are masked; empty when it was redacted */
  readonly body: string;
  readonly at: Date;
  /** 9.2: what was recognised in it, of which its sender is warned; absent when nothing was */
  readonly personal?: readonly PersonalData[];
  /** 9.2: absent when there is none */
  readonly flags?: readonly Flag[];
  /** 3.1: an expert's that asks for a rating; absent when it does not */
  readonly asksRating?: true;
  /** 3.2: its expert has sent it although it is a fragment; absent when there was nothing to confirm */
  readonly confirmed?: true;
  /** 9.2: when customer care took its text away */
  readonly redactedAt?: Date;
}

/** Of an actor or a user, who are more than that. */
export const authorOf = ({ id, name, role }: Author): Author => ({ id, name, role });

/** The platform itself as an author. */
export const SYSTEM: Author = { id: 'system', name: 'Parley', role: 'system' };
