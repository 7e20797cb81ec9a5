// An account: one's own, or any for admins.

import { z } from 'zod';
import { AVAILABLE } from '../../domain/availability.ts';
import { LOCALES } from '../../domain/people.ts';
import { DIGESTS } from '../../domain/notify.ts';
import { wishesOf } from '../../models/user.ts';
import type { User } from '../../models/user.ts';
import { AvailabilityView, availabilityView } from './availability.ts';

export const UserView = z
  .strictObject({
    id: z.string(),
    version: z.int(),
    role: z.enum(['customer', 'expert', 'admin']),
    name: z.string(),
    locale: z.enum(LOCALES),
    email: z.string().nullable().optional(),
    categories: z.array(z.string()).optional(),
    notify: z
      .strictObject({
        openRequests: z.boolean(),
        reminders: z.boolean(),
        digest: z.enum(DIGESTS),
        quiet: z.strictObject({ from: z.string(), to: z.string() }).nullable(),
      })
      .optional(),
    timeZone: z.string().optional().meta({ description: 'Of quiet hours and digests.' }),
    active: z.boolean().optional(),
    presence: AvailabilityView.optional().meta({ description: 'Experts (6.1).' }),
  })
  .meta({ id: 'User' });

/** One's own account, or any for admins. */
export function userView(user: User, now: Date): z.input<typeof UserView> {
  const base = { id: user.id, version: user.version, role: user.role, name: user.name, locale: user.locale };
  const { timeZone, digest, quiet } = wishesOf(user);
  const notify = { reminders: true, ...user.notify, digest, quiet };
  const own = { ...base, email: user.email, notify, timeZone, active: user.active };
  if (user.role !== 'expert') return own;
  return { ...own, categories: [...user.categories], presence: availabilityView(user.availability ?? AVAILABLE, now) };
}
