// E11: what is found by a few letters.

export const palette = {
  title: 'Find',
  prompt: 'A question, a request, a view…',
  none: 'Nothing found.',
  hint: 'Arrows choose, Enter opens, Esc closes.',
  view: 'View',
  request: 'Request',
  action: 'Action',
  beAway: 'Be away',
  beAvailable: 'Be available',
  mute: 'Mute requests',
  hear: 'Let requests be heard',
  showKeys: 'Show the keys',
};
