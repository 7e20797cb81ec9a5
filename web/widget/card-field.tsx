// Where a card is entered: a frame of Parley's own, so that no card passes through the host's page. Of what is typed there only the
// id of a payment method comes out.

import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Button } from '../kit/basics.tsx';
import type { CardLook } from '../kit/card-port.ts';
import css from './card-field.css?inline';
import type { CardMethod } from './card-method.ts';
import { CardLine } from './card-port.ts';
import { useTexts, useWidget } from './widget.ts';

export interface CardFieldProps {
  /** what it is to pay for, when that is there already */
  readonly questionId?: string;
  /** is told of the frame. A provider that saves cards by itself wants somebody to be signed in: a visitor is made of who is nobody yet. */
  readonly card: CardMethod;
}

const FIRST_HEIGHT = 220; // px, until the frame says its own
const COMING_MS = 30_000;
const SILENT_MS = 10_000; // after it has come: one that was refused or not reached says nothing at all

export function CardField({ questionId, card }: CardFieldProps) {
  const widget = useWidget();
  const { pay, common } = useTexts();
  const frame = useRef<HTMLIFrameElement>(null);
  const line = useRef<CardLine | null>(null);
  const [height, setHeight] = useState(FIRST_HEIGHT);
  const [state, setState] = useState<'loading' | 'ready' | 'failed'>('loading');
  const [tries, setTries] = useState(0);
  const [patienceMs, setPatienceMs] = useState(COMING_MS);
  const look: CardLook = { locale: widget.locale.value, theme: widget.theme.value };
  const address = new URL(`${widget.server.replace(/\/+$/, '')}/pay`, location.href);

  useEffect(() => widget.styles(css), []);
  useEffect(() => line.current?.look(look), [look.locale, look.theme]);
  const leave = () => {
    line.current?.close();
    line.current = null;
    card.set(null);
  };
  // at once: what is done after the frame has been drawn may come after the frame has said that it is there
  useLayoutEffect(() => {
    card.set(undefined);
    return leave;
  }, [tries]);
  const fail = () => {
    leave();
    setState('failed');
  };
  useEffect(() => {
    if (state !== 'loading') return undefined;
    const timer = setTimeout(fail, patienceMs);
    return () => clearTimeout(timer);
  }, [state, tries, patienceMs]);

  const setup = async () => {
    const parley = await widget.live();
    // of a question that is there its customer pays, whoever else comes
    const isNobody = parley.user.peek() === null || parley.status.peek() === 'ended';
    if (isNobody && questionId === undefined) await parley.session.visitor({ locale: widget.locale.peek() });
    const made = await parley.call('payment.setup', questionId === undefined ? {} : { questionId });
    return made.clientSecret ?? null;
  };
  const greet = () => {
    line.current?.close();
    const page = frame.current?.contentWindow;
    if (!page) return;
    setPatienceMs(SILENT_MS);
    const made: CardLine = new CardLine(page, address.origin, look, {
      height: setHeight,
      state(now) {
        if (now === 'failed') return fail();
        card.set(made);
        setState(now);
      },
      setup,
    });
    line.current = made;
  };
  const again = () => {
    setState('loading');
    setPatienceMs(COMING_MS);
    setTries(tries + 1);
  };

  return (
    <div class="field card-field" data-state={state}>
      <span class="label">{pay.card}</span>
      {state === 'failed' ? (
        <div class="card-failed">
          <p class="error">{pay.cardNotLoaded}</p>
          <Button onPress={again}>{common.tryAgain}</Button>
        </div>
      ) : (
        <iframe
          key={tries}
          ref={frame}
          src={address.href}
          title={pay.frame}
          height={height}
          allow="payment *"
          referrerpolicy="no-referrer"
          onLoad={greet}
        />
      )}
    </div>
  );
}
