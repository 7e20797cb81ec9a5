// What a journey needs before and after its tests.

import { afterEach, beforeAll } from 'vitest';
import { assertAgreed, compare } from './agreement.ts';

beforeAll(({}, suite) => {
  compare(/[\\/]test[\\/]journeys[\\/]/.test(suite.file.filepath));
});
afterEach(assertAgreed);
