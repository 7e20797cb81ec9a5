// Icons of views that come later, each where it is used; drawn as those of icons.ts.

export const CHAT: readonly string[] = ['M21 12a8 8 0 0 1-8 8H4l1.6-3.2A8 8 0 1 1 21 12Z'];
export const LOCK: readonly string[] = [
  'M6 11h12a1 1 0 0 1 1 1v8a1 1 0 0 1-1 1H6a1 1 0 0 1-1-1v-8a1 1 0 0 1 1-1Z',
  'M8 11V7a4 4 0 0 1 8 0v4',
];
export const REFRESH: readonly string[] = ['M20 11a8 8 0 1 0-2.3 6.7', 'M20 4v7h-7'];
export const ARROW_UP: readonly string[] = ['M12 19V5', 'm6 11 6-6 6 6'];
export const PHONE: readonly string[] = [
  'M5 4h4l2 5-2.5 1.5a11 11 0 0 0 5 5L15 13l5 2v4a2 2 0 0 1-2 2A16 16 0 0 1 3 6a2 2 0 0 1 2-2Z',
];
