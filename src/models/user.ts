// Customers, experts and admins (1.1).

import type mongoose from 'mongoose';
import type { Availability } from '../domain/availability.ts';
import { emailPart } from '../domain/email-address.ts';
import { skeletonOf } from '../domain/names.ts';
import type { Wishes } from '../domain/notify.ts';
import type { Actor, Locale } from '../domain/people.ts';
import { availabilityIn } from './availability.ts';
import { inBatches, inPieces } from './batch.ts';
import { insertOnce, isDuplicate } from './outcome.ts';
import type { StoreKind } from './store.ts';

export interface User {
  readonly id: string;
  readonly version: number;
  readonly role: Actor['role'];
  readonly name: string;
  readonly locale: Locale;
  /** lower case; null for visitors who gave none */
  readonly email: string | null;
  /** argon2id; null for visitors */
  readonly passwordHash: string | null;
  /** the version with which it got another one, and when: a letter says so; absent: it has its first one */
  readonly newPassword?: { readonly version: number; readonly at: Date };
  /** experts: the ids of their categories */
  readonly categories: readonly string[];
  /** 6.3, 4: wants "View request now"; wants reminders, unless it says no; when letters come that can wait: as `wishesOf` says */
  readonly notify: { readonly openRequests: boolean; readonly reminders?: boolean } & Partial<
    Pick<Wishes, 'digest' | 'quiet'>
  >;
  /** IANA name; absent: UTC */
  readonly timeZone?: string;
  readonly active: boolean;
  /** grows when open sessions must end; tokens carry it */
  readonly tokenVersion: number;
  /** when it grew last, or a session ended by itself; absent: never */
  readonly revokedAt?: Date;
  /** since when it is not known that all is done that follows from its rights; absent: it is */
  readonly followsSince?: Date;
  /** 6.1, experts; absent: never said. It has a version of its own, and `save` leaves it as it is. */
  readonly availability?: Availability;
  /** sessions that ended before their tokens do; absent: none ever did */
  readonly endedSessions?: readonly { readonly session: string; readonly until: Date }[];
  readonly createdAt: Date;
}

export interface UserListFilter {
  readonly role?: User['role'] | undefined;
  readonly active?: boolean | undefined;
  /** a part of the name or the e-mail in the form in which they are kept (domain/text.ts), in any case */
  readonly search?: string | undefined;
  /** experts with categories, or without */
  readonly hasCategories?: boolean | undefined;
  /** the last id of the page before */
  readonly before?: string | undefined;
}

const READ_BATCH = 500; // ids in one $in

/**
 * What is derived from the rest: `login`, the e-mail of people with a password (visitors may share an address, accounts may
 * not), and `nameKey`, what the name of an expert or admin looks like.
 */
interface Keys {
  readonly login?: string;
  readonly nameKey?: string;
}

type UserDoc = Omit<User, 'id'> & { _id: string } & Keys;

const keysOf = ({ role, name, email, passwordHash }: Omit<User, 'id'>): Keys => ({
  ...(passwordHash !== null && email !== null && { login: email }),
  ...(role !== 'customer' && { nameKey: skeletonOf(name) }),
});

export const USERS = {
  collection: 'users',
  indexes: [
    { key: { login: 1 }, name: 'login', unique: true, partialFilterExpression: { login: { $type: 'string' } } },
    { key: { role: 1, categories: 1 }, name: 'experts' },
    { key: { nameKey: 1 }, name: 'team_name', sparse: true },
    { key: { revokedAt: 1 }, name: 'revoked', sparse: true },
    { key: { followsSince: 1 }, name: 'unsettled', sparse: true },
    { key: { 'availability.hiddenSince': 1 }, name: 'hidden', sparse: true },
  ],
  open: userStore,
} satisfies StoreKind;

function userStore(db: mongoose.mongo.Db) {
  const collection = db.collection<UserDoc>('users');
  const read = inBatches<string, User | null>({
    run: async (ids) => {
      const docs = await collection.find({ _id: { $in: [...new Set(ids)] } }).toArray();
      const found = new Map(docs.map((doc) => [doc._id, fromDoc(doc)]));
      return ids.map((id) => found.get(id) ?? null);
    },
    maxBatch: READ_BATCH,
    lanes: 2,
  });
  const hasExpertsToNotify = inBatches<string, boolean>({
    async run(categoryIds) {
      const asked = [...new Set(categoryIds)].map(async (id): Promise<[string, boolean]> => {
        return [id, (await collection.findOne(toNotify(id), { projection: { _id: 1 } })) !== null];
      });
      const has = new Map(await Promise.all(asked));
      return categoryIds.map((id) => has.get(id) === true);
    },
    maxBatch: READ_BATCH,
    lanes: 2,
  });
  return {
    ...availabilityIn(db),

    /** False when another account has the e-mail. */
    async insert(user: User): Promise<boolean> {
      const { id, ...rest } = user;
      return insertOnce(() => collection.insertOne({ _id: id, ...rest, ...keysOf(rest) }));
    },

    /** `stale`: somebody else changed the user first; `taken`: another account has the e-mail. */
    async save(next: User): Promise<'saved' | 'stale' | 'taken'> {
      const { id, availability: _availability, ...rest } = next;
      const as = { $literal: { _id: id, ...rest, ...keysOf(rest) } };
      try {
        const result = await collection.updateOne({ _id: id, version: next.version - 1 }, [
          { $replaceWith: { $mergeObjects: [as, { availability: '$availability' }] } },
        ]);
        return result.modifiedCount === 1 ? 'saved' : 'stale';
      } catch (error) {
        if (isDuplicate(error)) return 'taken';
        throw error;
      }
    },

    /** Is there an active admin besides this one? */
    async hasOtherAdmin(id: string): Promise<boolean> {
      return (await collection.findOne({ role: 'admin', active: true, _id: { $ne: id } })) !== null;
    },

    /** Reads that come together share a round trip. */
    read,

    /** NOTE: MongoDB uses a partial index only for a query that says what its filter says: here and elsewhere `$type`. */
    async findByEmail(email: string): Promise<User | null> {
      const doc = await collection.findOne({ login: { $eq: email.toLowerCase(), $type: 'string' } });
      return doc === null ? null : fromDoc(doc);
    },

    /** Is an active account of these roles, other than this one, called so or in letters that look like it? */
    async isTaken(name: string, roles: readonly ('expert' | 'admin')[], exceptId?: string): Promise<boolean> {
      const alike = { nameKey: skeletonOf(name), role: { $in: roles }, active: true };
      const others = exceptId === undefined ? {} : { _id: { $ne: exceptId } };
      return (await collection.findOne({ ...alike, ...others }, { projection: { _id: 1 } })) !== null;
    },

    /** Ends one session; what ended before is forgotten with its last token. False when there is no such account. */
    async endSession(id: string, session: string, until: Date, now: Date): Promise<boolean> {
      const ended = { $ifNull: ['$endedSessions', []] };
      const isNew = { $not: [{ $in: [session, { $ifNull: ['$endedSessions.session', []] }] }] };
      const holding = { $filter: { input: ended, cond: { $gt: ['$$this.until', now] } } };
      const result = await collection.updateOne({ _id: id }, [
        {
          $set: {
            version: { $cond: [isNew, { $add: ['$version', 1] }, '$version'] },
            revokedAt: { $cond: [isNew, now, '$revokedAt'] },
            endedSessions: { $cond: [isNew, { $concatArrays: [holding, [{ session, until }]] }, ended] },
          },
        },
      ]);
      return result.matchedCount === 1;
    },

    /** I22: accounts of which sessions had to end since then. */
    async revokedSince(since: Date): Promise<(Pick<User, 'id' | 'tokenVersion'> & { sessions: string[] })[]> {
      const projection = { tokenVersion: 1, 'endedSessions.session': 1 };
      const docs = await collection.find({ revokedAt: { $gte: since } }, { projection }).toArray();
      return docs.map(({ _id, tokenVersion, endedSessions = [] }) => ({
        id: _id,
        tokenVersion,
        sessions: endedSessions.map(({ session }) => session),
      }));
    },

    /** From whose rights something may follow still. `since`: also what was changed by a version that did not note it. */
    async unsettled(since: Date): Promise<string[]> {
      const unnoted = [{ role: 'expert' as const }, { newPassword: { $exists: true } }];
      const filter = {
        $or: [{ followsSince: { $type: 'date' as const } }, { revokedAt: { $gte: since }, $or: unnoted }],
      };
      const docs = await collection.find(filter, { projection: { _id: 1 } }).toArray();
      return docs.map(({ _id }) => _id);
    },

    /** All is done that follows from an account as it was then. Nobody sees it, so its version stays. */
    async settled({ id, version }: Pick<User, 'id' | 'version'>): Promise<void> {
      await collection.updateOne({ _id: id, version }, { $unset: { followsSince: '' } });
    },

    /** 6.3: experts of the category who want to hear of open requests. There may be thousands. */
    async *expertsToNotify(categoryId: string, batchSize: number): AsyncGenerator<ToNotify[]> {
      const cursor = collection.find(toNotify(categoryId), { projection: { notify: 1, timeZone: 1 }, batchSize });
      yield* inPieces(cursor, batchSize, (doc) => ({ id: doc._id, ...wishesOf(doc) }));
    },

    /** Is there any? It costs no more than reading one, and is asked once for all that ask together. */
    hasExpertsToNotify,

    /** Who may answer, and in which categories. */
    async activeExperts(): Promise<Pick<User, 'id' | 'categories'>[]> {
      const experts = collection.find({ role: 'expert', active: true }, { projection: { categories: 1 } });
      return (await experts.toArray()).map(({ _id: id, categories }) => ({ id, categories }));
    },

    async admins(): Promise<User[]> {
      return (await collection.find({ role: 'admin', active: true }).toArray()).map(fromDoc);
    },

    /** By id, the newest first. */
    async list({ role, active, search, hasCategories, before }: UserListFilter, limit: number): Promise<User[]> {
      const docs = await collection
        .find({
          $and: [
            role === undefined ? {} : { role },
            active === undefined ? {} : { active },
            search === undefined ? {} : { $or: [{ name: like(search) }, { email: like(emailPart(search)) }] },
            hasCategories === undefined ? {} : { role: 'expert', categories: hasCategories ? { $ne: [] } : [] },
            before === undefined ? {} : { _id: { $lt: before } },
          ],
        })
        .sort({ _id: -1 })
        .limit(limit)
        .toArray();
      return docs.map(fromDoc);
    },
  };
}

const toNotify = (categoryId: string) =>
  ({ role: 'expert', categories: categoryId, active: true, 'notify.openRequests': true }) as const;

/** Who is written to, and how they want it. */
export type ToNotify = Pick<User, 'id'> & Wishes;

export const wishesOf = ({ notify, timeZone = 'UTC' }: Pick<User, 'notify' | 'timeZone'>): Wishes => ({
  timeZone,
  quiet: notify.quiet ?? null,
  digest: notify.digest ?? 'off',
});

const like = (part: string) => new RegExp(part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'), 'i');

function fromDoc(doc: UserDoc): User {
  const { _id, login: _login, nameKey: _nameKey, ...rest } = doc;
  return { id: _id, ...rest };
}
