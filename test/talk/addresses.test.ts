import { expect, test } from 'vitest';
import { ADDRESS } from '../../web/talk/addresses.ts';

const found = (text: string) => text.match(ADDRESS) ?? [];

test.each([
  [
    'See https://example.org/a?b=1&c=<2>, (http://example.org).',
    ['https://example.org/a?b=1&c=', 'http://example.org'],
  ],
  ['“https://example.org/a_(b)/c”, he said!', ['https://example.org/a_(b)/c']],
  ['«http://example.org:8080/?q=1»; http://[::1]/x', ['http://example.org:8080/?q=1', 'http://[::1]/x']],
  ['https://example.org/#part...', ['https://example.org/#part']],
  ['http://a.example\nhttp://b.example', ['http://a.example', 'http://b.example']],
  ['http:// http://...', []],
  ['ftp://example.org javascript:alert(1) example.org', []],
])('the addresses in %j', (text, addresses) => {
  expect(found(text)).toEqual(addresses);
});

test('no text makes whoever reads it wait', () => {
  const dots = '.'.repeat(1_000_000);
  expect(found(`http://${dots}x`)).toEqual([`http://${dots}x`]);
  expect(found(`http://${dots}`)).toEqual([]);
  expect(found(`http://${dots} `.repeat(20))).toEqual([]);
  expect(found(`http://${dots}`.repeat(20))).toHaveLength(1);
});
