// A query string is all strings; where a row's schema wants a number or a boolean, one is made. Everything else is left
// to the schema.

import { z } from 'zod';

type Coerce = (query: Readonly<Record<string, unknown>>) => Record<string, unknown>;

export function coercion(input: z.ZodType): Coerce {
  const { properties = {} } = z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' });
  const makers = new Map(Object.entries(properties).map(([key, schema]) => [key, makerOf(schema)]));
  return (query) =>
    Object.fromEntries(Object.entries(query).map(([key, value]) => [key, (makers.get(key) ?? asIs)(value)]));
}

type Maker = (value: unknown) => unknown;

function makerOf(schema: z.core.JSONSchema._JSONSchema): Maker {
  if (typeof schema === 'boolean') return asIs;
  if (schema.type === 'integer' || schema.type === 'number') return toNumber;
  return schema.type === 'boolean' ? toBoolean : asIs;
}

const asIs: Maker = (value) => value;
const toNumber: Maker = (value) =>
  typeof value === 'string' && /^-?\d{1,15}(?:\.\d+)?$/.test(value) ? Number(value) : value;
const toBoolean: Maker = (value) => (value === 'true' ? true : value === 'false' ? false : value);
