// W5, W6: the card of an offer in the conversation: what is offered and for how much, then how far it is, whatever becomes of it.
// What it shows is the server's word; a press asks, and what is shown changes when the server says so.

import type { ComponentChildren, RefObject } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import type { Offer, Question, Refund } from '../client/protocol.ts';
import { Button } from '../kit/basics.tsx';
import countdown from '../kit/countdown.css?inline';
import { Countdown } from '../kit/countdown.tsx';
import premium from '../kit/premium.css?inline';
import { money } from '../kit/money.ts';
import { LOCK } from '../kit/more-icons.ts';
import { cardName } from './card-name.ts';
import css from './offer.css?inline';
import { priceOf, refundSaid, wordsOf } from './offer-words.ts';
import type { OfferWords } from './offer-words.ts';
import { Problem } from './problem.tsx';
import { useDecision } from './refund-news.ts';
import { useTask } from './task.ts';
import type { Task } from './task.ts';
import { Tracker } from './tracker.tsx';
import { useParley, useTexts, useWidget } from './widget.ts';

export interface OfferCardProps {
  readonly offer: Offer;
  readonly question: Question;
  /** what the customer has asked back, of all offers */
  readonly refunds: readonly Refund[];
}

export function OfferCard({ offer, question, refunds }: OfferCardProps) {
  const widget = useWidget();
  const texts = useTexts();
  const say = texts.offer;
  const task = useTask(question.id);
  const id = useId();
  const heading = useRef<HTMLHeadingElement>(null);
  const read = { texts, locale: widget.locale.value };
  const words = wordsOf(offer, question, read);
  const isOffered = offer.state === 'offered';
  useEffect(() => [css, countdown, premium].forEach((one) => widget.styles(one)), []);
  const hasPressed = useRef(false);
  if (task.isBusy) hasPressed.current = true;
  useChanges(offer, words, { heading, hasPressed });
  useDecision(offer, refunds, heading);
  if (offer.state === 'declined') {
    return (
      <p class="offer-quiet" ref={heading} tabIndex={-1}>
        {words.text}
      </p>
    );
  }
  const title = offer.proposedBy ? say.titleBy(offer.proposedBy.name) : say.title;
  return (
    <article class="offer" part="offer" aria-labelledby={id} data-state={offer.state}>
      <header>
        <h2 id={id} ref={heading} tabIndex={-1}>
          {isOffered ? title : offer.service.title}
        </h2>
        {isOffered ? <Decline offer={offer} task={task} /> : <Price>{priceOf(offer, read)}</Price>}
      </header>
      {isOffered && <Terms offer={offer} question={question} />}
      <Tracker offer={offer} />
      {words.text !== '' && <Said offer={offer} words={words} questionId={question.id} />}
      {isOffered && task.isBusy && <p>{say.authorising}</p>}
      {task.error !== null && <Problem error={task.error} questionId={question.id} />}
      <Actions offer={offer} question={question} refunds={refunds} task={task} />
    </article>
  );
}

/** What is offered, for how much, and what a press would lead to. */
function Terms({ offer, question }: Pick<OfferCardProps, 'offer' | 'question'>) {
  const { locale } = useWidget();
  const texts = useTexts();
  const say = texts.offer;
  const read = { texts, locale: locale.value };
  const first = question.expert?.name;
  const card = cardName(question);
  return (
    <>
      <div class="offer-service">
        <h3 class="said" dir="auto">
          {offer.service.title}
        </h3>
        <p class="said" dir="auto">
          {offer.description}
        </p>
      </div>
      <p class="offer-price">
        <span>{say.price}</span> <Price>{priceOf(offer, read)}</Price>
        <span class="hint">{say.addition(money(question.value, read.locale))}</span>
        {card !== null && <span class="hint">{say.charged(card)}</span>}
      </p>
      <div class="offer-next">
        <h3>{say.next}</h3>
        <p>
          {offer.proposedBy
            ? say.nextBook(offer.proposedBy.name)
            : first === undefined
              ? say.nextAll
              : say.nextFirst(first)}
        </p>
      </div>
    </>
  );
}

const Price = ({ children }: { readonly children: ComponentChildren }) => (
  <strong class="figure" translate={false}>
    {children}
  </strong>
);

/** How it stands, in words; with the time that is left, by the server's clock. */
function Said({
  words,
  questionId,
}: {
  readonly offer: Offer;
  readonly words: OfferWords;
  readonly questionId: string;
}) {
  const widget = useWidget();
  const parley = useParley();
  const { common } = useTexts();
  const { text, because, quote, then, until, tone } = words;
  return (
    <div class={`offer-said ${tone}`}>
      <p>
        {text}
        {because !== undefined && <> {because}</>}
        {quote !== undefined && (
          <>
            {' '}
            <q class="said" dir="auto">
              {quote}
            </q>
            .
          </>
        )}
        {then !== undefined && <> {then}</>}
      </p>
      {until && (
        <Countdown
          until={until.at}
          whole={until.whole}
          now={() => parley.now()}
          left={common.left}
          say={(left) => widget.announcer.say(`${text}: ${left}`)}
          locale={widget.locale.value}
          checking={common.checking}
          onEnd={() => {
            parley.call('question.get', { questionId }).catch(() => undefined); // its event comes as well
          }}
        />
      )}
    </div>
  );
}

interface Acting extends OfferCardProps {
  readonly task: Task;
}

function Decline({ offer, task }: Pick<Acting, 'offer' | 'task'>) {
  const parley = useParley();
  const { offer: say } = useTexts();
  const why = useWhy();
  const decline = () => task.run(() => parley.call('offer.decline', { offerId: offer.id }));
  return <Button look="icon" icon="close" label={say.no} why={why} onPress={decline} />;
}

/** What may be done in this state. */
function Actions({ offer, question, refunds, task }: Acting) {
  const widget = useWidget();
  const parley = useParley();
  const texts = useTexts();
  const say = texts.offer;
  const { common } = texts;
  const why = useWhy();
  const price = priceOf(offer, { texts, locale: widget.locale.value });
  const questionId = question.id;
  const refund = refunds.findLast(({ offerId }) => offerId === offer.id);
  const accept = () => task.run(() => parley.call('offer.accept', { offerId: offer.id }));
  const withdraw = () => task.run(() => parley.call('request.withdraw', { requestId: offer.id }));
  const asked = { busy: task.isBusy, why };
  const toPay = () => widget.go({ name: 'pay', questionId });
  const toBox = () => widget.go({ name: 'box', questionId });
  const buttons: ComponentChildren = {
    offered: (
      <>
        <Button look="premium" part="button-premium" wide {...asked} onPress={accept}>
          {offer.proposedBy ? say.book(price) : say.request(price)}
        </Button>
        {offer.paymentReason && (
          <Button icon="card" wide onPress={toPay}>
            {common.updatePayment}
          </Button>
        )}
      </>
    ),
    waiting: (
      <Button {...asked} onPress={withdraw}>
        {say.cancel}
      </Button>
    ),
    payment_failed: (
      <>
        <Button look="primary" icon="card" onPress={toPay}>
          {common.updatePayment}
        </Button>
        <Button {...asked} onPress={withdraw}>
          {say.cancel}
        </Button>
      </>
    ),
    accepted: (
      <Button look="primary" icon={LOCK} onPress={toBox}>
        {say.openBox}
      </Button>
    ),
    refundable: (
      <>
        {refund && (
          <p class="hint">
            {refundSaid(refund, texts)} {refund.comment !== null && <q class="said">{refund.comment}</q>}
          </p>
        )}
        {refund?.state !== 'open' && (
          <Button look="link" onPress={() => widget.go({ name: 'refund', questionId, offerId: offer.id })}>
            {say.askRefund}
          </Button>
        )}
      </>
    ),
    unfulfilled: (
      <>
        <Button look="primary" {...asked} onPress={accept}>
          {say.again}
        </Button>
        <Button {...asked} onPress={withdraw}>
          {say.moneyBack(price)}
        </Button>
      </>
    ),
    none: null,
  }[ACTIONS[offer.state] ?? 'none'];
  if (buttons === null) return null;
  return (
    <div class="offer-actions">
      {buttons}
      {why !== undefined && <p class="hint">{why}</p>}
    </div>
  );
}

type ActionSet = 'offered' | 'waiting' | 'payment_failed' | 'accepted' | 'refundable' | 'unfulfilled' | 'none';

/** What is not here has nothing to press. */
const ACTIONS: Partial<Record<Offer['state'], ActionSet>> = {
  ...({ offered: 'offered', reserved: 'waiting', open: 'waiting', payment_failed: 'payment_failed' } as const),
  ...({ accepted: 'accepted', fulfilled: 'refundable', unfulfilled: 'unfulfilled', unable: 'refundable' } as const),
};

/** Why nothing that moves money can be pressed now: it is never kept for later. */
function useWhy(): string | undefined {
  const status = useParley().status.value;
  const { common } = useTexts();
  return status === 'offline' || status === 'connecting' ? common.needsConnection : undefined;
}

/** Whoever does not see it hears of a change; who had pressed what is gone now stands at the heading. */
function useChanges(
  offer: Offer,
  words: OfferWords,
  {
    heading,
    hasPressed,
  }: { readonly heading: RefObject<HTMLElement | null>; readonly hasPressed: { current: boolean } },
): void {
  const widget = useWidget();
  const shown = useRef(offer.state);
  useEffect(() => {
    if (shown.current === offer.state) return;
    shown.current = offer.state;
    widget.emit('offer', { id: offer.id, state: offer.state });
    const spoken = [offer.service.title, words.text, words.because, words.quote, words.then].filter(Boolean).join(' ');
    // otherwise the same card is seen beside the conversation, and says it
    if (heading.current?.offsetParent)
      if (words.tone === 'bad') widget.announcer.warn(spoken);
      else widget.announcer.say(spoken);
    const root = heading.current?.getRootNode();
    const writes = root instanceof ShadowRoot && root.activeElement?.matches('input, textarea');
    if (hasPressed.current && !writes) heading.current?.focus();
    hasPressed.current = false;
  }, [offer.state]);
}
