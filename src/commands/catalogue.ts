// The personal catalogue of an expert (8.1): services named in their own words.

import { z } from 'zod';
import { Refusal } from '../domain/errors.ts';
import { command } from './command.ts';
import { Cursor, Id, PAGE, ServiceTitle, invalid, paged } from './fields.ts';
import { OwnServiceView, ownServiceView } from './views/catalogue.ts';

export const catalogue = {
  'catalogue.list': command({
    summary: 'The services that the caller has named, each as it was offered last. The newest first.',
    who: ['expert'],
    reads: true,
    input: z.strictObject({ cursor: Cursor.optional() }),
    output: z.strictObject({ items: z.array(OwnServiceView), nextCursor: z.string().optional() }),
    run: async (ctx, actor, { cursor }) => {
      const page = paged(await ctx.stores.catalogue.list(actor.id, cursor, PAGE + 1), (last) => last.id);
      return { ...page, items: page.items.map(ownServiceView) };
    },
  }),

  'catalogue.rename': command({
    summary: 'Another title for a service of the caller. Offers that were sent keep theirs.',
    who: ['expert'],
    input: z.strictObject({ serviceId: Id, title: ServiceTitle }),
    output: z.strictObject({ service: OwnServiceView }),
    run: async (ctx, actor, { serviceId, title }) => {
      const renamed = await ctx.stores.catalogue.rename(actor.id, serviceId, title);
      if (renamed === null) throw new Refusal('not_found');
      if (renamed === 'taken') throw invalid('title', 'taken');
      return { service: ownServiceView(renamed) };
    },
  }),

  'catalogue.remove': command({
    summary: 'Takes a service out of the caller’s catalogue. Offers that were sent stay as they are.',
    who: ['expert'],
    input: z.strictObject({ serviceId: Id }),
    output: z.strictObject({}),
    run: async (ctx, actor, { serviceId }) => {
      if (!(await ctx.stores.catalogue.remove(actor.id, serviceId))) throw new Refusal('not_found');
      return {};
    },
  }),
};
