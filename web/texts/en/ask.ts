// W1–W2: asking.

export const ask = {};
