// E2: what one was told.

export const notices = {
  title: 'Notices',
  none: 'Nothing yet. What happens to your questions, requests and earnings stands here for 30 days.',
  older: 'Show older ones',
  open: 'Open',
  openOf: (text: string) => `Open: ${text}`,
  bell: (count: number) => (count === 0 ? 'Notices' : `Notices, ${count} new`),
};
