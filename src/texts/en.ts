// English.

import type { Texts } from './shape.ts';

/** 9.1, 9.2: where contact data belongs. */
const BOX =
  'Please do not share contact data in the conversation: once a premium service has been accepted, the private information box is the place for it.';

export const en: Texts = {
  errors: {
    'auth.required': 'Please sign in first.',
    'auth.forbidden': 'Your account may not do this.',
    'input.invalid': 'Something in what you entered is not right. Please check it.',
    'input.bad_signature': 'The signature of this notice does not hold.',
    not_found: 'We could not find this.',
    'rate.limited': 'That was too much at once. Please wait a moment and try again.',
    'conflict.stale': 'This has changed in the meantime. Please look again.',
    'conflict.draft': 'This question has not been posted yet: its payment is still missing.',
    'conflict.closed': 'This question is closed. Please post a new question for a new matter.',
    'conflict.claimed': 'Another expert is working on this question.',
    'conflict.not_claimed': 'You do not hold this question now. Please claim it first.',
    'conflict.not_answered': 'You can rate once the expert has marked the answer as complete.',
    'conflict.rating_lowered': 'A rating can be raised, but not lowered.',
    'conflict.not_offered': 'This offer is no longer available.',
    'conflict.offer_open':
      'There is an open offer in this conversation already. Please wait for the answer, or withdraw it first.',
    'conflict.not_reserved': 'This request is no longer reserved for you.',
    'conflict.not_open': 'This request is not open now.',
    'conflict.not_accepted': 'This service has not been accepted, or its report is already in.',
    'conflict.already_accepted': 'This request was already accepted by another expert.',
    'conflict.expired': 'This request has expired.',
    'conflict.report_overdue': 'The time for the report is over. Please contact expert support.',
    'conflict.payment_pending': 'A payment is still being processed. Please wait a moment.',
    'conflict.not_captured': 'There is nothing here that could be refunded: it has not been charged, or not any more.',
    'conflict.case_open': 'This has been asked for already. Customer care is working on it.',
    'conflict.case_resolved': 'This case has been resolved already.',
    'conflict.email_taken': 'There is already an account with this e-mail address.',
    'conflict.last_admin': 'This is the last active admin: somebody must be able to let the others in.',
    'conflict.too_many_sockets': 'You are connected too many times. Please close another window and try again.',
    'payment.failed': 'The payment did not go through. Please check your payment method or use another one.',
    'policy.personal_data':
      'Your message seems to contain contact data. Please leave it out: once a premium service has been accepted, the private information box is the place for it.',
    'policy.attempts_missing': 'Please log your attempts to reach the customer first: there are not enough yet.',
    'policy.offer_too_early': 'A premium service can be offered a little while after the customer’s second reply.',
    'policy.price_limits': 'This price is outside the limits of the category.',
    unavailable: 'The service cannot be reached right now. Please try again in a moment.',
    internal: 'Something went wrong on our side. Please try again.',
  },

  notices: {
    'question.answered':
      'Your question “{subject}” has been answered. You can still ask clarifying questions; please rate the answer afterwards.',
    'question.claim_lapsed':
      'Your time to answer “{subject}” is over. The question is open to all experts again; you can claim it once more.',
    'question.closed': 'The question “{subject}” has been closed.',
    'question.payment_failed':
      'The payment for your question “{subject}” did not go through. Please update your payment method.',
    'offer.proposed': 'Your expert offers you a premium service for {money}: “{service}”.',
    'offer.declined': 'The customer has declined your offer “{service}”. The written conversation goes on.',
    'offer.accepted': 'The customer has accepted your offer “{service}”. You have earned {money}.',
    'offer.charged': 'Thank you for accepting “{service}”. You have been charged {money}.',
    'offer.payment_failed':
      'The payment of {money} for “{service}” did not go through. Please update your payment method and accept the offer again.',
    'offer.unable':
      'Your expert is unable to complete “{service}”. The reason: “{reason}”. Customer care has been informed and will contact you.',
    'request.passed':
      'Your expert thanks you for the {service} request, but cannot take it on personally. It is now open to all experts of the category, and your written conversation goes on.',
    'request.opened':
      'Your expert has not replied yet, so your {service} request is now open to all experts of the category. Your written conversation goes on.',
    'request.accepted': 'An expert has accepted your {service} request. You have been charged {money}.',
    'request.payment_failed':
      'An expert wanted to accept your {service} request, but the payment of {money} did not go through. Please update your payment method to open the request again.',
    'request.expired':
      'Nobody was able to accept your {service} request in time, so it has expired and you are not charged. Your written conversation goes on.',
    'request.fulfilled': 'Your {service} has been completed. Thank you!',
    'request.unfulfilled':
      'Your expert could not reach you for the {service}. You can reopen the request or have {money} refunded; customer care will contact you.',
    'request.report_overdue':
      'The time to report on the {service} for “{subject}” is over, and nothing is paid. Please contact expert support.',
    'request.capture_failed':
      'The {service} for “{subject}” is not yours: the customer’s payment did not go through. Once it is updated, the request is open to all experts again.',
    'request.refunded':
      'The customer has been refunded for the {service} for “{subject}”. Nothing had been paid to you for it, and nothing will be.',
    'refund.granted':
      'Your refund for {about, select, question {the question} other {the {service} for}} “{subject}” has been made: {money} has been sent back to your payment method.',
    'refund.failed':
      'Your refund of {money} for {about, select, question {the question} other {the {service} for}} “{subject}” could not be made. You do not have to do anything: customer care has been informed and will contact you.',
    'refund.refused': 'Your request for a refund concerning “{subject}” has been refused. The reason: “{reason}”.',
    'earnings.reversed':
      'The customer has been refunded for {about, select, question {the question} other {the {service} for}} “{subject}”. Your earnings of {money} for it have been reversed.',
    'earnings.disputed':
      'The customer disputes the payment for {about, select, question {the question} other {the {service} for}} “{subject}” with their bank, which has taken it back. Your earnings of {money} for it are withheld until that is decided.',
    'earnings.restored':
      'The payment for {about, select, question {the question} other {the {service} for}} “{subject}” is with us again. Your earnings of {money} for it stand again.',
    'dispute.resolved':
      'Expert support has looked at your dispute about the payout for “{subject}”: {resolution, select, done {it has been settled} other {there was no reason to change anything}}.',
  },

  warnings: {
    card: 'This looks like the number of a payment card. Only its last four digits were kept. Please never write card numbers here: payments are made with the payment method of your account.',
    email: `This looks like an e-mail address. ${BOX}`,
    phone: `This looks like a telephone number. ${BOX}`,
    skype: `This looks like a Skype name. ${BOX}`,
    whatsapp: `This looks like a WhatsApp contact. ${BOX}`,
    telegram: `This looks like a Telegram name. ${BOX}`,
  },

  mails: {
    request_reserved: {
      subject: '{requested} {subject}',
      paragraphs: [
        'The customer of your conversation “{subject}” has requested {service}, and you are asked first.',
        'You would earn {money}.',
        '{until, select, none {It is kept for you for a few minutes; the page shows the time that is left.} other {It is kept for you until {until}.}} After that it opens to all experts of the category.',
        'Open the page and choose Accept or No Thanks. Opening it accepts nothing, and you keep the written question either way.',
      ],
      action: 'View request now',
    },
    request_open: {
      subject: '{requested} {subject}',
      paragraphs: [
        'A customer has requested {service}: “{subject}”.',
        'You would earn {money}.',
        'The first expert who accepts gets it. Opening the page accepts nothing: you can review the conversation first.',
      ],
      action: 'View request now',
    },
    request_passed: {
      subject: 'Your {service} request is open to all experts',
      paragraphs: [
        'Your expert thanks you for the {service} request about “{subject}”, but cannot take it on personally.',
        'It is now open to all experts of the category. We will tell you as soon as one of them accepts; until then you can withdraw it.',
        'Your written conversation goes on as before.',
      ],
      action: 'Open the conversation',
    },
    request_accepted: {
      subject: 'Your {service} request has been accepted',
      paragraphs: [
        'An expert has accepted your {service} request about “{subject}”. You have been charged {money}.',
        'Please open the conversation: the expert will get in touch with you there.',
      ],
      action: 'Open the conversation',
    },
    request_payment_failed: {
      subject: 'The payment for your {service} request did not go through',
      paragraphs: [
        'An expert wanted to accept your {service} request about “{subject}”, but the payment of {money} did not go through.',
        'Please update your payment method: the request is then open to all experts of the category again. Otherwise it expires.',
      ],
      action: 'Update payment method',
    },
    request_expired: {
      subject: 'Your {service} request has expired',
      paragraphs: [
        'Your {service} request about “{subject}” was not accepted in time and has expired. You are not charged for it.',
        'Your written conversation with your expert goes on.',
      ],
      action: 'Open the conversation',
    },
    request_unfulfilled: {
      subject: 'Your expert could not reach you',
      paragraphs: [
        'The expert for your {service} about “{subject}” tried several times and could not connect with you.',
        'You choose what happens next: reopen the request, at no further charge, or have {money} refunded. Customer care will contact you as well.',
      ],
      action: 'Reopen or get a refund',
    },
    request_refunded: {
      subject: 'Refunded to the customer: {subject}',
      paragraphs: [
        'The customer has been refunded for the {service} for “{subject}”, which you had accepted.',
        'Nothing had been paid to you for it, and nothing will be. There is nothing left to report.',
      ],
      action: 'Open the request',
    },
    question_payment_failed: {
      subject: 'The payment for your question did not go through',
      paragraphs: [
        'The payment for your question “{subject}” did not go through.',
        'Please update your payment method, so that your expert can be paid for the answer.',
      ],
      action: 'Update payment method',
    },
    offer_proposed: {
      subject: 'An offer from your expert: {service}',
      paragraphs: [
        'Your expert in the conversation “{subject}” offers you a premium service: “{service}” for {money}.',
        'You are charged only if you accept it. Please open the conversation to read what is included.',
      ],
      action: 'Open the conversation',
    },
    offer_accepted: {
      subject: 'Accepted: {service}',
      paragraphs: [
        'The customer of your conversation “{subject}” has accepted your offer “{service}” and has been charged.',
        'You have earned {money}. Please open the conversation and begin.',
      ],
      action: 'Open the conversation',
    },
    offer_payment_failed: {
      subject: 'The payment for “{service}” did not go through',
      paragraphs: [
        'You accepted the offer “{service}”, but the payment of {money} did not go through.',
        'The offer is still open: please update your payment method and accept it again.',
      ],
      action: 'Update payment method',
    },
    offer_unable: {
      subject: 'Your expert is unable to complete “{service}”',
      paragraphs: [
        'Your expert in the conversation “{subject}” is unable to complete “{service}”. The reason: “{reason}”.',
        'Customer care has been informed and will contact you. You can also ask for a refund of {money} in the conversation.',
      ],
      action: 'Open the conversation',
    },
    report_reminder: {
      subject: '{accepted} {subject}: please send your report',
      paragraphs: [
        'You accepted the {service} for “{subject}” and have not reported on it yet: were you able to connect?',
        '{until, select, none {Please report in time} other {Please report until {until}}}: your share of {money} is paid with the report, and nothing is paid without it.',
      ],
      action: 'Report now',
    },
    report_overdue: {
      subject: 'Report overdue: {subject}',
      paragraphs: [
        'The expert who accepted the {service} for “{subject}” has not sent the fulfillment report in time. Nothing has been paid.',
        'Expert support can still settle it.',
      ],
      action: 'Open the request',
    },
    refund_granted: {
      subject: 'Your refund has been granted',
      paragraphs: [
        'Your refund for {about, select, question {the question} other {the {service} for}} “{subject}” has been made.',
        '{money} has been sent back to the payment method you paid with. Depending on your bank it takes some days to arrive.',
      ],
      action: 'Open the conversation',
    },
    refund_failed: {
      subject: 'Your refund could not be made',
      paragraphs: [
        'Your refund of {money} for {about, select, question {the question} other {the {service} for}} “{subject}” could not be made: the bank did not take it, or sent it back.',
        'You do not have to do anything. Customer care has been informed and will contact you.',
      ],
      action: 'Open the conversation',
    },
    refund_refused: {
      subject: 'Your request for a refund',
      paragraphs: [
        'Customer care has looked at your request for a refund concerning “{subject}” and could not grant it.',
        'The reason: “{reason}”.',
      ],
      action: 'Open the conversation',
    },
    earnings_reversed: {
      subject: 'Refunded to the customer: {subject}',
      paragraphs: [
        'The customer has been refunded for {about, select, question {the question} other {the {service} for}} “{subject}”.',
        'Your earnings of {money} for it have been reversed; your Earnings Report shows what remains.',
      ],
      action: 'Open the conversation',
    },
    earnings_disputed: {
      subject: 'Payment disputed by the customer: {subject}',
      paragraphs: [
        'The customer disputes the payment for {about, select, question {the question} other {the {service} for}} “{subject}” with their bank, which has taken it back.',
        'Your earnings of {money} for it are withheld until that is decided. Customer care answers the bank with what is documented in the conversation.',
      ],
      action: 'Open the conversation',
    },
    earnings_restored: {
      subject: 'Your earnings stand again: {subject}',
      paragraphs: [
        'The payment for {about, select, question {the question} other {the {service} for}} “{subject}” is with us again.',
        'Your earnings of {money} for it stand again; your Earnings Report shows them.',
      ],
      action: 'Open the conversation',
    },
    dispute_resolved: {
      subject: 'Your dispute about a payout: {subject}',
      paragraphs: [
        'Expert support has looked at your dispute about the payout for “{subject}”: {resolution, select, done {it has been settled} other {there was no reason to change anything}}.',
        'Your Earnings Report shows what has been paid to you. If you have further questions, please contact expert support.',
      ],
      action: 'See what it is about',
    },
    care_low_rating: {
      subject: 'Low rating: {subject}',
      paragraphs: [
        'The customer rated the answer to “{subject}” with {stars, plural, one {# star} other {# stars}}.',
        'The expert is not paid until customer care has resolved it.',
      ],
      action: 'Open the question',
    },
    care_not_connected: {
      subject: 'Not connected: {subject}',
      paragraphs: [
        'The expert of the {service} for “{subject}” reports that they could not connect with the customer. Nothing has been paid to the expert.',
        'Please contact the customer, who can reopen the request or have it refunded.',
      ],
      action: 'Open the question',
    },
    care_unable_to_complete: {
      subject: 'Unable to complete: {subject}',
      paragraphs: [
        'The expert of “{service}” for “{subject}” is unable to complete it, and the customer has been charged. The reason: “{reason}”.',
        'Please contact the customer.',
      ],
      action: 'Open the question',
    },
    care_refund_failed: {
      subject: 'Refund failed: {subject}',
      paragraphs: [
        'The payment provider could not make the refund for “{subject}”: {reason, select, card_closed {the card is closed} disputed {the payment is disputed} insufficient_funds {the balance at the provider is too low} other {it was refused}}. The money is with us.',
        'Please contact the customer. The case can have the refund tried again.',
      ],
      action: 'Open the question',
    },
    care_chargeback: {
      subject: '{outcome, select, won {Dispute won} lost {Dispute lost} other {Payment disputed}}: {subject}',
      paragraphs: [
        '{outcome, select, won {The dispute about the payment for “{subject}” is over: the money is with us, and the earnings stand.} lost {The dispute about the payment for “{subject}” is over: the money stays with the customer, and the earnings stay reversed.} other {The customer’s bank disputes the payment for “{subject}”. The reason it gives: “{reason}”.}}',
        '{outcome, select, won {Its case is closed.} lost {Its case is closed.} other {Evidence can be sent to the payment provider until {until}.}}',
      ],
      action: 'Open the question',
    },
    care_card_testing: {
      subject: 'Many declined cards',
      paragraphs: [
        '{reason, select, address {From one address many payment cards were declined within an hour.} card {One payment card was declined again and again within an hour.} other {A customer had many payment cards declined within an hour.}} It looks as if stolen cards were tried out; further tries are refused for a while.',
        'The last one was for “{subject}”.',
      ],
      action: 'Open the question',
    },
    care_case_overdue: {
      subject: 'Case overdue: {subject}',
      paragraphs: [
        'The case “{kind, select, personal_information {personal information} low_rating {low rating} unable_to_complete {unable to complete} not_connected {not connected} refund {refund request} refund_failed {refund failed} chargeback {payment disputed} card_testing {declined cards} other {payout dispute}}” about “{subject}” has not been resolved in time.',
      ],
      action: 'Open the question',
    },
  },
  mailFooter: 'This message was sent automatically by Parley. Please do not reply to it.',
  unsubscribe: 'Choose which requests we e-mail you about',

  otherService: 'Premium Service',
  prefixes: { requested: '[{service} Requested]', accepted: '[{service} Accepted]' },
};
