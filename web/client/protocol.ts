// The protocol as clients see it: made from src/commands (table.ts, events.ts) and src/domain/errors.ts by
// `UPDATE_DOCS=1 npx vitest run test/commands/client-protocol.test.ts`. A test fails while it says anything else.

/** By name, what a command takes and what it answers. */
export interface Commands {
  /** The time by which deadlines are judged. Refused to nobody who has asked for too much else. For anyone. */
  'time.get': { input: Record<string, never>; answer: { now: string } };
  /** What pages need to know of the installation: how one pays, languages, the numbers of the rules. For anyone. */
  'site.get': {
    input: Record<string, never>;
    answer: {
      payments: {
        provider: 'simulated' | 'stripe';
        /** With which browsers speak to the provider. */
        publishableKey?: string;
      };
      locales: ('en' | 'de' | 'es')[];
      policy: Policy;
      /** How much faster countdowns are shown to run. */
      timeScale: number;
      /** There are accounts with public passwords. */
      demo: boolean;
    };
  };
  /** Makes an anonymous customer. For anyone. */
  'session.visitor': {
    input: { locale: 'en' | 'de' | 'es'; name?: string; email?: string };
    answer: { token: string; user: User };
  };
  /** Signs in with e-mail and password. For anyone. */
  'session.login': { input: { email: string; password: string }; answer: { token: string; user: User } };
  /** Signs in by the link of a letter, once (4.1). The same `clientId` again within ten minutes is the same opening. What is used, ended or unknown is `auth.link`. For anyone. */
  'session.open': {
    input: { link: string; clientId?: string };
    answer: { token: string; user: User; questionId: string };
  };
  /** What the link of a letter leads to, and whether it can be rated there (4.1). Uses nothing up. For anyone. */
  'session.look': {
    input: { link: string };
    answer: {
      questionId: string;
      subject: string;
      /** The name. */
      expert: string | null;
      state: 'open' | 'closed';
      ratingEnabled: boolean;
      /** Given already: they can be raised, never lowered (2.5). */
      stars: number | null;
      locale: 'en' | 'de' | 'es';
    };
  };
  /** The account behind the token. For customer, expert, admin. */
  'session.get': { input: Record<string, never>; answer: { user: User } };
  /** Another token of the same session, which holds longer; of experts and admins only so long after the log-in. For customer, expert, admin. */
  'session.renew': { input: Record<string, never>; answer: { token: string; expiresAt: string } };
  /** Signs out: all tokens of this session, on all its tabs, or `everywhere` all of the account. For customer, expert, admin. */
  'session.end': { input: { everywhere?: boolean }; answer: Record<string, never> };
  /** Another password, by the old one. All other sessions end; this one goes on with the token that is answered. For expert, admin. */
  'session.password': { input: { old: string; new: string }; answer: { token: string; expiresAt: string } };
  /** Where letters about one’s own questions go; null: nowhere. Nobody has proved whose address it is. For customer. */
  'session.email': { input: { email: string | null }; answer: { user: User } };
  /** All categories with their services, in one language. For anyone. */
  'category.list': { input: { locale: 'en' | 'de' | 'es' }; answer: { items: Category[] } };
  /** How many experts of a category are there now, and how soon one wrote of late. Ten seconds old at most. For anyone. */
  'category.availability': {
    input: { category?: string };
    answer: {
      items: {
        category: string;
        /** 3: so many or more. */
        online: number;
        /** Half of the customers waited no longer; null: unknown. */
        firstReplyMs: number | null;
      }[];
    };
  };
  /** All of a category, in all languages, to be changed and saved again. For admin. */
  'category.get': {
    input: { id: string };
    answer: {
      category: {
        id: string;
        name: { en: string; de: string; es: string };
        currency: string;
        services: {
          key: string;
          title: { en: string; de: string; es: string };
          description: { en: string; de: string; es: string };
          suggestedPrice: number;
        }[];
        automaticService: string;
        /** What an expert may ask for a service they offer (8.1), minor units. */
        offerLimits: { min: number; max: number };
        /** What an answer may be worth at least, and what is suggested, minor units, ascending (2.1). */
        questionValues?: { min: number; suggested: number[] };
        /** What the automatic service may cost, minor units, ascending (5.2). */
        pricePoints: number[];
        /** Which of them is shown: what was learned, or always this one (5.2). */
        pricing: 'learned' | { fixed: number };
        version: number;
      };
    };
  };
  /** Creates or replaces a category. `version` is the one that was read; absent for a new category. For admin. */
  'category.save': {
    input: {
      id: string;
      name: { en: string; de: string; es: string };
      currency: string;
      services: {
        key: string;
        title: { en: string; de: string; es: string };
        description: { en: string; de: string; es: string };
        suggestedPrice: number;
      }[];
      automaticService: string;
      /** What an expert may ask for a service they offer (8.1), minor units. */
      offerLimits?: { min: number; max: number };
      /** What an answer may be worth at least, and what is suggested, minor units, ascending (2.1). */
      questionValues?: { min: number; suggested: number[] };
      /** What the automatic service may cost, minor units, ascending (5.2). */
      pricePoints: number[];
      /** Which of them is shown: what was learned, or always this one (5.2). */
      pricing?: 'learned' | { fixed: number };
      version?: number;
    };
    answer: {
      category: {
        id: string;
        name: { en: string; de: string; es: string };
        currency: string;
        services: {
          key: string;
          title: { en: string; de: string; es: string };
          description: { en: string; de: string; es: string };
          suggestedPrice: number;
        }[];
        automaticService: string;
        /** What an expert may ask for a service they offer (8.1), minor units. */
        offerLimits: { min: number; max: number };
        /** What an answer may be worth at least, and what is suggested, minor units, ascending (2.1). */
        questionValues?: { min: number; suggested: number[] };
        /** What the automatic service may cost, minor units, ascending (5.2). */
        pricePoints: number[];
        /** Which of them is shown: what was learned, or always this one (5.2). */
        pricing: 'learned' | { fixed: number };
        version: number;
      };
    };
  };
  /** What has been learned about the price of a category’s automatic service, counted now: what was shown, what came of it, and what is likely (5.2). For admin. */
  'price.curve': { input: { category: string }; answer: PriceCurve };
  /** The services that the caller has named, each as it was offered last. The newest first. For expert. */
  'catalogue.list': { input: { cursor?: string }; answer: { items: OwnService[]; nextCursor?: string } };
  /** Another title for a service of the caller. Offers that were sent keep theirs. For expert. */
  'catalogue.rename': { input: { serviceId: string; title: string }; answer: { service: OwnService } };
  /** Takes a service out of the caller’s catalogue. Offers that were sent stay as they are. For expert. */
  'catalogue.remove': { input: { serviceId: string }; answer: Record<string, never> };
  /** The texts that the caller keeps for messages. The newest first. For expert. */
  'template.list': { input: { cursor?: string }; answer: { items: Template[]; nextCursor?: string } };
  /** Keeps a text, or changes one of the caller’s (`templateId`). The same text under the same title again is the same one. 100 at most. For expert. */
  'template.save': {
    input: { templateId?: string; title: string; body: string; locale: 'en' | 'de' | 'es' };
    answer: { template: Template };
  };
  /** Forgets a text of the caller. Messages that were sent stay as they are. For expert. */
  'template.remove': { input: { templateId: string }; answer: Record<string, never> };
  /** An expert, with the average of their customers’ own stars; automatic ratings are counted apart (2.5, 7.4). For customer, expert, admin. */
  'expert.get': { input: { expertId: string }; answer: { expert: Expert } };
  /** Posts a question (2.1). A failed authorisation is `payment.failed`, and the question stays a draft. For customer. */
  'question.post': {
    input: {
      category: string;
      subject: string;
      body: string;
      value: { amount: number; currency: string };
      paymentMethod: string;
      clientId: string;
    };
    answer: { question: Question };
  };
  /** A question with the offers that the caller may see, how far the sides have read, and the version of the box. For customer, expert, admin. */
  'question.get': {
    input: { questionId: string };
    answer: {
      question: Question;
      offers: Offer[];
      /** The two sides and admins only. */
      reads?: Read[];
      /** What was asked for (8.4). The customer only. */
      refunds?: Refund[];
      /** Whoever reads the box by being a side of it (9.1). */
      privateInfo?: PrivateInfoChange;
    };
  };
  /** Questions, the newest first: one’s own, those to claim, or all that one may see. For customer, expert, admin. */
  'question.list': {
    input: {
      view: 'mine' | 'open' | 'all';
      category?: string;
      state?: 'draft' | 'open' | 'claimed' | 'answered' | 'closed';
      /** By activity: one’s own, those first in which something was written last. */
      order?: 'newest' | 'activity';
      cursor?: string;
    };
    answer: { items: QuestionEntry[]; nextCursor?: string };
  };
  /** What was missed since `afterSeq`, and from then on the events of the question. For customer, expert, admin; over a socket only. */
  'question.watch': {
    input: { questionId: string; afterSeq?: number };
    answer: {
      question: Question;
      offers: Offer[];
      /** The two sides and admins only. */
      reads?: Read[];
      /** What was asked for (8.4). The customer only. */
      refunds?: Refund[];
      /** Whoever reads the box by being a side of it (9.1). */
      privateInfo?: PrivateInfoChange;
      messages: Message[];
      /** Up to `afterSeq`: what was redacted or flagged since it was written; the newest 200. */
      changed: Message[];
      /** Which of the two sides are connected now. */
      online: string[];
      /** Which of them say that they are away (6.1). */
      away: string[];
    };
  };
  /** No more events of the question. For customer, expert, admin; over a socket only. */
  'question.unwatch': { input: { questionId: string }; answer: Record<string, never> };
  /** Locks an open question for this expert, or renews the lock (2.2). For expert. */
  'question.claim': { input: { questionId: string }; answer: { question: Question } };
  /** Gives the question back to all experts of its category (2.2). For expert. */
  'question.release': { input: { questionId: string }; answer: { question: Question } };
  /** Rates the answer, 1 to 5 stars; raised, never lowered (2.4, 2.5). For customer. */
  'question.rate': { input: { questionId: string; stars: number; comment?: string }; answer: { question: Question } };
  /** Ends the conversation for good and withdraws what nobody has accepted (2.8, 6.8). For customer, admin. */
  'question.close': { input: { questionId: string }; answer: { question: Question } };
  /** Tells the others in the conversation that the caller is typing. Not stored. For customer, expert; over a socket only. */
  typing: { input: { questionId: string }; answer: Record<string, never> };
  /** From now on `queue.changed` of one’s categories (2.2), and what was missed since the instant that was said last. For expert; over a socket only. */
  'queue.watch': { input: { since?: string }; answer: QueueNews };
  /** No more `queue.changed`. For expert; over a socket only. */
  'queue.unwatch': { input: Record<string, never>; answer: Record<string, never> };
  /** Writes a message; acknowledged when it is stored for good. The same `clientId` again is the same message. For customer, expert. */
  'message.send': {
    input: {
      questionId: string;
      clientId: string;
      kind?: 'greeting' | 'info_request' | 'answer' | 'follow_up' | 'message';
      body: string;
      attachments?: never[];
      /** True: send also what is a fragment (3.2). False: refuse with `policy.personal_data` what would be sent with warnings (9.2). */
      confirm?: boolean;
    };
    answer: { message: Message };
  };
  /** What a message would be told before it is sent: a dry run of conduct (3) and of personal data (9.2). For expert. */
  'message.check': {
    input: {
      questionId: string;
      kind?: 'greeting' | 'info_request' | 'answer' | 'follow_up' | 'message';
      body: string;
    };
    answer: { hints: Hint[]; allowedKinds: ('greeting' | 'info_request' | 'answer' | 'follow_up' | 'message')[] };
  };
  /** A page of the conversation in ascending order: after, before, or up to the newest. For customer, expert, admin. */
  'message.list': {
    input: { questionId: string; afterSeq?: number; beforeSeq?: number; limit?: number; cursor?: string };
    answer: { items: Message[]; nextCursor?: string };
  };
  /** Notes how far the caller has read; only moves forward. For customer, expert. */
  'message.read': { input: { questionId: string; seq: number }; answer: { seq: number } };
  /** The red flag: tells customer care of personal information or abuse in a message. Once for each person. For customer, expert. */
  'message.flag': {
    input: { questionId: string; seq: number; reason: 'personal_information' | 'abuse' };
    answer: { message: Message };
  };
  /** Takes the text of a message away for good (9.2); its place stays. For admin. */
  'message.redact': { input: { questionId: string; seq: number }; answer: { message: Message } };
  /** The notices of the last 30 days, the newest first, 200 at most: those that were told live, in one’s own language. For customer, expert, admin. */
  'notice.list': { input: { cursor?: string }; answer: { items: NoticeEntry[]; nextCursor?: string } };
  /** What the form of an offer is drawn from: from when on, within which limits, what may be offered (8.1). For expert. */
  'offer.form': { input: { questionId: string }; answer: OfferForm };
  /** The expert of the conversation offers a premium service, a while after the customer’s second reply (8.1). One open offer per question. For expert. */
  'offer.propose': {
    input: {
      questionId: string;
      service: { key: string } | { title: string };
      description: string;
      price: { amount: number; currency: string };
      clientId: string;
    };
    answer: { offer: Offer };
  };
  /** The expert takes an offer back that nobody has accepted yet. For expert. */
  'offer.withdraw': { input: { offerId: string }; answer: { offer: Offer } };
  /** The expert is unable to complete what was paid: the customer is told, customer care gets a case (8.3). For expert. */
  'offer.unable': { input: { offerId: string; reason: string }; answer: { offer: Offer } };
  /** Accepts an offer. The automatic one becomes a request (5.3), again after "could not connect" (7.1); an expert’s is charged at once (8.2). For customer. */
  'offer.accept': { input: { offerId: string }; answer: { offer: Offer } };
  /** Closes the offer with X; the conversation goes on (5.3). For customer. */
  'offer.decline': { input: { offerId: string }; answer: { offer: Offer } };
  /** The Request Center: what the caller may accept now, has to report, or is done with. For expert. */
  'request.list': {
    input: { view: 'open' | 'priority' | 'done'; cursor?: string };
    answer: {
      items: RequestEntry[];
      nextCursor?: string;
      /** Of the views, whichever is asked for; 1,000 says at least that many. */
      counts: { open: number; priority: number };
    };
  };
  /** One request as its landing page shows it, also when it is taken already. For expert, admin. */
  'request.get': { input: { requestId: string }; answer: { request: RequestEntry } };
  /** First come, first served: one expert wins, the payment is captured (6.4, 6.5). For expert. */
  'request.accept': { input: { requestId: string }; answer: { request: RequestEntry } };
  /** No Thanks: the reserved expert passes, and the request opens at once (6.2). For expert. */
  'request.decline': { input: { requestId: string }; answer: { request: RequestEntry } };
  /** Takes a request back until it is accepted (6.8); after "could not connect" it is the refund (7.1). For customer. */
  'request.withdraw': { input: { requestId: string }; answer: { request: Offer } };
  /** The accepting expert has tried to reach the customer, now: it counts for the report (7.1). The same `clientId` again is the same attempt. For expert. */
  'request.attempt': {
    input: { requestId: string; note?: string; clientId: string };
    answer: { request: RequestEntry };
  };
  /** Were you able to connect? Within the report window by the expert, afterwards by expert support (7.1, 7.2). For expert, admin. */
  'request.report': {
    input: {
      requestId: string;
      connected: boolean;
      /** Attempts beside those of `request.attempt`, or how many there were in all. */
      attempts?: number | { at: string; note?: string }[];
      reason?: string;
      comment?: string;
    };
    answer: { request: RequestEntry };
  };
  /** With what a browser saves a card that can be charged later (2.1, 6.5). For customer. */
  'payment.setup': {
    input: { questionId?: string };
    answer: {
      provider: 'simulated' | 'stripe';
      /** Of a SetupIntent, for this browser alone. */
      clientSecret?: string;
      publishableKey?: string;
    };
  };
  /** Another payment method: pays a draft, reopens a failed request (6.5), and is used from now on. For customer. */
  'payment.update': {
    input: { questionId: string; paymentMethod: string };
    answer: { question: Question; offers: Offer[] };
  };
  /** The Earnings Report: every accepted service and paid question; 0 until it is earned (7.5). For expert. */
  'earnings.list': {
    input: { from?: string; to?: string; cursor?: string };
    answer: {
      items: Earning[];
      nextCursor?: string;
      /** Earned in the range, in the currency earned most in. */
      total: Money;
      /** The same for every currency. */
      totals: Money[];
    };
  };
  /** What was earned by day, week or month of a time zone, by kind (7.5). Each bucket is there, also an empty one. For expert. */
  'earnings.summary': {
    input: { from: string; to: string; bucket: 'day' | 'week' | 'month'; timeZone: string };
    answer: EarningsSummary;
  };
  /** The cases, the newest first: of a state, of a kind, of an admin or of nobody, or those overdue. For admin. */
  'case.list': {
    input: {
      state?: 'open' | 'resolved';
      kind?:
        | 'personal_information'
        | 'low_rating'
        | 'unable_to_complete'
        | 'not_connected'
        | 'refund'
        | 'payout_dispute'
        | 'refund_failed'
        | 'chargeback'
        | 'card_testing';
      assignee?: string | 'nobody';
      overdue?: boolean;
      cursor?: string;
    };
    answer: { items: Case[]; nextCursor?: string };
  };
  /** The cases that one has opened, the newest first, with what came of them (10.1). For customer, expert. */
  'case.mine': { input: { cursor?: string }; answer: { items: Case[]; nextCursor?: string } };
  /** One case with its notes and history. For admin. */
  'case.get': { input: { caseId: string }; answer: { case: Case } };
  /** Opens a case by hand: admins of any such kind, experts a payout dispute about what they may know of. For expert, admin. */
  'case.open': {
    input: {
      kind: 'personal_information' | 'unable_to_complete' | 'refund' | 'payout_dispute';
      questionId: string;
      offerId?: string;
      seq?: number;
      reason: string;
      clientId: string;
    };
    answer: { case: Case };
  };
  /** Who works on it: the caller, another admin, or nobody (null). For admin. */
  'case.assign': { input: { caseId: string; assignee?: string | null }; answer: { case: Case } };
  /** Adds a note, also to a resolved case. Only admins read it. For admin. */
  'case.note': { input: { caseId: string; text: string; clientId: string }; answer: { case: Case } };
  /** Ends a case, once: a refund by grant, refuse (with a comment, which the customer reads) or dismissed (8.4), a low rating by pay or dismissed (2.5), any other by done or dismissed. For admin. */
  'case.resolve': {
    input: {
      caseId: string;
      resolution: 'done' | 'dismissed' | 'pay' | 'grant' | 'refuse' | 'retry';
      comment?: string;
      clientId?: string;
    };
    answer: { case: Case };
  };
  /** Asks for all of a question’s value, or of a premium service’s price, back. An admin decides (8.4). For customer. */
  'refund.request': {
    input: { questionId: string; offerId?: string; reason: string; clientId?: string };
    answer: { case: Case };
  };
  /** What happened to a question, in order: messages, offers and their terms, money, reports, reads, cases. For admin. */
  'evidence.get': {
    input: { questionId: string; cursor?: string };
    answer: { items: Happening[]; nextCursor?: string };
  };
  /** All accounts, the newest first; by role, active or not, part of name or e-mail, experts with or without categories. For admin. */
  'user.list': {
    input: {
      role?: 'customer' | 'expert' | 'admin';
      active?: boolean;
      search?: string;
      hasCategories?: boolean;
      cursor?: string;
    };
    answer: { items: User[]; nextCursor?: string };
  };
  /** A new account with a password. For admin. */
  'user.create': {
    input: {
      role: 'customer' | 'expert' | 'admin';
      name: string;
      email: string;
      password: string;
      locale?: 'en' | 'de' | 'es';
      categories?: string[];
      clientId?: string;
    };
    answer: { user: User };
  };
  /** One’s own locale, name and wishes; admins also the rights of others, whose sessions then end. For customer, expert, admin. */
  'user.update': {
    input: {
      userId?: string;
      /** The one that was read; another one is stale. */
      version?: number;
      locale?: 'en' | 'de' | 'es';
      name?: string;
      notify?: {
        openRequests?: boolean;
        reminders?: boolean;
        digest?: 'off' | 'hourly' | 'daily';
        quiet?: { from: string; to: string } | null;
      };
      timeZone?: string;
      categories?: string[];
      active?: boolean;
      email?: string;
      password?: string;
    };
    answer: { user: User };
  };
  /** Available, or away with or without an end: letters then come at once, and requests are asked as before (6.1). `hidden`, over a socket: whether the page behind it is looked at. For expert. */
  'presence.set': {
    input: { state?: 'available' | 'away'; until?: string; hidden?: boolean };
    answer: { state: 'available' | 'away'; until?: string };
  };
  /** What the box says. Admins give a `reason`, which is recorded before they get to see it (9.1). For customer, expert, admin. */
  'private-info.get': { input: { questionId: string; reason?: string }; answer: { privateInfo: PrivateInfo } };
  /** Replaces what the box says. `version`: the one that was read, so that nobody is overwritten unseen. For customer, expert. */
  'private-info.put': {
    input: { questionId: string; text: string; version?: number };
    answer: { privateInfo: PrivateInfo };
  };
  /** What admins did and read, the newest first; `about`: only what concerns this id. For admin. */
  'audit.list': { input: { about?: string; cursor?: string }; answer: { items: AuditRow[]; nextCursor?: string } };
  /** E-mails of the last KEEP_MAILS, the newest first; to one person, in one state, about one question or offer. For admin. */
  'mail.list': {
    input: { to?: string; state?: 'pending' | 'held' | 'sent' | 'dropped' | 'failed'; about?: string; cursor?: string };
    answer: { items: Mail[]; nextCursor?: string };
  };
  /** One e-mail, and what it says as it would be built now, without the links that are its receiver’s alone. For admin. */
  'mail.get': {
    input: { mailId: string };
    answer: {
      mail: Mail;
      /** Null: there is nothing left to say. */
      letter: Letter | null;
    };
  };
  /** Sends an e-mail now: one that waits without waiting, one that was settled once more; `force`: also without its reason. For admin. */
  'mail.resend': { input: { mailId: string; clientId: string; force?: boolean }; answer: { mail: Mail } };
  /** All webhooks: where they lead, what they want, and how their receivers do. For admin. */
  'webhook.list': { input: Record<string, never>; answer: { items: Webhook[] } };
  /** Subscribes, or changes a webhook. From the answer on nothing is missed. For admin. */
  'webhook.save': {
    input: {
      /** Absent for a new one. */
      webhookId?: string;
      /** The one that was read; another one is stale. */
      version?: number;
      url: string;
      events: (
        | 'question.posted'
        | 'question.claimed'
        | 'question.released'
        | 'question.answered'
        | 'question.rated'
        | 'question.closed'
        | 'message.created'
        | 'offer.created'
        | 'offer.accepted'
        | 'offer.declined'
        | 'offer.withdrawn'
        | 'offer.payment_failed'
        | 'offer.unable'
        | 'request.requested'
        | 'request.opened'
        | 'request.accepted'
        | 'request.payment_failed'
        | 'request.withdrawn'
        | 'request.expired'
        | 'request.fulfilled'
        | 'request.unfulfilled'
        | 'request.overdue'
        | 'payment.authorised'
        | 'payment.captured'
        | 'payment.failed'
        | 'payment.released'
        | 'payment.refunded'
        | 'payment.refund_failed'
        | 'payment.disputed'
        | 'case.opened'
        | 'case.overdue'
        | 'case.resolved'
      )[];
      /** `thin` (the default): ids, state and version; `full`: the record as well. */
      content?: 'thin' | 'full';
      /** Messages say what was written. Not by default. */
      withText?: boolean;
      /** By default it is. */
      active?: boolean;
      clientId?: string;
    };
    answer: {
      webhook: Webhook;
      /** What signs; it is told this once. */
      secret?: string;
    };
  };
  /** Ends a webhook, with its log and what was still owed to it. For admin. */
  'webhook.remove': { input: { webhookId: string }; answer: Record<string, never> };
  /** A new secret. The one before signs beside it for WEBHOOK_OVERLAP; an older one no more. For admin. */
  'webhook.rotate': {
    input: { webhookId: string };
    answer: {
      webhook: Webhook;
      /** What signs; it is told this once. */
      secret: string;
    };
  };
  /** Sends `webhook.test` at once, and answers what came of it. For admin. */
  'webhook.test': { input: { webhookId: string }; answer: { delivery: Delivery } };
  /** What was sent to a webhook or waits for it, with every try; the newest event first. For admin. */
  'webhook.deliveries': {
    input: { webhookId: string; state?: 'pending' | 'delivered' | 'failed'; cursor?: string };
    answer: { items: Delivery[]; nextCursor?: string };
  };
  /** Sends again: one delivery, or those of a webhook that failed since an instant, 10,000 at most. For admin. */
  'webhook.replay': {
    input: {
      deliveryId?: string;
      webhookId?: string;
      since?: string;
      /** Those that failed by default. */
      state?: 'failed' | 'delivered';
    };
    answer: { count: number };
  };
}

/** The same of what only HTTP knows: its input stands in the query, its body or its answer may be a file. */
export interface HttpCommands {
  /** The Earnings Report as a file for spreadsheets, all of it (7.5). Amounts are decimals of the currency. For expert. */
  'earnings.csv': {
    input: { from?: string; to?: string };
    answer: string;
    takes: 'json';
    gives: 'text/csv; charset=utf-8';
  };
}

/** By name, what an event carries. */
export interface Events {
  'message.created': Message;
  'message.changed': Message;
  'question.changed': Question;
  'queue.changed': QueueChange;
  'offer.changed': Offer | OfferNews;
  'request.changed': Offer | RequestNews;
  'case.changed': Case;
  'private-info.changed': PrivateInfoChange;
  'read.changed': { questionId: string; by: Person; seq: number };
  'presence.changed': Light | OwnAvailability;
  typing: { questionId: string; by: { id: string; name: string; role: string } };
  notice: Notice;
}

export interface Policy {
  claimMs: number;
  autoCloseMs: number;
  reservationMs: number;
  requestTtlMs: number;
  paymentUpdateTtlMs: number;
  offerDelayMs: number;
  reportWindowMs: number;
  caseResponseMs: number;
  fragmentWindowMs: number;
  followUpMs: { from: number; until: number };
  payingStars: number;
}

export interface User {
  id: string;
  version: number;
  role: 'customer' | 'expert' | 'admin';
  name: string;
  locale: 'en' | 'de' | 'es';
  email?: string | null;
  categories?: string[];
  notify?: {
    openRequests: boolean;
    reminders: boolean;
    digest: 'off' | 'hourly' | 'daily';
    quiet: { from: string; to: string } | null;
  };
  /** Of quiet hours and digests. */
  timeZone?: string;
  active?: boolean;
  /** Experts (6.1). */
  presence?: Availability;
}

export interface Availability {
  state: 'available' | 'away';
  until?: string;
  because?: 'chosen' | 'missed' | 'hidden';
  version: number;
}

export interface Category {
  id: string;
  version: number;
  name: string;
  currency: string;
  automaticService: string;
  /** What an answer may be worth at least, and what is suggested, minor units (2.1). */
  questionValues: { min: number; suggested: number[] };
  services: { key: string; title: string; description: string; suggestedPrice: Money }[];
}

/** Integer minor units of an ISO 4217 currency. */
export interface Money {
  amount: number;
  currency: string;
}

export interface PriceCurve {
  category: string;
  service: string;
  currency: string;
  /** What is shown now (PRICING, `pricing`). */
  pricing: 'learned' | 'middle' | 'fixed';
  objective: 'acceptance' | 'revenue';
  /** The day from which on offers are counted. */
  since: string;
  points: PricePoint[];
}

export interface PricePoint {
  /** Minor units of the currency. */
  amount: number;
  /** False: it was shown before, and is no point of the category any more. */
  allowed: boolean;
  /** The sum of the next six; without what was kept from an earlier offer. */
  shown: number;
  /** A yes, whatever became of the request. */
  requested: number;
  /** A yes of the customer to which no expert said yes: too cheap, perhaps. */
  expired: number;
  /** A no. */
  declined: number;
  /** Not decided within a day: a no. */
  unanswered: number;
  /** Shown within the last day and not decided: not counted yet. */
  undecided: number;
  /** Requested and taken back before it was paid: not counted. */
  takenBack: number;
  /** The part of customers who would say yes; null: nothing is known. */
  likely: number | null;
  /** It lies above this nineteen times of twenty. */
  low: number | null;
  /** It lies below this nineteen times of twenty. */
  high: number | null;
  /** The part of the next offers that would show it, if prices are learned. */
  share: number;
}

/** A service of the expert’s own, as it was offered last. */
export interface OwnService {
  id: string;
  title: string;
  description: string;
  price: Money;
}

/** A text that the expert keeps for messages. */
export interface Template {
  id: string;
  title: string;
  body: string;
  locale: 'en' | 'de' | 'es';
}

export interface Expert {
  id: string;
  name: string;
  categories: string[];
  rating: {
    /** Of the customers’ own stars, with one decimal; null: nobody has rated yet. */
    average: number | null;
    /** Ratings that customers gave themselves. */
    count: number;
    /** Automatic ratings; they are not in the average. */
    automatic: number;
  };
}

export interface Question {
  id: string;
  version: number;
  state: 'draft' | 'open' | 'claimed' | 'answered' | 'closed';
  category: string;
  subject: string;
  body: string;
  value: Money;
  /** What the expert earns with it. Experts and admins only. */
  payout?: Money;
  customer: Person;
  expert: Person | null;
  lockedUntil: string | null;
  lastSeq: number;
  ratingEnabled: boolean;
  rating: { stars: number; by: 'customer' | 'automatic' } | null;
  offerAvailableAt: string | null;
  postedAt: string | null;
  closedAt: string | null;
  /** Customers and admins only. */
  payment?: { state: string; reason: string | null };
  /** What is charged next, as its customer knows it; null: the provider has not said it. The customer only. */
  card?: { brand: string; last4: string } | null;
}

export interface Person {
  id: string;
  name: string;
}

export interface Offer {
  id: string;
  version: number;
  questionId: string;
  origin: 'automatic' | 'expert';
  /** The expert who offers it; absent when the platform does. */
  proposedBy?: Person;
  /** Why the expert is unable to complete it (8.3). */
  unableReason?: string;
  service: { key: string; title: string };
  description: string;
  price: Money;
  /** Experts and admins only. */
  payout?: Money;
  state:
    | 'offered'
    | 'declined'
    | 'withdrawn'
    | 'reserved'
    | 'open'
    | 'capturing'
    | 'payment_failed'
    | 'accepted'
    | 'fulfilled'
    | 'unfulfilled'
    | 'report_overdue'
    | 'unable'
    | 'expired'
    | 'refunding'
    | 'refunded'
    | 'refund_failed';
  /** Its place in the conversation. */
  shownAt: string;
  reservedFor: string | null;
  reservedUntil: string | null;
  requestedAt: string | null;
  expiresAt: string | null;
  acceptedBy: Person | null;
  acceptedAt: string | null;
  reportDueAt: string | null;
  /** To reach the customer, as far as they are logged (7.1). The accepting expert and admins only. */
  attempts?: { at: string; note: string | null }[];
  /** The accepting expert and admins only. */
  report?: Report | null;
  /** Why the payment failed. The customer and admins only. */
  paymentReason?: string | null;
  /** How far a price that was taken is on its way back, also of a request that is withdrawn or expired. The customer and admins only. */
  refundState?: 'refunding' | 'refunded' | 'refund_failed' | null;
}

export interface Report {
  connected: boolean;
  attempts: { at: string; note: string | null }[];
  reason: string | null;
  comment: string | null;
  at: string;
}

/** How far one side has read. */
export interface Read {
  by: Person;
  seq: number;
}

export interface Refund {
  caseId: string;
  /** Null: the value of the question. */
  offerId: string | null;
  state: 'open' | 'resolved';
  askedAt: string;
  resolution: string | null;
  /** Why it was refused. */
  comment: string | null;
}

export interface PrivateInfoChange {
  questionId: string;
  version: number;
  by: Person | null;
  at: string | null;
}

export interface QuestionEntry {
  id: string;
  version: number;
  state: 'draft' | 'open' | 'claimed' | 'answered' | 'closed';
  category: string;
  subject: string;
  body: string;
  value: Money;
  /** What the expert earns with it. Experts and admins only. */
  payout?: Money;
  customer: Person;
  expert: Person | null;
  lockedUntil: string | null;
  lastSeq: number;
  ratingEnabled: boolean;
  rating: { stars: number; by: 'customer' | 'automatic' } | null;
  offerAvailableAt: string | null;
  postedAt: string | null;
  closedAt: string | null;
  /** Customers and admins only. */
  payment?: { state: string; reason: string | null };
  /** What is charged next, as its customer knows it; null: the provider has not said it. The customer only. */
  card?: { brand: string; last4: string } | null;
  /** The two sides and admins only. */
  lastMessage?: { seq: number; by: { id: string; name: string; role: string }; kind: string; at: string } | null;
  /** What others wrote beyond one’s read mark; 100 says at least that many. The two sides only. */
  unread?: number;
}

export interface Message {
  questionId: string;
  seq: number;
  clientId: string;
  kind: string;
  by: { id: string; name: string; role: string };
  body: string;
  attachments: never[];
  at: string;
  redacted: boolean;
  /** The sender only: where in the body personal data was recognised, and what to do instead. */
  warnings?: {
    kind: 'card' | 'email' | 'phone' | 'skype' | 'whatsapp' | 'telegram';
    start: number;
    end: number;
    hint: string;
  }[];
  /** All flags for admins; for the sides, the one they set themselves. */
  flagged?: { by: { id: string; name: string; role: string }; reason: 'personal_information' | 'abuse'; at: string }[];
}

export interface QueueNews {
  /** Hand it back as `since`. */
  at: string;
  /** Those to claim as `question.list` has them; of others only that they are taken, by whom. */
  items: (Question | Taken)[];
  /** False: there was more than is told; `question.list` has the queue. */
  complete: boolean;
}

export interface Taken {
  id: string;
  version: number;
  state: 'claimed' | 'answered' | 'closed';
  category: string;
  /** Who has it; null: nobody. */
  expert: Person | null;
}

export interface Hint {
  /** That a message is refused with, or sent with a warning (9.2). */
  code:
    | 'auth.required'
    | 'auth.forbidden'
    | 'auth.link'
    | 'input.invalid'
    | 'input.bad_signature'
    | 'not_found'
    | 'rate.limited'
    | 'conflict.stale'
    | 'conflict.draft'
    | 'conflict.closed'
    | 'conflict.claimed'
    | 'conflict.not_claimed'
    | 'conflict.not_answered'
    | 'conflict.rating_lowered'
    | 'conflict.not_offered'
    | 'conflict.offer_open'
    | 'conflict.not_reserved'
    | 'conflict.not_open'
    | 'conflict.not_accepted'
    | 'conflict.already_accepted'
    | 'conflict.expired'
    | 'conflict.report_overdue'
    | 'conflict.payment_pending'
    | 'conflict.not_captured'
    | 'conflict.case_open'
    | 'conflict.case_resolved'
    | 'conflict.mail_over'
    | 'conflict.email_taken'
    | 'conflict.last_admin'
    | 'conflict.too_many_sockets'
    | 'conflict.too_many_webhooks'
    | 'conflict.too_many_templates'
    | 'conflict.too_many_offers'
    | 'payment.failed'
    | 'policy.attempts_missing'
    | 'policy.offer_too_early'
    | 'policy.price_limits'
    | 'policy.personal_data'
    | 'policy.rating_insistence'
    | 'policy.fragmented_answer'
    | 'policy.follow_up_unanswered'
    | 'policy.follow_up_replied'
    | 'policy.follow_up_rated'
    | 'policy.follow_up_repeated'
    | 'policy.follow_up_early'
    | 'policy.follow_up_late'
    | 'policy.follow_up_shared'
    | 'policy.follow_up_asks_rating'
    | 'unavailable'
    | 'internal';
  message: string;
  /** What the sentence names: when it holds no more, or held last. */
  until?: string;
}

export interface NoticeEntry {
  code: string;
  params: Record<string, string | number>;
  /** In the reader’s language. */
  text: string;
  /** Told again in the same words, it is the same. */
  id: string;
  at: string;
}

export interface OfferForm {
  /** Null: the customer has not replied twice yet. */
  availableAt: string | null;
  limits: { min: Money; max: Money };
  /** What the expert earns of a price: so many ten-thousandths, rounded down to minor units. */
  shareBasisPoints: number;
  services: {
    key: string;
    title: string;
    description: string;
    suggestedPrice: Money;
    /** What the expert earns at the suggested price. */
    payout: Money;
  }[];
  /** The newest 50 of the expert’s own services; `catalogue.list` has all of them. */
  own: OwnService[];
  /** The offer that stands in the way of another: `offer.propose` is `conflict.offer_open`. */
  open: {
    offerId: string;
    state:
      | 'offered'
      | 'declined'
      | 'withdrawn'
      | 'reserved'
      | 'open'
      | 'capturing'
      | 'payment_failed'
      | 'accepted'
      | 'fulfilled'
      | 'unfulfilled'
      | 'report_overdue'
      | 'unable'
      | 'expired'
      | 'refunding'
      | 'refunded'
      | 'refund_failed';
    mine: boolean;
  } | null;
}

export interface RequestEntry {
  id: string;
  version: number;
  questionId: string;
  origin: 'automatic' | 'expert';
  /** The expert who offers it; absent when the platform does. */
  proposedBy?: Person;
  /** Why the expert is unable to complete it (8.3). */
  unableReason?: string;
  service: { key: string; title: string };
  description: string;
  price: Money;
  /** Experts and admins only. */
  payout?: Money;
  state:
    | 'offered'
    | 'declined'
    | 'withdrawn'
    | 'reserved'
    | 'open'
    | 'capturing'
    | 'payment_failed'
    | 'accepted'
    | 'fulfilled'
    | 'unfulfilled'
    | 'report_overdue'
    | 'unable'
    | 'expired'
    | 'refunding'
    | 'refunded'
    | 'refund_failed';
  /** Its place in the conversation. */
  shownAt: string;
  reservedFor: string | null;
  reservedUntil: string | null;
  requestedAt: string | null;
  expiresAt: string | null;
  acceptedBy: Person | null;
  acceptedAt: string | null;
  reportDueAt: string | null;
  /** To reach the customer, as far as they are logged (7.1). The accepting expert and admins only. */
  attempts?: { at: string; note: string | null }[];
  /** The accepting expert and admins only. */
  report?: Report | null;
  /** Why the payment failed. The customer and admins only. */
  paymentReason?: string | null;
  /** How far a price that was taken is on its way back, also of a request that is withdrawn or expired. The customer and admins only. */
  refundState?: 'refunding' | 'refunded' | 'refund_failed' | null;
  prefix: string;
  subject: string;
  category: string;
  /** The first 200 characters of the question, without what looks like personal data (9.2); null: not to be read any more. */
  preview: string | null;
  postedAt: string | null;
}

export interface Earning {
  id: string;
  kind: 'question' | 'premium';
  questionId: string;
  offerId?: string;
  subject: string;
  state: string;
  amount: Money;
  at: string;
}

export interface EarningsSummary {
  buckets: {
    /** Its first day; weeks begin on Mondays. */
    date: string;
    /** One for each currency; none: nothing. */
    question: Money[];
    /** One for each currency; none: nothing. */
    premium: Money[];
  }[];
}

export interface Case {
  id: string;
  version: number;
  kind:
    | 'personal_information'
    | 'low_rating'
    | 'unable_to_complete'
    | 'not_connected'
    | 'refund'
    | 'payout_dispute'
    | 'refund_failed'
    | 'chargeback'
    | 'card_testing';
  state: 'open' | 'resolved';
  questionId: string;
  offerId: string | null;
  /** The message it is about. */
  seq: number | null;
  subject: string;
  reason: string | null;
  openedAt: string;
  resolution: string | null;
  resolvedAt: string | null;
  /** Admins only. */
  openedBy?: { id: string; name: string; role: string };
  /** Admins only. */
  customer?: Person;
  /** When it should be resolved by. Admins only. */
  dueAt?: string;
  /** Admins only. */
  overdue?: boolean;
  /** Admins only. */
  assignee?: Person | null;
  /** Admins only. */
  notes?: { by: { id: string; name: string; role: string }; at: string; text: string }[];
  /** Admins only. */
  history?: { what: string; by: { id: string; name: string; role: string }; at: string; to: Person | null }[];
  /** What the admin who resolved it said. Admins only. */
  comment?: string | null;
  /** Admins only. */
  resolvedBy?: { id: string; name: string; role: string } | null;
}

export type Happening =
  | {
      id: string;
      at: string;
      /** Null when it is not known, or nobody did it. */
      by: { id: string; name: string; role: string } | null;
      /** `created` or `shown`, then the events of docs/machines.md. */
      what: string;
      reason?: string | null;
      type: 'question';
      stars?: number;
    }
  | {
      id: string;
      at: string;
      /** Null when it is not known, or nobody did it. */
      by: { id: string; name: string; role: string } | null;
      type: 'message';
      seq: number;
      kind: string;
      /** 3.1: it asks for a rating. */
      asksRating?: boolean;
      /** 3.2: sent although it is a fragment. */
      confirmed?: boolean;
    }
  | {
      id: string;
      at: string;
      /** Null when it is not known, or nobody did it. */
      by: { id: string; name: string; role: string } | null;
      type: 'message.refused';
      kind: string;
      code:
        | 'auth.required'
        | 'auth.forbidden'
        | 'auth.link'
        | 'input.invalid'
        | 'input.bad_signature'
        | 'not_found'
        | 'rate.limited'
        | 'conflict.stale'
        | 'conflict.draft'
        | 'conflict.closed'
        | 'conflict.claimed'
        | 'conflict.not_claimed'
        | 'conflict.not_answered'
        | 'conflict.rating_lowered'
        | 'conflict.not_offered'
        | 'conflict.offer_open'
        | 'conflict.not_reserved'
        | 'conflict.not_open'
        | 'conflict.not_accepted'
        | 'conflict.already_accepted'
        | 'conflict.expired'
        | 'conflict.report_overdue'
        | 'conflict.payment_pending'
        | 'conflict.not_captured'
        | 'conflict.case_open'
        | 'conflict.case_resolved'
        | 'conflict.mail_over'
        | 'conflict.email_taken'
        | 'conflict.last_admin'
        | 'conflict.too_many_sockets'
        | 'conflict.too_many_webhooks'
        | 'conflict.too_many_templates'
        | 'conflict.too_many_offers'
        | 'payment.failed'
        | 'policy.attempts_missing'
        | 'policy.offer_too_early'
        | 'policy.price_limits'
        | 'policy.personal_data'
        | 'policy.rating_insistence'
        | 'policy.fragmented_answer'
        | 'policy.follow_up_unanswered'
        | 'policy.follow_up_replied'
        | 'policy.follow_up_rated'
        | 'policy.follow_up_repeated'
        | 'policy.follow_up_early'
        | 'policy.follow_up_late'
        | 'policy.follow_up_shared'
        | 'policy.follow_up_asks_rating'
        | 'unavailable'
        | 'internal';
    }
  | {
      id: string;
      at: string;
      /** Null when it is not known, or nobody did it. */
      by: { id: string; name: string; role: string } | null;
      type: 'message.flagged';
      seq: number;
      reason: string;
    }
  | {
      id: string;
      at: string;
      /** Null when it is not known, or nobody did it. */
      by: { id: string; name: string; role: string } | null;
      type: 'message.redacted' | 'read';
      seq: number;
    }
  | {
      id: string;
      at: string;
      /** Null when it is not known, or nobody did it. */
      by: { id: string; name: string; role: string } | null;
      type: 'audit';
      action: string;
      reason: string | null;
    }
  | {
      id: string;
      at: string;
      /** Null when it is not known, or nobody did it. */
      by: { id: string; name: string; role: string } | null;
      /** `created` or `shown`, then the events of docs/machines.md. */
      what: string;
      reason?: string | null;
      type: 'offer';
      offerId: string;
      /** What was shown and accepted; it never changes afterwards. */
      terms?: { service: string; description: string; price: Money; payout: Money };
      connected?: boolean;
      comment?: string | null;
    }
  | {
      id: string;
      at: string;
      /** Null when it is not known, or nobody did it. */
      by: { id: string; name: string; role: string } | null;
      type: 'attempt';
      offerId: string;
      note: string | null;
    }
  | {
      id: string;
      at: string;
      /** Null when it is not known, or nobody did it. */
      by: { id: string; name: string; role: string } | null;
      type: 'entry';
      kind: string;
      offerId: string | null;
      currency: string;
      legs: { account: string; amount: number }[];
    }
  | {
      id: string;
      at: string;
      /** Null when it is not known, or nobody did it. */
      by: { id: string; name: string; role: string } | null;
      type: 'case';
      caseId: string;
      kind: string;
      what: string;
      /** The reason, the note, the comment. */
      text: string | null;
      resolution: string | null;
    };

export interface PrivateInfo {
  questionId: string;
  /** 0: nothing was put there yet. */
  version: number;
  /** Null: the box is empty. */
  text: string | null;
  by: Person | null;
  at: string | null;
}

export interface AuditRow {
  seq: number;
  at: string;
  actor: { id: string; role: string };
  action: string;
  targets: { what: string; id: string }[];
  reason: string | null;
  /** Unknown: cut off by a failure. */
  outcome: 'done' | 'unknown';
  hash: string;
}

export interface Mail {
  id: string;
  to: { id: string; name: string | null };
  template:
    | 'answer_received'
    | 'message_received'
    | 'follow_up_received'
    | 'reminder'
    | 'box_opened'
    | 'request_reserved'
    | 'request_open'
    | 'request_digest'
    | 'request_passed'
    | 'request_accepted'
    | 'request_payment_failed'
    | 'request_expired'
    | 'request_unfulfilled'
    | 'request_refunded'
    | 'report_reminder'
    | 'report_overdue'
    | 'question_payment_failed'
    | 'offer_proposed'
    | 'offer_accepted'
    | 'offer_payment_failed'
    | 'offer_unable'
    | 'refund_received'
    | 'refund_granted'
    | 'refund_refused'
    | 'refund_failed'
    | 'rating_reviewed'
    | 'earnings_reversed'
    | 'earnings_disputed'
    | 'earnings_restored'
    | 'dispute_received'
    | 'dispute_resolved'
    | 'care_low_rating'
    | 'care_not_connected'
    | 'care_unable_to_complete'
    | 'care_case_overdue'
    | 'care_refund_failed'
    | 'care_chargeback'
    | 'care_card_testing'
    | 'password_changed'
    | 'webhook_failing'
    | 'webhook_off';
  state: 'pending' | 'held' | 'sent' | 'dropped' | 'failed';
  /** Why it is held, was dropped or failed. */
  why: string | null;
  /** Ids of the question and of the offer. */
  about: string[];
  tries: number;
  at: string;
  /** When it is looked at next; null: it is settled. */
  dueAt: string | null;
  settledAt: string | null;
}

export interface Letter {
  subject: string;
  text: string;
  html: string;
}

export interface Webhook {
  id: string;
  version: number;
  url: string;
  events: (
    | 'question.posted'
    | 'question.claimed'
    | 'question.released'
    | 'question.answered'
    | 'question.rated'
    | 'question.closed'
    | 'message.created'
    | 'offer.created'
    | 'offer.accepted'
    | 'offer.declined'
    | 'offer.withdrawn'
    | 'offer.payment_failed'
    | 'offer.unable'
    | 'request.requested'
    | 'request.opened'
    | 'request.accepted'
    | 'request.payment_failed'
    | 'request.withdrawn'
    | 'request.expired'
    | 'request.fulfilled'
    | 'request.unfulfilled'
    | 'request.overdue'
    | 'payment.authorised'
    | 'payment.captured'
    | 'payment.failed'
    | 'payment.released'
    | 'payment.refunded'
    | 'payment.refund_failed'
    | 'payment.disputed'
    | 'case.opened'
    | 'case.overdue'
    | 'case.resolved'
  )[];
  content: 'thin' | 'full';
  withText: boolean;
  active: boolean;
  /** Why nothing is sent; `gone`: its receiver answered 410. */
  off: { why: 'admin' | 'failing' | 'gone'; at: string } | null;
  /** Null while the last try succeeded. */
  failingSince: string | null;
  /** In a row. */
  failures: number;
  /** Deliveries that are not settled, 10,000 at most. */
  waiting: number;
  /** Which sign, the newest first: never what they are. */
  secrets: { createdAt: string; until: string | null }[];
  createdAt: string;
  createdBy: Person;
}

export interface Delivery {
  id: string;
  webhookId: string;
  /** The `webhook-id` of every try. */
  eventId: string;
  event: string;
  /** When it happened. */
  at: string;
  data: Record<string, string | number | null>;
  state: 'pending' | 'delivered' | 'failed';
  /** When it is tried next. */
  dueAt: string | null;
  tries: {
    at: string;
    ms: number;
    status: number | null;
    error: string | null;
    /** The first kilobyte of an answer that was no success. */
    answer: string | null;
  }[];
}

export interface QueueChange {
  /** Hand it back as `since`. */
  at: string;
  /** Those to claim as `question.list` has them; of others only that they are taken, by whom. */
  items: (Question | Taken)[];
  /** False: there was more than is told; `question.list` has the queue. */
  complete: boolean;
  category: string;
}

export interface OfferNews {
  id: string;
  version: number;
  questionId: string;
  origin: 'automatic' | 'expert';
  /** The expert who offers it; absent when the platform does. */
  proposedBy?: Person;
  /** Why the expert is unable to complete it (8.3). */
  unableReason?: string;
  service: { key: string; title: Words };
  description: Words;
  price: Money;
  /** Experts and admins only. */
  payout?: Money;
  state:
    | 'offered'
    | 'declined'
    | 'withdrawn'
    | 'reserved'
    | 'open'
    | 'capturing'
    | 'payment_failed'
    | 'accepted'
    | 'fulfilled'
    | 'unfulfilled'
    | 'report_overdue'
    | 'unable'
    | 'expired'
    | 'refunding'
    | 'refunded'
    | 'refund_failed';
  /** Its place in the conversation. */
  shownAt: string;
  reservedFor: string | null;
  reservedUntil: string | null;
  requestedAt: string | null;
  expiresAt: string | null;
  acceptedBy: Person | null;
  acceptedAt: string | null;
  reportDueAt: string | null;
  /** To reach the customer, as far as they are logged (7.1). The accepting expert and admins only. */
  attempts?: { at: string; note: string | null }[];
  /** The accepting expert and admins only. */
  report?: Report | null;
  /** Why the payment failed. The customer and admins only. */
  paymentReason?: string | null;
  /** How far a price that was taken is on its way back, also of a request that is withdrawn or expired. The customer and admins only. */
  refundState?: 'refunding' | 'refunded' | 'refund_failed' | null;
}

export interface Words {
  en: string;
  de: string;
  es: string;
}

export interface RequestNews {
  id: string;
  version: number;
  questionId: string;
  origin: 'automatic' | 'expert';
  /** The expert who offers it; absent when the platform does. */
  proposedBy?: Person;
  /** Why the expert is unable to complete it (8.3). */
  unableReason?: string;
  service: { key: string; title: Words };
  description: Words;
  price: Money;
  /** Experts and admins only. */
  payout?: Money;
  state:
    | 'offered'
    | 'declined'
    | 'withdrawn'
    | 'reserved'
    | 'open'
    | 'capturing'
    | 'payment_failed'
    | 'accepted'
    | 'fulfilled'
    | 'unfulfilled'
    | 'report_overdue'
    | 'unable'
    | 'expired'
    | 'refunding'
    | 'refunded'
    | 'refund_failed';
  /** Its place in the conversation. */
  shownAt: string;
  reservedFor: string | null;
  reservedUntil: string | null;
  requestedAt: string | null;
  expiresAt: string | null;
  acceptedBy: Person | null;
  acceptedAt: string | null;
  reportDueAt: string | null;
  /** To reach the customer, as far as they are logged (7.1). The accepting expert and admins only. */
  attempts?: { at: string; note: string | null }[];
  /** The accepting expert and admins only. */
  report?: Report | null;
  /** Why the payment failed. The customer and admins only. */
  paymentReason?: string | null;
  /** How far a price that was taken is on its way back, also of a request that is withdrawn or expired. The customer and admins only. */
  refundState?: 'refunding' | 'refunded' | 'refund_failed' | null;
  prefix: Words;
  subject: string;
  category: string;
  /** The first 200 characters of the question, without what looks like personal data (9.2); null: not to be read any more. */
  preview: string | null;
  postedAt: string | null;
}

export interface Light {
  questionId: string;
  userId: string;
  online: boolean;
  state: 'available' | 'away';
}

export interface OwnAvailability {
  state: 'available' | 'away';
  until?: string;
  because?: 'chosen' | 'missed' | 'hidden';
  version: number;
  userId: string;
}

export interface Notice {
  code: string;
  params: Record<string, string | number>;
  /** In the reader’s language. */
  text: string;
}

/** Why a command is refused. */
export type Code =
  | 'auth.required'
  | 'auth.forbidden'
  | 'auth.link'
  | 'input.invalid'
  | 'input.bad_signature'
  | 'not_found'
  | 'rate.limited'
  | 'conflict.stale'
  | 'conflict.draft'
  | 'conflict.closed'
  | 'conflict.claimed'
  | 'conflict.not_claimed'
  | 'conflict.not_answered'
  | 'conflict.rating_lowered'
  | 'conflict.not_offered'
  | 'conflict.offer_open'
  | 'conflict.not_reserved'
  | 'conflict.not_open'
  | 'conflict.not_accepted'
  | 'conflict.already_accepted'
  | 'conflict.expired'
  | 'conflict.report_overdue'
  | 'conflict.payment_pending'
  | 'conflict.not_captured'
  | 'conflict.case_open'
  | 'conflict.case_resolved'
  | 'conflict.mail_over'
  | 'conflict.email_taken'
  | 'conflict.last_admin'
  | 'conflict.too_many_sockets'
  | 'conflict.too_many_webhooks'
  | 'conflict.too_many_templates'
  | 'conflict.too_many_offers'
  | 'payment.failed'
  | 'policy.attempts_missing'
  | 'policy.offer_too_early'
  | 'policy.price_limits'
  | 'policy.personal_data'
  | 'policy.rating_insistence'
  | 'policy.fragmented_answer'
  | 'policy.follow_up_unanswered'
  | 'policy.follow_up_replied'
  | 'policy.follow_up_rated'
  | 'policy.follow_up_repeated'
  | 'policy.follow_up_early'
  | 'policy.follow_up_late'
  | 'policy.follow_up_shared'
  | 'policy.follow_up_asks_rating'
  | 'unavailable'
  | 'internal';

/** A refusal. Programs read `code` and `details`; `message` is for people, in the language of the caller. */
export interface Failure {
  code: Code;
  message: string;
  details?: Record<string, unknown>;
}

/** What the acknowledgement of a command carries. */
export type Reply<Data> = { ok: true; data: Data } | { ok: false; error: Failure };
