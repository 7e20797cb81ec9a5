// Rule 6.1: experts say that they are away, and their pages that nobody sees them.

import { z } from 'zod';
import { noteSeen, setState } from '../dispatch/availability.ts';
import { AVAILABILITIES, AVAILABLE } from '../domain/availability.ts';
import { command } from './command.ts';
import { Instant, invalid } from './fields.ts';
import { AvailabilityView, availabilityView } from './views/availability.ts';

const LONGEST_AWAY_MS = 366 * 86_400_000; // a year's leave; a later end is a slip of the pen

export const presence = {
  'presence.set': command({
    summary:
      'Available, or away with or without an end: letters then come at once, and requests are asked as before (6.1). ' +
      '`hidden`, over a socket: whether the page behind it is looked at.',
    who: ['expert'],
    input: z.strictObject({
      state: z.enum(AVAILABILITIES).optional(),
      until: Instant.optional(),
      hidden: z.boolean().optional(),
    }),
    output: AvailabilityView.pick({ state: true, until: true }),
    run: async (ctx, actor, { state, until, hidden }, { watcher }) => {
      if (state === undefined && hidden === undefined) throw invalid('state', 'required');
      if (until !== undefined && state !== 'away') throw invalid('until', 'away_only');
      if (hidden !== undefined && watcher === null) throw invalid('hidden', 'socket_only');
      const end = until === undefined ? null : new Date(until);
      if (end !== null) assertAhead(end, ctx.now());
      let availability = AVAILABLE;
      if (hidden !== undefined && watcher !== null) {
        availability = await noteSeen(ctx, actor.id, await watcher.show(!hidden));
      }
      if (state !== undefined) availability = await setState(ctx, actor.id, state, end);
      const view = availabilityView(availability, ctx.now());
      return { state: view.state, ...(view.until !== undefined && { until: view.until }) };
    },
  }),
};

function assertAhead(end: Date, now: Date): void {
  if (end <= now) throw invalid('until', 'not_in_the_future');
  if (end.getTime() - now.getTime() > LONGEST_AWAY_MS) throw invalid('until', 'too_big');
}
