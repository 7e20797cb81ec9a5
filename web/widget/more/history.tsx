// STUB to be written.

import { Head } from '../head.tsx';
import type { View } from '../widget.ts';

export const History = (_props: { readonly view: Extract<View, { name: 'history' }> }) => <Head title="history" ways />;
