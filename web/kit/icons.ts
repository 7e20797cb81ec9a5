// Icons as path data, one entry per stroke. Drawn on 24 × 24, round ends, width 2.

export const ICONS = {
  alert: ['M12 3 2 20h20L12 3Z', 'M12 10v4', 'M12 17h.01'],
  arrowDown: ['M12 5v14', 'm6 13 6 6 6-6'],
  back: ['M19 12H5', 'm11 6-6 6 6 6'],
  card: ['M4 5h16a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2H4a2 2 0 0 1-2-2V7a2 2 0 0 1 2-2Z', 'M2 10h20'],
  check: ['m5 12 5 5 9-10'],
  checks: ['m2 12 5 5 8-9', 'm12 16 1 1 9-10'],
  clock: ['M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Z', 'M12 7v5l3 2'],
  close: ['M6 6l12 12', 'M18 6 6 18'],
  flag: ['M5 21V4', 'M5 4h13l-3 4 3 4H5'],
  history: ['M3 12a9 9 0 1 0 3-6.7L3 8', 'M3 3v5h5', 'M12 7v5l4 2'],
  mail: ['M3 5h18v14H3z', 'm3 7 9 6 9-6'],
  more: ['M5 12h.01M12 12h.01M19 12h.01'], // one node less each, of which a conversation has hundreds
  send: ['M4 12 20 4l-5 16-3-7-8-1Z'],
  settings: [
    'M4 7h9M19 7h1M4 17h1M11 17h9',
    'M16 4a3 3 0 1 0 0 6 3 3 0 0 0 0-6Z',
    'M8 14a3 3 0 1 0 0 6 3 3 0 0 0 0-6Z',
  ],
  star: ['m12 3 2.8 5.8 6.4.9-4.6 4.4 1.1 6.3L12 17.4l-5.7 3 1.1-6.3L2.8 9.7l6.4-.9L12 3Z'],
} as const;

type IconName = keyof typeof ICONS;

/** One of them, or one that is not of every view: its strokes (more-icons.ts). */
export type IconOf = IconName | readonly string[];
