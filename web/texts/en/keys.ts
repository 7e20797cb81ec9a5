// E11: what keys do.

export const keys = {
  title: 'Keys',
  hint: 'In fields they write. Nothing that moves money has a key of its own.',
  muted: 'Muted: requests make themselves known on the page only.',
  heard: 'Requests can be heard again.',
  does: {
    help: 'Shows these keys',
    home: 'The queue',
    mine: 'My questions',
    requests: 'Requests',
    earnings: 'Earnings',
    settings: 'Settings',
    next: 'The next row',
    before: 'The row before',
    claim: 'Claims the question',
    reply: 'Writes to the customer',
    templates: 'Templates',
    back: 'Back to the list',
    kind: 'Kind of message',
    answer: 'The complete answer',
    send: 'Sends',
    mute: 'Mutes requests, or lets them be heard again',
    presence: 'Available or away',
  },
};
