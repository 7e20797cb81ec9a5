// The audit log: what admins did and what they read, append-only. Every row carries the hash of the one before it, so
// that a row that was changed, removed or put in between is found. It names things by their ids, never their contents.

import { createHash } from 'node:crypto';
import type mongoose from 'mongoose';
import type { Role } from '../domain/people.ts';
import { inBatches } from './batch.ts';
import { insertOnce } from './outcome.ts';
import type { StoreKind } from './store.ts';

/** What a command was about: `{ what: 'question', id: 'q_…' }`. */
export interface AuditTarget {
  readonly what: string;
  readonly id: string;
}

export interface AuditEntry {
  /** one call of a command has one row */
  readonly call: string;
  readonly actor: { readonly id: string; readonly role: Role };
  /** the command */
  readonly action: string;
  readonly targets: readonly AuditTarget[];
  readonly reason: string | null;
  /** `unknown`: the process died, or failed, after it had begun; the record shows what became of it */
  readonly outcome: 'done' | 'unknown';
  readonly at: Date;
}

/** What is about to be done: a row if it is, or if nobody can tell. */
export type AuditAnnouncement = Omit<AuditEntry, 'outcome'>;

export interface AuditRow extends AuditEntry {
  /** 1, 2, 3 … without gap */
  readonly seq: number;
  /** of the row before; 64 zeros for the first */
  readonly prevHash: string;
  /** SHA-256 over all of the above, hexadecimal */
  readonly hash: string;
}

/** A row as somebody wrote it down elsewhere, to prove later that nothing was cut off or made anew. */
export type AuditAnchor = Pick<AuditRow, 'seq' | 'hash'>;

export interface AuditCheck {
  readonly rows: number;
  /** what to write down elsewhere; null for an empty log */
  readonly last: AuditAnchor | null;
  /** the first row that does not follow from the one before it; null when all do */
  readonly broken: { readonly seq: number; readonly why: 'missing' | 'not_linked' | 'changed' | 'not_as_noted' } | null;
}

type AnnouncedDoc = Omit<AuditAnnouncement, 'call'> & { _id: string };
type AuditDoc = Omit<AuditRow, 'seq'> & { _id: number };

const FIRST_PREV = '0'.repeat(64);
const MAX_TRIES = 100; // each lost race means that another process wrote a row
const HASH = { bsonType: 'string', pattern: '^[0-9a-f]{64}$' };

/** What MongoDB checks on every insert: exactly these fields. */
const AUDIT_VALIDATOR = {
  $jsonSchema: {
    required: ['_id', 'call', 'actor', 'action', 'targets', 'reason', 'outcome', 'at', 'prevHash', 'hash'],
    additionalProperties: false,
    properties: {
      _id: { bsonType: ['int', 'long', 'double'], minimum: 1 },
      actor: {
        bsonType: 'object',
        required: ['id', 'role'],
        additionalProperties: false,
        properties: { id: { bsonType: 'string' }, role: { bsonType: 'string' } },
      },
      call: { bsonType: 'string', maxLength: 60 },
      outcome: { enum: ['done', 'unknown'] },
      action: { bsonType: 'string', minLength: 1, maxLength: 60 },
      targets: {
        bsonType: 'array',
        items: {
          bsonType: 'object',
          required: ['what', 'id'],
          additionalProperties: false,
          properties: { what: { bsonType: 'string', maxLength: 30 }, id: { bsonType: 'string', maxLength: 80 } },
        },
      },
      reason: { bsonType: ['string', 'null'] },
      at: { bsonType: 'date' },
      prevHash: HASH,
      hash: HASH,
    },
  },
};

export const AUDIT = {
  collection: 'audit',
  indexes: [
    { key: { 'targets.id': 1, _id: -1 }, name: 'target' },
    { key: { call: 1 }, name: 'call', unique: true },
  ],
  validator: AUDIT_VALIDATOR,
  beside: [{ collection: 'audit_announced', indexes: [{ key: { at: 1 }, name: 'at' }] }],
  open: auditStore,
} satisfies StoreKind;

function auditStore(db: mongoose.mongo.Db) {
  const collection = db.collection<AuditDoc>('audit');
  const announced = db.collection<AnnouncedDoc>('audit_announced');
  // a process never races itself; other processes are told apart by the unique seq
  const append = inBatches<AuditEntry, AuditRow>({
    run: async (batch) => Promise.all(batch.map((entry) => appendOne(collection, entry))),
    maxBatch: 1,
    lanes: 1,
  });
  return {
    /** Before the deed: whatever happens to this process, the log will have a row of it. Repeatable. */
    async announce({ call, ...rest }: AuditAnnouncement): Promise<void> {
      await insertOnce(() => announced.insertOne({ _id: call, ...rest }));
    },

    /** Writes the next row, or answers the one that this call has; resolves when it is stored for good. */
    append,

    /** There is a row, or nothing was done. */
    async withdraw(call: string): Promise<void> {
      await announced.deleteOne({ _id: call });
    },

    /** What was begun before `before` and not heard of since, the oldest first. */
    async unheardOf(before: Date, limit: number): Promise<AuditAnnouncement[]> {
      const docs = await announced
        .find({ at: { $lte: before } })
        .sort({ at: 1 })
        .limit(limit)
        .toArray();
      return docs.map(({ _id, ...rest }) => ({ call: _id, ...rest }));
    },

    /** The newest first; only about one thing when given. `before` is the seq of the last one of the page before. */
    async list(about: string | undefined, before: number | undefined, limit: number): Promise<AuditRow[]> {
      const docs = await collection
        .find({
          ...(about !== undefined && { 'targets.id': about }),
          ...(before !== undefined && { _id: { $lt: before } }),
        })
        .sort({ _id: -1 })
        .limit(limit)
        .toArray();
      return docs.map(fromDoc);
    },

    /** Reads the whole log and recomputes every hash. `noted`: a row that was written down elsewhere. */
    async verify(noted?: AuditAnchor): Promise<AuditCheck> {
      let rows = 0;
      let last: AuditAnchor | null = null;
      let prevHash = FIRST_PREV;
      for await (const doc of collection.find().sort({ _id: 1 })) {
        const row = fromDoc(doc);
        const seq = rows + 1;
        const broken = (why: NonNullable<AuditCheck['broken']>['why']) => ({ rows, last, broken: { seq, why } });
        if (row.seq !== seq) return broken('missing');
        if (row.prevHash !== prevHash) return broken('not_linked');
        if (!isWhole(row)) return broken('changed');
        if (noted?.seq === seq && noted.hash !== row.hash) return broken('not_as_noted');
        rows = seq;
        prevHash = row.hash;
        last = { seq, hash: row.hash };
      }
      const cutOff = noted !== undefined && noted.seq > rows;
      return { rows, last, broken: cutOff ? { seq: rows + 1, why: 'missing' } : null };
    },
  };
}

/** Not only what a majority has: a row that follows another can only outlive a failover together with it. */
const NEWEST = { readConcern: { level: 'local' } } as const;

async function appendOne(collection: mongoose.mongo.Collection<AuditDoc>, entry: AuditEntry): Promise<AuditRow> {
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const last = await collection.findOne({}, { sort: { _id: -1 }, ...NEWEST });
    const linked = { ...entry, seq: (last?._id ?? 0) + 1, prevHash: last?.hash ?? FIRST_PREV };
    const row: AuditRow = { ...linked, hash: hashOf(linked) };
    const { seq, ...rest } = row;
    if (await insertOnce(() => collection.insertOne({ _id: seq, ...rest }))) return row;
    const same = await collection.findOne({ call: entry.call }, NEWEST);
    if (same !== null) return fromDoc(same);
  }
  throw new Error('the audit log is written by too many at once');
}

/** A row that has lost its form, against the validator, has no hash any more. */
function isWhole(row: AuditRow): boolean {
  try {
    return row.hash === hashOf(row);
  } catch {
    return false;
  }
}

/** In a fixed order, every value at a place of its own: no two rows have the same text. */
function hashOf(row: Omit<AuditRow, 'hash'>): string {
  const { seq, call, actor, action, targets, reason, outcome, at, prevHash } = row;
  const about = targets.map(({ what, id }) => [what, id]);
  const what = [call, at.toISOString(), actor.id, actor.role, action, about, reason, outcome];
  const text = JSON.stringify([seq, ...what, prevHash]);
  return createHash('sha256').update(text).digest('hex');
}

function fromDoc({ _id, ...rest }: AuditDoc): AuditRow {
  return { seq: _id, ...rest };
}
