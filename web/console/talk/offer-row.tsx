// What was offered, at its place among the lines, in one row: who decides about it is the customer.

import type { Offer } from '../../client/protocol.ts';
import { Pill } from '../../kit/basics.tsx';
import type { Tone } from '../../kit/basics.tsx';
import { money } from '../../kit/money.ts';
import { useConsole, useTexts } from '../console.ts';

const TONES: Partial<Record<Offer['state'], Tone>> = {
  ...{ offered: 'premium', reserved: 'premium', open: 'premium', capturing: 'premium' },
  ...{ accepted: 'good', fulfilled: 'good', payment_failed: 'warn', report_overdue: 'bad', refund_failed: 'bad' },
};

export function OfferRow({ offer }: { readonly offer: Offer }) {
  const { locale } = useConsole();
  const { work } = useTexts();
  const { service, price, payout, state, origin } = offer;
  // 8.2: what the expert has offered is paid at once, and wants no report
  const isPaid = origin === 'expert' && state === 'accepted';
  return (
    <div class="offer">
      <div class="offer-top">
        <strong class="said" dir="auto">
          {service.title}
        </strong>
        <Pill tone={TONES[state] ?? 'plain'}>{isPaid ? work.offerPaid : work.offerState[state]}</Pill>
      </div>
      <p class="hint figure">
        {money(price, locale.value)}
        {payout !== undefined && ` · ${work.earn(money(payout, locale.value))}`}
      </p>
    </div>
  );
}
