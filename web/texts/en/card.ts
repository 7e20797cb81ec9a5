// The form of a card in its frame, and nothing else: only the frame loads these.

export const card = {
  title: 'Payment',
  number: 'Card number',
  until: 'Valid until (MM/YY)',
  code: 'Security code',
  testOnly: 'Nothing is charged here. Take a test card:',
  works: 'Works',
  declined: 'Is declined',
  failsLater: 'Fails when charged',
  notTestCard: 'This is not a test card. Real cards cannot be used here.',
  badDate: 'This is not a month and a year.',
  expired: 'The card has expired.',
  badCode: 'This is not a security code.',
  notLoaded: 'The card form could not be loaded. Please reload the page.',
  notSaved: 'The card could not be saved. Please try again.',
};
