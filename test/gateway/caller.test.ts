// Who calls, through whichever proxies: one address is one text, and one caller is one key of the limits.
import type { IncomingMessage } from 'node:http';
import { describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { addressOf, networkOf, proxyCheck } from '../../src/gateway/caller.ts';

const isProxy = proxyCheck(readConfig({ TRUST_PROXY: '127.0.0.0/8, 10.1.0.0/16, ::1, fd00::/8' }).trustProxy);

function callerBehind(peer: string | undefined, forwarded?: string | string[]): string {
  const request = { socket: { remoteAddress: peer }, headers: { 'x-forwarded-for': forwarded } };
  return addressOf(request as unknown as IncomingMessage, isProxy); // all that it reads
}

describe('the address of a caller', () => {
  test.each([
    ['203.0.113.7', '203.0.113.7'],
    ['203.0.113.7:4711', '203.0.113.7'],
    ['203.0.113.7:1', '203.0.113.7'],
    ['[203.0.113.7]:4711', '203.0.113.7'],
    ['  203.0.113.7  ', '203.0.113.7'],
    ['"203.0.113.7:4711"', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['::FFFF:203.0.113.7', '203.0.113.7'],
    ['0:0:0:0:0:ffff:cb00:7107', '203.0.113.7'],
    ['[::ffff:203.0.113.7]:4711', '203.0.113.7'],
    ['2001:db8::1', '2001:db8::1'],
    ['2001:0DB8:0000::0001', '2001:db8::1'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['[2001:db8::1]:4711', '2001:db8::1'],
    ['"[2001:db8::1]:4711"', '2001:db8::1'],
    ['fe80::1%eth0', 'fe80::1'],
    ['[fe80::1%25eth0]:4711', 'fe80::1'],
  ])('forwarded as %s is %s', (forwarded, address) => {
    expect(callerBehind('127.0.0.1', forwarded)).toBe(address);
  });

  test.each([
    ...['unknown', '_hidden', '', ' ', '203.0.113', '203.0.113.7.9', '256.0.0.1', '0203.0.113.7', '203.0.113.7/24'],
    ...['203.0.113.7:port', '203.0.113.7:123456', '[2001:db8::1', '2001:db8::1]', 'client.example', '2001:db8::1::2'],
    ...[
      '203.0.113.7 203.0.113.8',
      '[]',
      '[]:80',
      '%eth0',
      ':80',
      'x'.repeat(8_000),
      '1'.repeat(8_000),
      '%'.repeat(8_000),
    ],
  ])('what is no address (%s) is not looked behind: the proxy stands for it', (forwarded) => {
    expect(callerBehind('127.0.0.1', `198.51.100.9, ${forwarded}`)).toBe('127.0.0.1');
  });

  test('is that of the connection when that is none of our proxies, or says nothing', () => {
    expect(callerBehind('198.51.100.1', '203.0.113.7')).toBe('198.51.100.1');
    expect(callerBehind('::ffff:198.51.100.1', '203.0.113.7')).toBe('198.51.100.1');
    expect(callerBehind('127.0.0.1')).toBe('127.0.0.1');
    expect(callerBehind(undefined, '203.0.113.7')).toBe('');
    expect(callerBehind('fe80::1%eth0')).toBe('fe80::1');
  });

  test('is the nearest that is none of our proxies, however these are written', () => {
    expect(callerBehind('::ffff:127.0.0.1', '198.51.100.1, 203.0.113.9, 10.1.2.3:80')).toBe('203.0.113.9');
    expect(callerBehind('::1', ['198.51.100.1, 203.0.113.9', '[fd12::1]:80, ::ffff:10.1.0.9'])).toBe('203.0.113.9');
    expect(callerBehind('10.1.0.1', '10.1.0.2, 127.8.8.8')).toBe('10.1.0.2'); // all of them ours: the farthest
    expect(callerBehind('10.2.0.1', '203.0.113.9')).toBe('10.2.0.1');
  });
});

describe('what limits count by', () => {
  test.each([
    ['203.0.113.7', '203.0.113.7'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::', '2001:db8:1:2::/64'],
    ['::1', '0:0:0:0::/64'],
    ['64:ff9b::102:304', '64:ff9b:0:0::/64'],
    ['', ''],
  ])('%s is counted as %s', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });

  test('one home or server is one caller, its neighbour another', () => {
    const [home, again] = ['2001:db8:1:2::7', '2001:db8:1:2:ffff:ffff:ffff:ffff'].map(networkOf);
    expect(home).toBe(again);
    expect(networkOf('2001:db8:1:3::7')).not.toBe(home);
  });
});
