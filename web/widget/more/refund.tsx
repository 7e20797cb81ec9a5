// STUB to be written.

import { Head } from '../head.tsx';
import type { View } from '../widget.ts';

export const RefundForm = (_props: { readonly view: Extract<View, { name: 'refund' }> }) => (
  <Head title="refund" ways />
);
