// Texts that experts keep for their messages (2.3): a greeting, a question that is always asked.

import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import { Refusal } from '../domain/errors.ts';
import { MOST_TEMPLATES } from '../models/template.ts';
import { command } from './command.ts';
import { Cursor, Id, Line, Locale, PAGE, Text, invalid, paged } from './fields.ts';
import { TemplateView } from './views/template.ts';

export const template = {
  'template.list': command({
    summary: 'The texts that the caller keeps for messages. The newest first.',
    who: ['expert'],
    reads: true,
    input: z.strictObject({ cursor: Cursor.optional() }),
    output: z.strictObject({ items: z.array(TemplateView), nextCursor: z.string().optional() }),
    run: async (ctx, actor, { cursor }) =>
      paged(await ctx.stores.templates.list(actor.id, cursor, PAGE + 1), (last) => last.id),
  }),

  'template.save': command({
    summary:
      'Keeps a text, or changes one of the caller’s (`templateId`). The same text under the same title again is the same one. 100 at most.',
    who: ['expert'],
    input: z.strictObject({ templateId: Id.optional(), title: Line(80), body: Text(8_000), locale: Locale }),
    output: z.strictObject({ template: TemplateView }),
    run: async (ctx, actor, { templateId, ...text }) => {
      const { templates } = ctx.stores;
      const saved =
        templateId === undefined
          ? await templates.add(actor.id, { id: `tp_${uuid()}`, ...text })
          : await templates.change(actor.id, { id: templateId, ...text });
      if (saved === null) throw new Refusal('not_found');
      if (saved === 'taken') throw invalid('title', 'taken');
      if (saved === 'full') throw new Refusal('conflict.too_many_templates', { max: MOST_TEMPLATES });
      return { template: saved };
    },
  }),

  'template.remove': command({
    summary: 'Forgets a text of the caller. Messages that were sent stay as they are.',
    who: ['expert'],
    input: z.strictObject({ templateId: Id }),
    output: z.strictObject({}),
    run: async (ctx, actor, { templateId }) => {
      if (!(await ctx.stores.templates.remove(actor.id, templateId))) throw new Refusal('not_found');
      return {};
    },
  }),
};
