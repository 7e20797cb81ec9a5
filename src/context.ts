// What every verb is handed besides its input: the time, the policy and the ports to the outside. No globals.

import type { Logger } from 'pino';
import type { Card, DeclineReason, Dispute, ProviderPayment, RefundFailure } from './domain/payment.ts';
import type { Seed } from './domain/chance.ts';
import type { Fact } from './domain/fact.ts';
import type { Locale, Role } from './domain/people.ts';
import type { Policy } from './domain/policy.ts';
import type { WrappedKey } from './domain/private-info.ts';
import type { Params } from './domain/effects.ts';
import type { MailChoice, MailTemplate } from './domain/mail.ts';
import type { Money } from './domain/ledger.ts';
import type { Priced } from './models/offer.ts';
import type { KnownPrices } from './models/price-counts.ts';
import type { Stores } from './models/stores.ts';

export interface Ctx {
  /** the clock that is handed in */
  readonly now: () => Date;
  readonly policy: Policy;
  /** what nobody may call themselves (1.1) */
  readonly reservedNames: readonly string[];
  readonly site: Site;
  readonly log: Logger;
  readonly stores: Stores;
  readonly tokens: TokenPort;
  /** Tells connected clients. Never throws, never waits for them: who misses it catches up by seq and version. */
  readonly publish: (fact: Fact) => void;
  /** Asks to look for due records again at this instant. Best effort: the sweep finds what no alarm announced. */
  readonly setAlarm: (at: Date) => void;
  /** Resolves in a later turn of the event loop: what was told until now goes out before what can wait is done. */
  readonly turn: () => Promise<void>;
  readonly payments: PaymentPort;
  readonly declines: DeclinePort;
  readonly vault: VaultPort;
  readonly prices: PricePort;
  readonly webhooks: WebhookPort;
  readonly webhookLimits: WebhookLimits;
  /** which of these users are connected somewhere now; a hint, as all of presence is */
  readonly connected: (userIds: readonly string[]) => Promise<ReadonlySet<string>>;
  /** which of them are, and are not away (6.1); it decides about e-mails only */
  readonly online: (userIds: readonly string[]) => Promise<ReadonlySet<string>>;
  /** is this user connected to this very process? Known without asking anybody */
  readonly isHere: (userId: string) => boolean;
  /** which of them are connected, and see none of their pages; null: nobody knows now */
  readonly unseen: (userIds: readonly string[]) => Promise<ReadonlySet<string> | null>;
  readonly mail: MailPort;
  readonly metrics: Metrics;
}

/** What the pages of an installation need to know of it; nothing of it is secret. */
export interface Site {
  readonly provider: 'simulated' | 'stripe';
  /** with which browsers speak to the provider; null: they cannot */
  readonly publishableKey: string | null;
  /** accounts have public passwords */
  readonly demo: boolean;
}

/** A socket that can follow conversations. Commands get it when they came over one. */
export interface Watcher {
  /**
   * Follows the events of a question until unwatched or disconnected, or until a later version than this one, which allows
   * it, no longer does.
   */
  watch(questionId: string, version: number): Promise<void>;
  unwatch(questionId: string): Promise<void>;
  /** 2.2: follows the queues of its expert's categories until unwatched or disconnected. */
  watchQueue(): Promise<void>;
  unwatchQueue(): Promise<void>;
  /** The page behind it is seen, or not. Answers whether a page of its person is, as far as that is known. */
  show(isSeen: boolean): Promise<boolean>;
  /** Holds until then: its token was renewed; `tokenVersion`: with other rights of the account. */
  extend(expiresAt: Date, tokenVersion?: number): void;
  /** Its session ends: it hears the answer to this call, and no more. */
  end(): void;
}

/** An answer of the payment provider. A port that gets no answer in time rejects: then the outcome is unknown. */
export type PaymentAnswer =
  /** `card`: when the provider has said it by the way */
  | { readonly ok: true; readonly authorisation: string; readonly card?: Card | null }
  | { readonly ok: false; readonly reason: DeclineReason };

/** What became of a refund that was asked for. `failed` is for good: the same key gives nothing back any more. */
export type RefundAnswer =
  | { readonly state: 'done' }
  /** taken on: asked again it will say what became of it */
  | { readonly state: 'pending' }
  | { readonly state: 'failed'; readonly reason: RefundFailure };

/** What the provider has given back of a payment, or a bank has taken back, as it stands now. */
export interface ReturnsSeen {
  readonly refunds: readonly {
    readonly state: RefundAnswer['state'];
    readonly reason: RefundFailure | null;
    /** integer minor units */
    readonly amount: number;
  }[];
  readonly disputes: readonly Dispute[];
}

/** With what a browser saves a card at the provider. */
export interface CardSetup {
  /** for this person's browser alone; it is written down nowhere */
  readonly clientSecret: string;
}

export interface PaymentPort {
  /** Lets this person's browser save a card that can be charged later; null: this provider needs nothing for it. */
  setup(person: string): Promise<CardSetup | null>;
  /** Holds `money` on the payment method, which is declined when another person has saved it. The same key again gives the same answer. */
  authorise(key: string, method: string, money: Money, person: string): Promise<PaymentAnswer>;
  /** Takes what an authorisation holds. The same key again gives the same answer and takes nothing more. */
  capture(key: string, authorisation: string): Promise<PaymentAnswer>;
  /** Lets an authorisation go. Repeatable; a captured one is left alone. */
  void(key: string, authorisation: string): Promise<void>;
  /** Gives a captured authorisation back in full. The same key again asks what became of it, and gives back nothing more. */
  refund(key: string, authorisation: string): Promise<RefundAnswer>;
  /** What went back of a captured authorisation, whoever wanted it. */
  returns(authorisation: string): Promise<ReturnsSeen>;
  /** The key that an authorisation was asked for with; null when it is not ours. */
  keyOf(authorisation: string): Promise<string | null>;
  /** Keys of authorisations of which something went back, or was disputed, since an instant. */
  returnedSince(since: Date): AsyncIterable<string>;
  /** What became of a key: null when the provider has never heard of it. Rejects while that cannot be known. */
  find(key: string): Promise<PaymentAnswer | null>;
  /** The provider's own list of what was authorised through us, since an instant or ever; in no particular order. */
  list(since?: Date): AsyncIterable<ProviderPayment>;
}

/** Who tries which card from where; `address` or `card` empty: not known. */
export interface CardTry {
  readonly person: string;
  /** the payment method */
  readonly card: string;
  readonly address: string;
}

export type DeclineScope = 'person' | 'card' | 'address';

/** Declined cards, counted by person, card and address. */
export interface DeclinePort {
  /** Seconds until this may be tried; null: now. */
  wait(tried: CardTry): Promise<number | null>;
  /** Counts a decline; answers what is stopped by it. */
  declined(tried: CardTry): Promise<DeclineScope[]>;
}

/** 5.2: what prices are learned from, and the chance in it. */
export interface PricePort {
  /** What was shown for this before, and to this customer. Soon, whatever becomes of the stores; never rejects. */
  known(priced: Priced, customerId: string): Promise<KnownPrices>;
  /** Only what this customer was shown, in the same way. */
  kept(priced: Priced, customerId: string): Promise<KnownPrices['kept']>;
  /** The same for the same question, on every node; nobody's guess. */
  seed(questionId: string): Seed;
}

/** Requests to the addresses that operators subscribe with. */
export interface WebhookPort {
  /** Why this address is refused, in one word; null: it is not, as things are now. */
  problemOf(url: string): Promise<string | null>;
  /** A new one, as receivers are told it: `whsec_…` */
  makeSecret(): string;
  /** Posts `body` once, signed by each of the secrets. A failure of the receiver is an answer, too. */
  send(sending: {
    readonly url: string;
    readonly secrets: readonly string[];
    readonly eventId: string;
    /** of this try */
    readonly at: Date;
    readonly body: string;
  }): Promise<WebhookAnswer>;
}

export interface WebhookAnswer {
  /** null: there was none in time */
  readonly status: number | null;
  /** why not, in one word */
  readonly error: string | null;
  /** the beginning of it */
  readonly body: string;
  /** how long the receiver wants to be left alone */
  readonly retryAfterMs: number | null;
  readonly ms: number;
}

/** The settings WEBHOOK_*; durations in ms. */
export interface WebhookLimits {
  readonly max: number;
  /** deliveries to one receiver that are under way at once */
  readonly concurrency: number;
  /** how long a secret that was replaced signs as well */
  readonly overlapMs: number;
  /** a receiver that fails for so long is switched off */
  readonly offAfterMs: number;
  /** how long what was settled is kept */
  readonly keepMs: number;
}

/**
 * Encryption of private information (9.1), and of the secrets of webhooks: whatever has an id. What belongs to another one or
 * another version does not open: an Error.
 */
export interface VaultPort {
  /** the version that wraps new keys */
  readonly newestKek: number;
  /** Can this process unwrap it? Not while a new KEK is being handed to all processes. */
  knows(key: WrappedKey): boolean;
  /** Does it unwrap it? Not when the KEK of that version is another one, or the key was changed. */
  opens(questionId: string, key: WrappedKey): boolean;
  /** A new random key for this question, wrapped. */
  makeKey(questionId: string): WrappedKey;
  seal(questionId: string, version: number, key: WrappedKey, text: string): Uint8Array;
  open(questionId: string, version: number, key: WrappedKey, sealed: Uint8Array): string;
  /** The same key, wrapped by the newest KEK. */
  rewrap(questionId: string, key: WrappedKey): WrappedKey;
}

/** Passwords and session tokens. */
export interface TokenPort {
  readonly hash: (password: string) => Promise<string>;
  /** The same time for a wrong password and for `null` (no such account). */
  verify(hash: string | null, password: string): Promise<boolean>;
  sign(claims: TokenClaims): Promise<string>;
  /** For how long a token that is made now holds at most, ms. */
  longest(role: TokenClaims['role']): number;
  /** What nobody can guess, the same for the same words: the token of a link. */
  link(words: readonly (string | number | null)[]): string;
  /** Null when the token is forged, expired or not ours. */
  read(token: string): Promise<(TokenClaims & { readonly expiresAt: Date }) | null>;
  /** 6.3: for the links of letters: whoever has it may end, or begin again, e-mails of this kind to this person; for ever. */
  readonly signChoice: (userId: string, choice: MailChoice) => string;
  /** Null when it is forged, garbled or not ours. */
  readChoice(token: string): { readonly userId: string; readonly choice: MailChoice } | null;
}

export interface TokenClaims {
  readonly userId: string;
  readonly role: Exclude<Role, 'system'>;
  /** a user whose rights changed has a higher one: older tokens are refused */
  readonly tokenVersion: number;
  /** of one log-in: kept when a token is renewed. A new one when it is left out */
  readonly session?: string;
}

export interface Mail {
  /** idempotency key, also the Message-ID */
  readonly key: string;
  /** whose letter it is */
  readonly userId: string;
  /** their address */
  readonly to: string;
  readonly locale: Locale;
  /** an IANA name; default: UTC */
  readonly timeZone?: string;
  readonly template: MailTemplate;
  readonly params: Params;
  /** what it quotes or lists (domain/mail.ts) */
  readonly items?: readonly Params[];
  /** 4.1: the token by which its button opens the question without signing in; in no log and no Referer */
  readonly link?: string | null;
  /** somebody waits for it, or money does: it waits for no other letter */
  readonly isUrgent?: boolean;
}

/** `ok: false`: for good, there is no such address; `reason` names nobody. */
export type MailAnswer = { readonly ok: true } | { readonly ok: false; readonly reason: string };

/** A letter as somebody sees it. */
export interface Rendered {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

export interface MailPort {
  /** Hands one e-mail over. Rejects when the server did not take it and may take it later. */
  send(mail: Mail): Promise<MailAnswer>;
  /** What it would say; nobody gets it. */
  render(mail: Mail): Rendered;
}

export interface Metrics {
  /** a deadline was acted upon this many seconds after it was due */
  lateness(kind: string, seconds: number): void;
  /** a sweep found records that nobody had announced */
  sweepFound(kind: string, count: number): void;
  /** a job ended */
  job(kind: string, outcome: string): void;
  /** a command was answered */
  command(name: string, outcome: string, seconds: number): void;
}
