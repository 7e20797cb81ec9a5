// STUB to be written.

import { Head } from './head.tsx';
import type { View } from './widget.ts';

export const Talk = (_props: { readonly view: Extract<View, { name: 'talk' }> }) => <Head title="talk" ways />;
