// STUB to be written.

import { Head } from './head.tsx';
import { useTexts } from './widget.ts';

export const Ask = () => <Head title={useTexts().common.launcher} ways />;
