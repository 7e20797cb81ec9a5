// What one was told in a line, also while nobody was connected.

import { z } from 'zod';
import { command } from './command.ts';
import { Cursor, PAGE, cursorOf, paged } from './fields.ts';
import { NoticeEntryView, noticeEntryView } from './views/notice.ts';

export const notice = {
  'notice.list': command({
    summary:
      'The notices of the last 30 days, the newest first, 200 at most: those that were told live, in one’s own language.',
    who: ['customer', 'expert', 'admin'],
    reads: true,
    input: z.strictObject({ cursor: Cursor.optional() }),
    output: z.strictObject({ items: z.array(NoticeEntryView), nextCursor: z.string().optional() }),
    run: async (ctx, { id, locale }, { cursor }) => {
      const last = cursor === undefined ? undefined : cursorOf(cursor);
      const before = last && { at: last.at, key: last.id };
      const found = await ctx.stores.notices.list(id, ctx.now(), before, PAGE + 1);
      const page = paged(found, ({ at, key }) => `${at.toISOString()}/${key}`);
      return { ...page, items: page.items.map((one) => noticeEntryView(one, locale)) };
    },
  }),
};
