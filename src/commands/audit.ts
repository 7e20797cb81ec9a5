// The audit log as admins read it.

import { z } from 'zod';
import { command } from './command.ts';
import { AuditTargetId, Cursor, PAGE, invalid, paged } from './fields.ts';
import { AuditRowView, auditRowView } from './views/audit.ts';

export const audit = {
  'audit.list': command({
    summary: 'What admins did and read, the newest first; `about`: only what concerns this id.',
    who: ['admin'],
    reads: true,
    input: z.strictObject({ about: AuditTargetId.optional(), cursor: Cursor.optional() }),
    output: z.strictObject({ items: z.array(AuditRowView), nextCursor: z.string().optional() }),
    run: async (ctx, _actor, { about, cursor }) => {
      const before = cursor === undefined ? undefined : seqOf(cursor);
      const page = paged(await ctx.stores.audit.list(about, before, PAGE + 1), (last) => String(last.seq));
      return { ...page, items: page.items.map(auditRowView) };
    },
  }),
};

function seqOf(cursor: string): number {
  const seq = Number(cursor);
  if (!Number.isSafeInteger(seq) || seq < 1) throw invalid('cursor', 'unknown');
  return seq;
}
