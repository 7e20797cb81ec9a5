// STUB to be written.

import { Head } from '../head.tsx';
import type { View } from '../widget.ts';

export const Box = (_props: { readonly view: Extract<View, { name: 'box' }> }) => <Head title="box" ways />;
