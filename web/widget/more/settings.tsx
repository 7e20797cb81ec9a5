// STUB to be written.

import { Head } from '../head.tsx';
import type { View } from '../widget.ts';

export const Settings = (_props: { readonly view: Extract<View, { name: 'settings' }> }) => (
  <Head title="settings" ways />
);
