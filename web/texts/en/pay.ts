// W7 and the frame of the card.

export const pay = {
  card: 'Payment',
  frame: 'Payment',
  cardNotLoaded: 'The card form could not be loaded.',
};
