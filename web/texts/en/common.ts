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
};
