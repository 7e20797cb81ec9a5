// What one goes to from a conversation now and then, in one file: the views have most of what they are made of in common.

export { Box } from './box.tsx';
export { History } from './history.tsx';
export { Pay } from './pay.tsx';
export { RefundForm } from './refund.tsx';
export { Settings } from './settings.tsx';
export { Unpaid } from './unpaid.tsx';
