// A customer hears of what is decided about their money while they look at what it was for.

import type { RefObject } from 'preact';
import { useEffect } from 'preact/hooks';
import type { Offer, Refund } from '../client/protocol.ts';
import { useParley, useWidget } from './widget.ts';

/** What came of a wish for money back is no record that events tell of: the word about it leads to a look. `shown`: where, if it is. */
export function useDecision(offer: Offer, refunds: readonly Refund[], shown: RefObject<HTMLElement | null>): void {
  const widget = useWidget();
  const parley = useParley();
  const isAsked = refunds.some(({ offerId, state }) => offerId === offer.id && state === 'open');
  const { questionId } = offer;
  useEffect(() => {
    if (!isAsked) return undefined;
    return parley.on('notice', ({ code, params, text }) => {
      if (!code.startsWith('refund.') || params['questionId'] !== questionId) return;
      if (shown.current?.offsetParent) widget.announcer.say(text);
      parley.call('question.get', { questionId }).catch(() => undefined); // known when it is watched again
    });
  }, [isAsked]);
}
