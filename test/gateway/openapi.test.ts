import { afterAll, beforeAll, expect, test } from 'vitest';
import { COMMANDS } from '../../src/commands/table.ts';
import { CODES } from '../../src/domain/errors.ts';
import { openApiOf } from '../../src/gateway/openapi.ts';
import { createWorld } from './world.ts';
import type { World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld({ table: COMMANDS });
});
afterAll(() => world.close());

interface Operation {
  operationId: string;
  security: unknown;
  parameters: { name: string }[];
}
interface Document {
  openapi: string;
  paths: Record<string, { get?: Operation; post?: Operation }>;
  components: { schemas: Record<string, { properties: { code: { enum: string[] } } }> };
}

const document = openApiOf(COMMANDS) as unknown as Document;

test('every command has its path, reading ones a GET as well, socket commands none', () => {
  for (const [name, row] of Object.entries(COMMANDS)) {
    const path = document.paths[`/v1/${name}`];
    expect([name, path?.post !== undefined, path?.get !== undefined]).toEqual([
      name,
      row.over !== 'socket' && row.gives === 'json',
      row.over !== 'socket' && row.reads,
    ]);
  }
});

test('every reference leads somewhere, nothing of zod or of single schemas is left, and ids are unique', () => {
  const text = JSON.stringify(document);
  const refs = [...text.matchAll(/"\$ref":"#\/([^"]+)"/g)].map((match) => match[1]!);
  expect(refs.length).toBeGreaterThan(20);
  for (const ref of new Set(refs)) {
    expect([ref, at(document, ref)]).toEqual([ref, expect.any(Object)]);
  }
  expect(text).not.toContain('$defs');
  expect(text).not.toContain('$schema');
  const ids = Object.values(document.paths).flatMap(({ get, post }) =>
    [get, post].flatMap((one) => one?.operationId ?? []),
  );
  expect(new Set(ids).size).toBe(ids.length);
});

test('it is OpenAPI 3.1 with the entities as components, who may call what, and the closed list of codes', () => {
  expect(document.openapi).toBe('3.1.0');
  expect(Object.keys(document.components.schemas)).toEqual(
    expect.arrayContaining(['Question', 'Message', 'Offer', 'User', 'Money', 'Problem']),
  );
  expect(document.components.schemas['Problem']?.properties.code.enum).toEqual([...CODES]);
  expect(document.paths['/v1/message.send']?.post?.security).toEqual([{ token: [] }]);
  expect(document.paths['/v1/session.login']?.post?.security).toEqual([{}, { token: [] }]);
  const names = document.paths['/v1/message.list']?.get?.parameters.map(({ name }) => name);
  expect(names).toContain('questionId');
});

test('programs get it at /openapi.json, people at /docs, under a policy that lets in nothing foreign', async () => {
  expect((await world.app.inject('/openapi.json')).json()).toEqual(document);
  const page = await world.app.inject('/docs/');
  expect(page.statusCode).toBe(200);
  expect(page.headers['content-security-policy']).toContain("script-src 'self';");
  expect(page.body).not.toMatch(/<script(?![^>]*src=)/);
});

test('17 what a file weighs is charged, though it streams', async () => {
  const before = world.charged.length;
  const file = await world.app.inject('/docs/static/swagger-ui-bundle.js');
  expect(file.statusCode).toBe(200);
  const points = Math.floor(file.rawPayload.length / 65_536);
  expect(points).toBeGreaterThan(10);
  expect(world.charged.slice(before)).toEqual([`127.0.0.1 ${points}`]);
});

const at = (root: unknown, path: string): unknown =>
  path.split('/').reduce((part, key) => (part as Record<string, unknown> | undefined)?.[key], root);
