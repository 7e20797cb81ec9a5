// The picture in docs/pricing.md is what the rule makes of its customers. UPDATE_DOCS=1 draws it anew.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { pricePicture } from '../../bench/price-picture.ts';

const FILE = path.join(import.meta.dirname, '..', '..', 'docs', 'images', 'learned-price.svg');

test('5.2 the picture of a learned price is drawn from what is learned', { timeout: 600_000 }, () => {
  const picture = pricePicture();
  if (process.env.UPDATE_DOCS === '1') writeFileSync(FILE, picture);
  expect(readFileSync(FILE, 'utf8')).toBe(picture);
});
