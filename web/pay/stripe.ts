// Stripe's Payment Element. The card goes from Stripe's own frame to Stripe; what comes back is the id of a payment method that is
// saved for later (2.1, 6.5). Its script is named by the page: Stripe lets nobody serve it themselves.

import { SETUP } from './form.ts';
import type { CardForm, CardPage } from './form.ts';
import type { CardLook } from '../kit/card-port.ts';

/** What of Stripe.js is used here. */
interface StripeJs {
  elements(options: object): Elements;
  confirmSetup(options: object): Promise<Answer>;
}
interface Elements {
  create(kind: 'payment', options: object): PaymentElement;
  /** is all of it entered, and may it be a card? */
  submit(): Promise<Pick<Answer, 'error'>>;
  update(options: object): void;
}
interface PaymentElement {
  mount(place: HTMLElement): void;
  on(event: 'ready' | 'loaderror', hear: () => void): void;
}
interface Answer {
  /** `message` is for people, in the language of the element */
  readonly error?: { readonly type?: string; readonly message?: string };
  readonly setupIntent?: { readonly payment_method: string | { readonly id: string } | null };
}
declare global {
  interface Window {
    readonly Stripe?: (publishableKey: string) => StripeJs;
  }
}

/** @throws Error when Stripe's script or element is not to be had */
export async function stripeForm({ root, texts: first, look, publishableKey }: CardPage): Promise<CardForm> {
  const stripe = window.Stripe?.(publishableKey);
  if (stripe === undefined) throw new Error('the script of Stripe has not come');
  // The setup is asked for when the card is entered: none is made for who only looks.
  const elements = stripe.elements({ mode: 'setup', currency: 'usd', paymentMethodTypes: ['card'], ...lookOf(look) });
  const element = elements.create('payment', { layout: 'tabs' });
  const [place, wrong] = [document.createElement('div'), document.createElement('p')];
  wrong.className = 'pay-error';
  wrong.setAttribute('role', 'alert');
  root.append(place, wrong);
  await new Promise<void>((resolve, reject) => {
    element.on('ready', resolve);
    element.on('loaderror', () => {
      reject(new Error('the element of Stripe has not come'));
    });
    element.mount(place);
  });

  let texts = first;
  const refused = ({ error }: Answer): null => {
    // what is wrong with a field the element says itself
    wrong.textContent = error?.type === 'validation_error' ? '' : (error?.message ?? texts.notSaved);
    return null;
  };
  return {
    look(words, changed) {
      texts = words;
      elements.update(lookOf(changed));
    },
    async confirm(clientSecret) {
      wrong.textContent = '';
      if (clientSecret === null) {
        const judged = await elements.submit();
        return judged.error === undefined ? SETUP : refused(judged);
      }
      root.classList.add('confirming'); // a bank may ask its customer here, which takes room
      try {
        const confirmParams = { return_url: location.href };
        const options = { elements, clientSecret, confirmParams, redirect: 'if_required' };
        const answer = await stripe.confirmSetup(options);
        const method = answer.setupIntent?.payment_method;
        if (answer.error !== undefined || method === null || method === undefined) return refused(answer);
        return typeof method === 'string' ? method : method.id;
      } catch {
        return refused({});
      } finally {
        root.classList.remove('confirming');
      }
    },
  };
}

const lookOf = ({ locale, theme }: CardLook) => ({
  locale,
  appearance: {
    theme: theme === 'dark' ? 'night' : 'stripe',
    variables: { borderRadius: '10px', fontSizeBase: '14px' },
  },
});
