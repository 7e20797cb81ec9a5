// docker-compose.yml by its text: what stands in .env reaches the processes, and fits together.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { readConfig } from '../src/config.ts';

const COMPOSE = readFileSync(path.join(import.meta.dirname, '..', 'docker-compose.yml'), 'utf8');
const SECRETS = {
  TOKEN_SECRET: 'a secret of the tests that is long enough',
  KEK: `1:${Buffer.alloc(32, 'a key of the tests').toString('base64')}`,
  ALLOW_IN_PRODUCTION: 'simulated-payments',
};

/** As Compose does it, from the inside: `${NAME:-default}`, `${NAME:?why}`. */
function interpolated(text: string, env: Readonly<Record<string, string>>): string {
  const next = text.replace(
    /\$\{(\w+):([-?])([^{}]*)\}/g,
    (_, name: string, kind: string, rest: string) => env[name] || (kind === '-' ? rest : ''),
  );
  return next === text ? text : interpolated(next, env);
}

/** What the processes are given, with this in .env. */
function environment(dotEnv: Readonly<Record<string, string>> = {}): Record<string, string> {
  const block = /^x-environment:.*\n((?: {2}.*\n)+)/m.exec(COMPOSE)?.[1] ?? '';
  const all: Record<string, string> = { ...SECRETS, ...dotEnv };
  const fixed: Record<string, string> = {};
  for (const [, name = '', text = ''] of block.matchAll(/^ {2}(\w+): (.*?)(?: #.*)?$/gm)) {
    fixed[name] = interpolated(text, all).replace(/^'(.*)'$/, '$1');
  }
  return { ...all, ...fixed };
}

test('the settings of its processes are taken as they are', () => {
  const config = readConfig({ ...environment(), ROLE: 'gateway' });
  expect(config).toMatchObject({ production: true, host: '0.0.0.0', port: 3_000 });
  expect(config.publicUrl?.href).toBe('http://localhost:3000/');
  expect(config.trustProxy.check('172.30.53.2', 'ipv4')).toBe(true);
  expect(config.trustProxy.check('172.30.53.3', 'ipv4')).toBe(false);
});

test('the image gives a start as long as stores and an upgrade may take, before it is called unhealthy', () => {
  const dockerfile = readFileSync(path.join(import.meta.dirname, '..', 'Dockerfile'), 'utf8');
  const minutes = Number(/--start-period=(\d+)m /.exec(dockerfile)?.[1]);
  expect(minutes * 60_000).toBeGreaterThan(10 * readConfig({}).startWaitMs);
});

test('another PORT is that of the proxy, and people are led there', () => {
  const config = readConfig({ ...environment({ PORT: '8080' }), ROLE: 'gateway' });
  expect(config.port).toBe(3_000);
  expect(config.publicUrl?.href).toBe('http://localhost:8080/');
  expect(interpolated(COMPOSE, { PORT: '8080' })).toContain("ports: ['0.0.0.0:8080:80']");
});

test('stores and proxies of one’s own are not overruled', () => {
  const own = {
    MONGODB_URI: 'mongodb://db.example.test:27017/chat?replicaSet=rs0',
    REDIS_URL: 'redis://cache.example.test:6379/3',
    TRUST_PROXY: '10.0.0.0/8',
    PUBLIC_URL: 'https://chat.example.test',
  };
  const { TRUST_PROXY: proxies, ...others } = own;
  const env = environment(own);
  expect(env).toMatchObject(others);
  const { trustProxy } = readConfig({ ...env, ROLE: 'gateway' });
  expect(['172.30.53.2', proxies.replace('/8', '')].map((address) => trustProxy.check(address, 'ipv4'))).toEqual([
    true,
    true,
  ]);
});

test('what a service keeps is in a volume that is declared', () => {
  const used = [...COMPOSE.matchAll(/^ {4}volumes: \[(.*)\]$/gm)].flatMap(([, list = '']) =>
    [...list.matchAll(/'(\w+):/g)].map(([, name]) => name),
  );
  const declared = /^volumes:\n((?: {2}\w+:\n)+)/m.exec(COMPOSE)?.[1]?.match(/\w+/g);
  expect(used.toSorted()).toEqual(['caddy', 'mongo', 'redis']);
  expect(declared).toEqual(used);
});
