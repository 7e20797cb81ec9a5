// Words that every view uses.

import { plural } from '../plural.ts';

export const common = {
  launcher: 'Ask an expert',
  launcherOffer: 'An offer for you',
  launcherUnread: (count: number) => plural('en', count, { one: '1 new message', other: `${count} new messages` }),
  close: 'Close',
  back: 'Back',
  cancel: 'Cancel',
  tryAgain: 'Try again',
  loading: 'Loading…',
  stillLoading: 'Still loading…',
  notLoaded: 'This could not be loaded.',
  offline: 'You are offline. What you write is sent when you are back.',
  needsConnection: 'Needs a connection',
  connecting: 'Connecting…',
  gone: 'This does not exist any more, or it is not yours.',
  forbidden: 'Your account may not see this.',
  ended: 'You have been signed out. What you wrote is kept.',
  stale: 'Somebody changed this meanwhile. This is the current version.',
  waitSeconds: (seconds: number) => `A moment: too many at once. Trying again in ${seconds} s.`,
  unreached: 'We could not reach the server. Nothing was lost: look at the state above.',
  storageBlocked: 'Your browser does not keep data for this site: stay on this page until you have your answer.',
  reload: 'Please reload the page to go on.',
  left: (clock: string) => `${clock} left`,
  checking: 'Checking…',
  newMessages: (count: number) => plural('en', count, { one: '1 new message', other: `${count} new messages` }),
  history: 'Your questions',
  settings: 'Settings',
  askNew: 'Ask a new question',
  updatePayment: 'Update payment',
  endedWay: 'Open the link in our newest e-mail to you, or ask a new question.',
  waitClock: (clock: string) => `Try again in ${clock}`,
  /** by the reasons of a failed payment */
  declined: {
    card_declined: 'Your card was declined. Please use another one.',
    insufficient_funds: 'The card does not have enough funds. Please use another one.',
    expired_card: 'The card has expired. Please use another one.',
    authentication_required: 'Your bank wants you to confirm the payment. Please enter the card again.',
    processing_error: 'The bank did not answer. Please try again.',
  },
};
