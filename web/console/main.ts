// What the page of the console loads.

import { begin } from './begin.tsx';

await begin();
