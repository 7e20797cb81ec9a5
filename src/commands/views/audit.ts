// A row of the audit log.

import { z } from 'zod';
import type { AuditRow } from '../../models/audit.ts';
import { Instant } from './fields.ts';

export const AuditRowView = z
  .strictObject({
    seq: z.int(),
    at: Instant,
    actor: z.strictObject({ id: z.string(), role: z.string() }),
    action: z.string(),
    targets: z.array(z.strictObject({ what: z.string(), id: z.string() })),
    reason: z.string().nullable(),
    outcome: z.enum(['done', 'unknown']).meta({ description: 'Unknown: cut off by a failure.' }),
    hash: z.string(),
  })
  .meta({ id: 'AuditRow' });

export function auditRowView({
  prevHash: _prev,
  call: _call,
  at,
  targets,
  ...row
}: AuditRow): z.input<typeof AuditRowView> {
  return { ...row, at: at.toISOString(), targets: [...targets] };
}
