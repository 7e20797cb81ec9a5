// W9: money back. Customer care decides; what it has said stands here.

import { useSignal } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { newClientId } from '../../client/calls.ts';
import type { Answer } from '../../client/calls.ts';
import type { Offer, Refund } from '../../client/protocol.ts';
import { Banner, Button, Skeleton } from '../../kit/basics.tsx';
import choices from '../../kit/choices.css?inline';
import { Choices, TextArea } from '../../kit/fields.tsx';
import { money } from '../../kit/money.ts';
import { Head } from '../head.tsx';
import { Problem } from '../problem.tsx';
import { useTask } from '../task.ts';
import { useParley, useTexts, useWidget } from '../widget.ts';
import type { View } from '../widget.ts';
import { useAsked } from './asked.ts';
import css from './pay.css?inline';

type Found = Answer<'question.get'>;

/** Those whose price was taken, and not given back. */
const CHARGED: ReadonlySet<Offer['state']> = new Set([
  'accepted',
  'fulfilled',
  'unfulfilled',
  'report_overdue',
  'unable',
]);

const REASON_MAX = 2_000;
const QUESTION = 'question'; // no id of an offer is called so

export function RefundForm({ view }: { readonly view: Extract<View, { name: 'refund' }> }) {
  const { pay, common } = useTexts();
  const { found, loading, load } = useAsked(view.questionId);
  const widget = useWidget();
  useEffect(() => [css, choices].forEach((one) => widget.styles(one)), []);
  return (
    <>
      <Head title={pay.refundTitle} back />
      <div class="body">
        {loading.error !== null && found === null ? (
          <Problem error={loading.error} onAgain={load} />
        ) : found === null ? (
          <Skeleton label={common.loading} />
        ) : (
          <Form found={found} first={view.offerId} onSent={load} />
        )}
      </div>
    </>
  );
}

interface FormProps {
  readonly found: Found;
  readonly first: string | undefined;
  readonly onSent: () => void;
}

function Form({ found: { question, offers, refunds = [] }, first, onSent }: FormProps) {
  const widget = useWidget();
  const parley = useParley();
  const { pay, common } = useTexts();
  const locale = widget.locale.value;
  const key = `refund.${question.id}`;
  const of = useSignal(first ?? QUESTION);
  const reason = useSignal(widget.drafts.get(key));
  const isMissing = useSignal(false);
  const clientId = useMemo(newClientId, [of.value, refunds.length]); // of all tries; once it has arrived, the next wish is another one
  const task = useTask();
  const field = useRef<HTMLFormElement>(null);
  const offerId = of.value === QUESTION ? null : of.value;
  const known = refunds.findLast((one) => one.offerId === offerId);
  const status = parley.status.value;
  const isOff = status === 'offline' || status === 'connecting';
  const options = [
    { value: QUESTION, label: pay.refundQuestion(money(question.value, locale)) },
    ...offers
      .filter(({ id, state }) => CHARGED.has(state) || id === first)
      .map(({ id, service, price }) => ({ value: id, label: pay.refundOffer(service.title, money(price, locale)) })),
  ];
  // nobody may know what became of it: it is looked at
  useEffect(() => {
    if (task.error !== null) onSent();
  }, [task.error]);
  useEffect(() => {
    if (isMissing.value) field.current?.querySelector('textarea')?.focus();
  }, [isMissing.value]);

  const send = async () => {
    const asked = { questionId: question.id, reason: reason.peek().trim(), clientId };
    await parley.call('refund.request', offerId === null ? asked : { ...asked, offerId });
    widget.drafts.set(key, '');
    reason.value = '';
    widget.announcer.say(pay.refundPending);
    onSent();
  };
  const submit = () => {
    isMissing.value = reason.peek().trim() === '';
    if (!isMissing.peek()) task.run(send);
  };
  return (
    <form
      class="stacked"
      ref={field}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      {options.length > 1 && (
        <Choices label={pay.refundOf} options={options} value={of.value} onValue={(value) => (of.value = value)} />
      )}
      {options.length === 1 && <p>{options[0]?.label}</p>}
      {known && <Outcome refund={known} />}
      {known?.state !== 'open' && known?.resolution !== 'grant' && (
        <>
          <TextArea
            label={pay.refundReason}
            max={REASON_MAX}
            value={reason.value}
            error={isMissing.value ? pay.refundReasonMissing : undefined}
            onValue={(value) => {
              reason.value = value;
              isMissing.value = false;
              widget.drafts.set(key, value);
            }}
          />
          {task.error?.code === 'conflict.not_captured' ? (
            <Banner tone="warn" icon="alert">
              <p role="alert">{pay.refundNotCharged}</p>
            </Banner>
          ) : (
            task.error !== null && <Problem error={task.error} questionId={question.id} />
          )}
          <div>
            <Button
              type="submit"
              look="primary"
              wide
              busy={task.isBusy}
              why={isOff ? common.needsConnection : undefined}
            >
              {pay.refundSend}
            </Button>
            {isOff && <p class="hint">{common.needsConnection}</p>}
          </div>
        </>
      )}
    </form>
  );
}

/** What customer care has said, in its own words where it gave some. */
function Outcome({ refund: { state, resolution, comment } }: { readonly refund: Refund }) {
  const { pay } = useTexts();
  if (state === 'open') {
    return (
      <Banner tone="accent" icon="clock">
        <p>{pay.refundPending}</p>
      </Banner>
    );
  }
  if (resolution === 'grant') {
    return (
      <Banner tone="good" icon="check">
        <p>{pay.refundGranted}</p>
      </Banner>
    );
  }
  return (
    <Banner tone="warn" icon="alert">
      <p>
        {comment === null ? pay.refundDismissed : pay.refundRefused}{' '}
        {comment !== null && (
          <q class="said" dir="auto">
            {comment}
          </q>
        )}
      </p>
    </Banner>
  );
}
