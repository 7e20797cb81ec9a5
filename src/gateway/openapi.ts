// The OpenAPI 3.1 description, made from the same rows that answer: it cannot say anything else than what happens.

import { z } from 'zod';
import type { Command } from '../commands/command.ts';
import { CODES } from '../domain/errors.ts';
import { BYTES, PROBLEM } from './reply.ts';

type Json = { [key: string]: unknown };

const PROBLEM_SCHEMA: Json = {
  type: 'object',
  description: 'RFC 9457. Programs read `code`, people read `detail`, which is in the language of the caller.',
  required: ['type', 'title', 'status', 'code', 'detail'],
  properties: {
    type: { type: 'string', format: 'uri' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string', enum: [...CODES] },
    detail: { type: 'string' },
    details: {
      type: 'object',
      description:
        'What a program can act on: `fields` with path and reason, `retryAfter` in seconds, the current `state`.',
    },
  },
};

type Rows = Readonly<Record<string, Command>>;

/** `folder`: that of the public address. */
export function openApiOf(table: Rows, folder = ''): Json {
  const schemas: Json = { Problem: PROBLEM_SCHEMA };
  const rows = Object.entries(table).filter(([, row]) => row.over !== 'socket');
  const outputs = new Map(rows.map(([name, row]) => [name, schemaOf(row.output, 'output', schemas)]));
  return {
    openapi: '3.1.0',
    info: {
      title: 'Parley',
      version: '1',
      description:
        'Every command is also a Socket.IO event of the same name: `socket.emit(name, input, ack)`. Creating commands ' +
        'take a `clientId`: the same one again gives the first result. Money is in integer minor units.',
    },
    servers: [{ url: folder === '' ? '/' : folder }],
    tags: [...new Set(rows.map(([name]) => tagOf(name)))].map((name) => ({ name })),
    paths: Object.fromEntries(
      rows.map(([name, row]) => [`/v1/${name}`, pathOf(name, row, schemas, outputs.get(name))] as const),
    ),
    components: {
      schemas,
      responses: {
        Problem: {
          description: 'Refused, with the reason as a code.',
          content: { [PROBLEM]: { schema: { $ref: '#/components/schemas/Problem' } } },
        },
      },
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
    },
  };
}

function pathOf(name: string, row: Command, schemas: Json, output: Json | undefined): Json {
  const input = schemaOf(row.input, 'input', schemas);
  const parameters = parametersOf(input);
  const isFile = row.gives !== 'json';
  const common = commonOf(name, row, { [isFile ? row.gives : 'application/json']: { schema: output } });
  if (isFile && row.reads) return { get: { ...common, operationId: name, parameters } };
  const sent =
    row.takes === 'json'
      ? { requestBody: { required: true, content: { 'application/json': { schema: input } } } }
      : { requestBody: { required: true, content: { [BYTES]: {} } }, parameters };
  const post = { ...common, operationId: name, ...sent };
  return row.reads ? { post, get: { ...common, operationId: `${name}.get`, parameters } } : { post };
}

function commonOf(name: string, row: Command, content: Json) {
  return {
    tags: [tagOf(name)],
    summary: row.summary,
    description: `For ${row.who.join(', ')}.`,
    security: row.who.includes('anyone') ? [{}, { token: [] }] : [{ token: [] }],
    responses: {
      200: { description: 'Done.', content },
      default: { $ref: '#/components/responses/Problem' },
    },
  };
}

function parametersOf(input: Json): Json[] {
  const required = new Set((input['required'] ?? []) as string[]);
  return Object.entries((input['properties'] ?? {}) as Record<string, Json>).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.has(name),
    schema,
  }));
}

/**
 * The JSON Schema of one side of a row; entities that have a name move to the components, once. Outputs come first: an
 * input in which an entity looks different gets its own.
 */
function schemaOf(type: z.ZodType, io: 'input' | 'output', schemas: Json): Json {
  const made: Json = z.toJSONSchema(type, { io, unrepresentable: 'any', override: asDateTime });
  const { $schema: _, $defs: defs = {}, ...schema } = made;
  const named = Object.entries(defs as Record<string, Json>);
  const differs = named.some(([id, entity]) => id in schemas && !same(schemas[id], withRefs(entity, '')));
  const suffix = differs ? 'Input' : '';
  for (const [id, entity] of named) schemas[id + suffix] = withRefs(entity, suffix);
  return withRefs(schema, suffix);
}

function withRefs(schema: Json, suffix: string): Json {
  const text = JSON.stringify(schema).replace(/"#\/\$defs\/([^"]+)"/g, `"#/components/schemas/$1${suffix}"`);
  return JSON.parse(text) as Json;
}

const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);

/** Dates travel as ISO strings. */
function asDateTime({ zodSchema, jsonSchema }: { zodSchema: z.core.$ZodTypes; jsonSchema: Json }): void {
  if (zodSchema._zod.def.type === 'date') Object.assign(jsonSchema, { type: 'string', format: 'date-time' });
}

const tagOf = (name: string) => name.split('.', 1)[0] ?? name;
