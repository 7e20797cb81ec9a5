// web/client/protocol.ts: commands and events as interfaces, made from the tables that answer and publish them. A browser
// build gets neither zod nor the server's types with it.
import { format, resolveConfig } from 'prettier';
import { z } from 'zod';
import type { Command } from '../../src/commands/command.ts';
import { EVENTS } from '../../src/commands/events.ts';
import { COMMANDS } from '../../src/commands/table.ts';
import { CODES } from '../../src/domain/errors.ts';

/** As much of JSON Schema as zod makes of our schemas. */
interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly not?: Schema;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
  readonly description?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
}

export async function clientProtocol(file: string): Promise<string> {
  const rows = Object.entries(COMMANDS);
  const inputs = schemaOf('input', Object.fromEntries(rows.map(([name, { input }]) => [name, input])));
  const answers = schemaOf('output', Object.fromEntries(rows.map(([name, { output }]) => [name, output])));
  const events = schemaOf('output', EVENTS);
  const commandOf = ([name, { summary, who, takes, gives, over }]: [string, Command]) => {
    const forWhom = `For ${who.join(', ')}${over === 'socket' ? '; over a socket only' : ''}.`;
    const types = `input: ${typeOf(inputs.properties[name])}; answer: ${typeOf(answers.properties[name])}`;
    const bodies = over === 'http' ? `; takes: '${takes}'; gives: '${gives}'` : '';
    return `${comment(`${summary} ${forWhom}`)}'${name}': { ${types}${bodies} };`;
  };
  const [overHttp, commands] = [rows.filter(isOverHttp), rows.filter((row) => !isOverHttp(row))];
  const named = Object.entries(namesIn(inputs, answers, events)).map(([name, schema]) => {
    const kind = schema.type === 'object' ? `interface ${name}` : `type ${name} =`;
    return `${comment(schema.description)}export ${kind} ${typeOf(schema)}`;
  });
  const text = `// The protocol as clients see it: made from src/commands (table.ts, events.ts) and src/domain/errors.ts by
// \`UPDATE_DOCS=1 npx vitest run test/commands/client-protocol.test.ts\`. A test fails while it says anything else.

/** By name, what a command takes and what it answers. */
export interface Commands { ${commands.map(commandOf).join('\n')} }

/** The same of what only HTTP knows: its input stands in the query, its body or its answer may be a file. */
export interface HttpCommands { ${overHttp.map(commandOf).join('\n')} }

/** By name, what an event carries. */
export interface Events ${typeOf(events)}

${named.join('\n\n')}

/** Why a command is refused. */
export type Code = ${CODES.map((code) => `'${code}'`).join(' | ')};

/** A refusal. Programs read \`code\` and \`details\`; \`message\` is for people, in the language of the caller. */
export interface Failure { code: Code; message: string; details?: Record<string, unknown> }

/** What the acknowledgement of a command carries. */
export type Reply<Data> = { ok: true; data: Data } | { ok: false; error: Failure };
`;
  return format(text, { ...(await resolveConfig(file)), parser: 'typescript' });
}

const isOverHttp = ([, { over }]: [string, Command]) => over === 'http';

/** One schema of them all, so that what has a name is told once. */
function schemaOf(io: 'input' | 'output', types: Readonly<Record<string, z.ZodType>>) {
  const schema = z.toJSONSchema(z.strictObject(types), { io, unrepresentable: 'any' }) as Schema;
  return { ...schema, properties: schema.properties ?? {} };
}

/** The named entities. One that looks different on its way in would need a name of its own. */
function namesIn(...schemas: readonly Schema[]): Record<string, Schema> {
  const named: Record<string, Schema> = {};
  for (const [name, schema] of schemas.flatMap(({ $defs = {} }) => Object.entries($defs))) {
    if (name in named && typeOf(named[name]) !== typeOf(schema)) throw new Error(`there are two of ${name}`);
    named[name] = schema;
  }
  return named;
}

function typeOf(schema: Schema = {}): string {
  if (schema.$ref !== undefined) return schema.$ref.replace('#/$defs/', '');
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((one) => JSON.stringify(one)).join(' | ');
  const either = schema.anyOf ?? schema.oneOf;
  if (either) return either.map(typeOf).join(' | ');
  if (schema.not) return 'never';
  if (typeof schema.type === 'object') return schema.type.map((type) => typeOf({ ...schema, type })).join(' | ');
  if (schema.type === 'array') return `(${typeOf(schema.items)})[]`;
  if (schema.type === 'object') return objectOf(schema);
  return schema.type === 'integer' ? 'number' : (schema.type ?? 'unknown');
}

function objectOf({ properties = {}, required = [], additionalProperties }: Schema): string {
  if (typeof additionalProperties === 'object') return `Record<string, ${typeOf(additionalProperties)}>`;
  if (Object.keys(properties).length === 0) return 'Record<string, never>';
  const fields = Object.entries(properties).map(([name, schema]) => {
    const optional = required.includes(name) ? '' : '?';
    return `${comment(schema.description)}'${name}'${optional}: ${typeOf(schema)};`;
  });
  return `{ ${fields.join('\n')} }`;
}

const comment = (text?: string) => (text === undefined ? '' : `/** ${text} */\n`);
