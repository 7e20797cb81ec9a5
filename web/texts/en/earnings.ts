// E9: what one has earned.

export const earnings = {
  title: 'Earnings',
  range: 'Range',
  ranges: { week: 'The last 7 days', month: 'This month', before: 'Last month', year: 'This year' },
  total: 'Earned',
  kinds: 'What for',
  kind: { all: 'All', question: 'Questions', premium: 'Premium services' },
  chart: 'Earnings by day',
  chartLong: 'Earnings by month',
  showTable: 'Show as table',
  date: 'Date',
  subject: 'Subject',
  amount: 'Amount',
  state: 'State',
  list: 'Everything in this range',
  empty: 'Nothing in this range.',
  more: 'Show more',
  csv: 'Download CSV',
  answered: 'Answered and paid',
  zero: 'Not earned yet',
};
