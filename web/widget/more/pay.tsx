// STUB to be written.

import { Head } from '../head.tsx';
import type { View } from '../widget.ts';

export const Pay = (_props: { readonly view: Extract<View, { name: 'pay' }> }) => <Head title="pay" ways />;
