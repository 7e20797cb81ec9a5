// The frame of the card, on Parley's own origin: nothing of the host's page can read what is typed here. It answers to the page
// that it is in, if that is one of ours or of ALLOWED_ORIGINS, and only over the port that came with its first word.

import base from '../kit/base.css?inline';
import basics from '../kit/basics.css?inline';
import { isCardStart, isOneOf } from '../kit/card-port.ts';
import type { CardLook, FromCard, ToCard } from '../kit/card-port.ts';
import fields from '../kit/fields.css?inline';
import { adopt } from '../kit/styles.ts';
import tokens from '../kit/tokens.css?inline';
import { loadCardTexts } from '../texts/card.ts';
import type { CardTexts } from '../texts/card.ts';
import { SETUP } from './form.ts';
import payCss from './pay.css?inline';
import { simulatedForm } from './simulated.tsx';
import { stripeForm } from './stripe.ts';

const told = (name: string): string =>
  document.querySelector<HTMLMetaElement>(`meta[name="parley-${name}"]`)?.content ?? '';

for (const css of [base, tokens, basics, fields, payCss]) adopt(document, css);
addEventListener('message', receive);

function receive({ source, origin, data, ports: [port] }: MessageEvent): void {
  const isOurs = window.parent !== window && source === window.parent;
  const welcome = [location.origin, ...told('origins').split(' ')];
  if (!isOurs || port === undefined || !isCardStart(data) || !isOneOf(welcome, origin)) return;
  removeEventListener('message', receive); // the first one is the widget that made this frame
  const say = (news: FromCard) => {
    port.postMessage(news);
  };
  start(port, data, say).catch(() => {
    say({ state: 'failed' });
  });
}

async function start(port: MessagePort, first: CardLook, say: (news: FromCard) => void): Promise<void> {
  const root = document.querySelector('main');
  if (root === null) throw new Error('this is not the page of the card');
  let texts = await loadCardTexts(first.locale);
  wear(first, texts);
  const open = told('provider') === 'stripe' ? stripeForm : simulatedForm;
  const form = await open({ root, texts, look: first, publishableKey: told('key') });
  const measure = () => {
    say({ height: Math.ceil(root.getBoundingClientRect().height) });
  };
  new ResizeObserver(measure).observe(root);
  measure(); // of a frame that is out of sight nothing is observed until it is looked at

  port.onmessage = ({ data }: MessageEvent<ToCard>) => {
    if ('look' in data) void change(data.look);
    else void answer(data.confirm);
  };
  const change = async (look: CardLook) => {
    texts = await loadCardTexts(look.locale);
    wear(look, texts);
    form.look(texts, look);
    setTimeout(measure); // once it is drawn
  };
  const answer = async (secret: string | null) => {
    const method = await form.confirm(secret).catch(() => null);
    say(method === SETUP ? { setup: true } : { paymentMethod: method });
  };
  say({ state: 'ready' });
}

function wear({ locale, theme }: CardLook, { title }: CardTexts): void {
  const { documentElement: html, body } = document;
  html.lang = locale;
  html.dataset['theme'] = theme;
  body.dataset['theme'] = theme;
  document.title = title;
}
