// What the widget and the frame of the card say to each other: over a port of their own, handed over once, so that no other
// window hears it. A card goes in by a person's fingers, and nothing but the id of a payment method comes out.

export interface CardLook {
  readonly locale: string;
  readonly theme: 'light' | 'dark';
}

/** Comes with the port, to a window of an origin that is named. */
export interface CardStart extends CardLook {
  readonly parley: 'card';
}

/** `confirm`: what is entered is wanted now; the secret of a setup when the frame has asked for one, else null. */
export type ToCard = { readonly confirm: string | null } | { readonly look: CardLook };

export type FromCard =
  | { readonly height: number }
  | { readonly state: 'ready' | 'failed' }
  /** what is entered can be saved, and the provider wants a setup for it: confirm again, with its secret */
  | { readonly setup: true }
  /** null: it was not to be had, and the form says why */
  | { readonly paymentMethod: string | null };

export const isCardStart = (data: unknown): data is CardStart =>
  typeof data === 'object' && data !== null && 'parley' in data && data.parley === 'card';

/** Is this origin one of them? `sources`: as a policy names them, "https://shop.example" or "http://localhost:*". */
export const isOneOf = (sources: readonly string[], origin: string): boolean =>
  sources.some((source) => {
    if (!source.endsWith(':*')) return source === origin;
    const host = source.slice(0, -2);
    return origin === host || (origin.startsWith(`${host}:`) && /^\d+$/.test(origin.slice(host.length + 1)));
  });
