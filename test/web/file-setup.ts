// What a file needs after its tests.

import { afterAll } from 'vitest';
import { closeContexts } from './browser.ts';

afterAll(closeContexts);
