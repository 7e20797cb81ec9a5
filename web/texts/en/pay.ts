// W7 and the frame of the card.

export const pay = {};
