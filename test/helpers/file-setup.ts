// What a file needs before and after its tests.

import { afterAll, afterEach, beforeAll } from 'vitest';
import { assertAgreed, compare } from './agreement.ts';
import { dropDatabases } from './node.ts';

beforeAll(({}, suite) => {
  compare(/[\\/]test[\\/]journeys[\\/]/.test(suite.file.filepath));
});
afterEach(assertAgreed);
afterAll(dropDatabases); // the last of all: hooks of the file come first
