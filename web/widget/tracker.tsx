// How far what was asked for is: a few steps, each with a word, the one of now marked.

import type { Offer } from '../client/protocol.ts';
import { Icon } from '../kit/basics.tsx';
import { useTexts } from './widget.ts';

/** How many steps are done, and whether the next one has failed. What is not here has no steps any more. */
const DONE: Partial<Record<Offer['state'], readonly [done: number, hasFailed?: true]>> = {
  reserved: [1],
  open: [1],
  capturing: [2],
  payment_failed: [2, true],
  accepted: [3],
  report_overdue: [3],
  unfulfilled: [3, true],
  unable: [3, true],
  fulfilled: [4],
};

export function Tracker({ offer: { state, origin } }: { readonly offer: Offer }) {
  const { offer: say } = useTexts();
  const at = DONE[state];
  if (at === undefined) return null;
  const { requested, booked, found, paid, done: end } = say.steps;
  const isBooked = origin === 'expert'; // whose expert need not be found
  const steps = isBooked ? [booked, paid, end] : [requested, found, paid, end];
  const done = isBooked ? Math.max(1, at[0] - 1) : at[0];
  return (
    <ol class="tracker">
      {steps.map((step, index) => {
        const is = index < done ? 'done' : index > done ? 'later' : at[1] ? 'failed' : 'now';
        return (
          <li key={step} class={is} aria-current={is === 'now' ? 'step' : undefined}>
            <span class="dot" aria-hidden="true">
              {is === 'done' ? <Icon name="check" /> : is === 'failed' ? '!' : index + 1}
            </span>
            <span>{step}</span>
            {is === 'done' && <span class="hidden">{say.stepDone}</span>}
            {is === 'failed' && <span class="hidden">{say.stepFailed}</span>}
          </li>
        );
      })}
    </ol>
  );
}
