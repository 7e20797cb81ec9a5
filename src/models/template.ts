// Texts that experts keep for their messages. A message that was sent has its own copy.

import type mongoose from 'mongoose';
import type { Locale } from '../domain/people.ts';
import { freePlace } from './free-place.ts';
import { isDuplicate } from './outcome.ts';
import type { StoreKind } from './store.ts';
import { titleKeyOf } from './title-key.ts';

export interface Template {
  readonly id: string;
  readonly title: string;
  readonly body: string;
  readonly locale: Locale;
}

type TemplateDoc = Omit<Template, 'id'> & { _id: string; expertId: string; titleKey: string; place: number };

export const MOST_TEMPLATES = 100; // of one expert

export const TEMPLATES = {
  collection: 'templates',
  indexes: [
    { key: { expertId: 1, locale: 1, titleKey: 1 }, name: 'title', unique: true },
    // each has one of so many places: there are never more, whoever adds one at the same time
    { key: { expertId: 1, place: 1 }, name: 'place', unique: true },
    { key: { expertId: 1, _id: -1 }, name: 'expert' },
  ],
  open: templateStore,
} satisfies StoreKind;

function templateStore(db: mongoose.mongo.Db) {
  const collection = db.collection<TemplateDoc>('templates');
  return {
    /** The newest first; `before` is the last id of the page before. */
    async list(expertId: string, before: string | undefined, limit: number): Promise<Template[]> {
      const page = before === undefined ? {} : { _id: { $lt: before } };
      const docs = await collection
        .find({ expertId, ...page })
        .sort({ _id: -1 })
        .limit(limit)
        .toArray();
      return docs.map(fromDoc);
    },

    /** Adds one. The same text under the same title is there already; `taken`: another text is; `full`: no place is free. */
    async add(expertId: string, { id, ...text }: Template): Promise<Template | 'taken' | 'full'> {
      const titleKey = titleKeyOf(text.title);
      for (;;) {
        const same = await collection.findOne({ expertId, locale: text.locale, titleKey });
        if (same !== null) return same.body === text.body ? fromDoc(same) : 'taken';
        const places = await collection.find({ expertId }).project<Pick<TemplateDoc, 'place'>>({ place: 1 }).toArray();
        const place = freePlace(places);
        if (place >= MOST_TEMPLATES) return 'full';
        try {
          await collection.insertOne({ _id: id, ...text, expertId, titleKey, place });
          return { id, ...text };
        } catch (error) {
          if (!isDuplicate(error)) throw error; // otherwise somebody else was first
        }
      }
    },

    /** Null when there is none of this expert; `taken` when another of theirs in this language is called so. */
    async change(expertId: string, { id, ...text }: Template): Promise<Template | 'taken' | null> {
      try {
        const doc = await collection.findOneAndUpdate(
          { _id: id, expertId },
          { $set: { ...text, titleKey: titleKeyOf(text.title) } },
          { returnDocument: 'after' },
        );
        return doc === null ? null : fromDoc(doc);
      } catch (error) {
        if (isDuplicate(error)) return 'taken';
        throw error;
      }
    },

    /** False when there is none of this expert. */
    async remove(expertId: string, id: string): Promise<boolean> {
      return (await collection.deleteOne({ _id: id, expertId })).deletedCount === 1;
    },
  };
}

function fromDoc({ _id, title, body, locale }: TemplateDoc): Template {
  return { id: _id, title, body, locale };
}
