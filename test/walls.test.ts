// The walls of docs/decisions.md, 1, one by one: what each folder may not import, and that what it may import passes.
// And no files import each other in a circle: whoever wants to understand the one would have to understand all.
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';
import { expect, test } from 'vitest';

const root = path.join(import.meta.dirname, '..');
// The walls need no types, and the files named here do not exist, so no TypeScript program is built.
const eslint = new ESLint({
  cwd: root,
  overrideConfig: [tseslint.configs.disableTypeChecked],
  ruleFilter: ({ ruleId }) => ruleId.includes('no-restricted-'),
});

/** The rules that refuse this code in this file. */
async function refusals(file: string, code: string): Promise<string[]> {
  const [result] = await eslint.lintText(code, { filePath: path.join(root, file) });
  const fatal = result!.messages.find((message) => message.fatal);
  if (fatal !== undefined) throw new Error(`${code}: ${fatal.message}`);
  return result!.messages.map((message) => message.ruleId ?? 'none');
}

const WALL = '@typescript-eslint/no-restricted-imports';
const value = (from: string) => `import { it } from '${from}'; it();`;
const type = (from: string) => `import type { It } from '${from}'; export type That = It;`;

// Spelled out rather than read from eslint.config.js: a wall that falls there must fall here.
const WALLS: Record<string, { never: string[]; neverValue?: string[]; may: string[]; mayType?: string[] }> = {
  'src/domain/x.ts': {
    never: [
      ...['zod', 'node:crypto', 'mongoose', '../models/offer.ts', '../context.ts', '../config.ts', '../main.ts'],
      ...['libphonenumber-js/max', 'unhomoglyph', 'node:url'],
    ],
    may: ['./effects.ts'],
  },
  'src/domain/personal-data/x.ts': {
    never: ['zod', 'libphonenumber-js/max', '../../models/offer.ts', '../../context.ts', '../../../test/x.ts'],
    may: ['./spelled-digits.ts', '../people.ts'],
  },
  // tables from elsewhere, each in one file: they are as pure as the rules are
  'src/domain/personal-data/phone-number.ts': {
    never: ['zod', 'node:crypto', 'mongoose', '../../models/offer.ts', '../../context.ts', '../../config.ts'],
    may: ['./spelled-digits.ts', 'libphonenumber-js/max'],
  },
  'src/domain/names.ts': {
    never: ['libphonenumber-js/max', 'node:url', 'zod', 'mongoose', '../models/user.ts', '../config.ts'],
    may: ['./text.ts', 'unhomoglyph'],
  },
  'src/domain/email-address.ts': {
    never: ['libphonenumber-js/max', 'unhomoglyph', 'node:fs', 'zod', 'mongoose', '../models/user.ts', '../config.ts'],
    may: ['./text.ts', 'node:url'],
  },
  'src/models/x.ts': {
    never: [
      ...['../dispatch/change.ts', '../commands/table.ts', '../jobs/table.ts', '../gateway/server.ts'],
      ...['../providers/mail/mail.ts', '../config.ts', '../main.ts', 'bullmq', 'fastify', 'socket.io', 'prom-client'],
    ],
    may: ['./user.ts', '../domain/errors.ts', 'mongoose', 'ioredis', 'rate-limiter-flexible', 'node:crypto'],
  },
  'src/dispatch/x.ts': {
    never: [
      ...['../commands/table.ts', '../jobs/table.ts', '../gateway/publish.ts', '../providers/payments.ts'],
      ...['../config.ts', '../main.ts', 'mongoose', 'ioredis', 'zod', 'bullmq', 'fastify', 'socket.io', 'nodemailer'],
    ],
    may: ['./change.ts', '../models/offer.ts', '../domain/offer.ts', '../context.ts'],
  },
  'src/commands/x.ts': {
    never: [
      ...['../jobs/table.ts', '../gateway/reply.ts', '../providers/mail/mail.ts', '../config.ts', '../main.ts'],
      ...['mongoose', 'ioredis', 'bullmq', 'fastify', 'socket.io', 'prom-client', '../development/services.ts'],
    ],
    may: [
      './command.ts',
      '../dispatch/request.ts',
      '../models/user.ts',
      '../domain/errors.ts',
      '../context.ts',
      'zod',
      'csv-stringify/sync',
    ],
  },
  'src/jobs/x.ts': {
    never: [
      ...['../commands/table.ts', '../models/offer.ts', '../gateway/publish.ts', '../providers/mail/mail.ts'],
      ...['../config.ts', '../main.ts', 'mongoose', 'ioredis', 'fastify', 'socket.io', '@bull-board/fastify'],
    ],
    neverValue: ['../domain/offer.ts'],
    may: ['./table.ts', '../dispatch/request.ts', '../context.ts', 'bullmq', 'zod', '@bull-board/api/bullMQAdapter'],
    mayType: ['../domain/effects.ts'],
  },
  'src/gateway/x.ts': {
    never: [
      ...[
        '../dispatch/request.ts',
        '../jobs/table.ts',
        '../providers/mail/mail.ts',
        '../models/offer.ts',
        '../models/user.ts',
      ],
      ...['../config.ts', '../main.ts', 'mongoose', 'ioredis', 'bullmq'],
    ],
    neverValue: ['../domain/offer.ts'],
    may: [
      ...['./reply.ts', '../commands/table.ts', '../domain/errors.ts', '../texts/text.ts', '../context.ts'],
      ...['../models/presence.ts', '../models/limits.ts', 'fastify', '@fastify/helmet', 'socket.io', 'prom-client'],
      ...['@socket.io/redis-adapter', 'zod', '@bull-board/api', '@bull-board/fastify'],
    ],
    mayType: ['../domain/people.ts', '../models/inbox.ts'],
  },
  'src/providers/x.ts': {
    never: [
      ...['../models/user.ts', '../dispatch/remind.ts', '../commands/views/offer.ts', '../jobs/table.ts'],
      ...['../gateway/publish.ts', '../config.ts', '../main.ts', 'mongoose', 'ioredis', 'bullmq', 'fastify'],
    ],
    neverValue: ['../domain/ledger.ts', '../context.ts'],
    may: ['./mail.ts', '../texts/text.ts', 'nodemailer', 'eta'],
    mayType: ['../domain/payment.ts', '../context.ts', '../models/simulated-payment.ts'],
  },
  'src/providers/stripe/x.ts': {
    never: ['../../models/user.ts', '../../dispatch/remind.ts', '../../config.ts', 'mongoose', 'nodemailer', 'jose'],
    neverValue: ['../../domain/ledger.ts', '../../context.ts'],
    may: ['./desk.ts', '../payment-unknown.ts', 'stripe'],
    mayType: ['../../domain/payment.ts', '../../context.ts', '../../models/stripe-payment.ts'],
  },
  'src/texts/x.ts': {
    never: [],
    neverValue: ['../domain/errors.ts', '../context.ts', '../models/user.ts', '../config.ts', 'zod', 'node:fs'],
    may: ['./errors.ts', '../domain/mail.ts', 'intl-messageformat'],
    mayType: ['../domain/errors.ts'],
  },
  'src/development/x.ts': {
    never: ['../domain/errors.ts', '../context.ts', '../config.ts', '../main.ts', '../models/mongo.ts'],
    may: ['./services.ts', 'node:child_process', 'mongodb-memory-server-core'],
  },
  'src/operate/x.ts': {
    never: [
      '../main.ts',
      '../domain/question.ts',
      '../app.ts',
      '../commands/table.ts',
      '../gateway/server.ts',
      '../jobs/worker.ts',
      'bullmq',
    ],
    may: [
      './desk.ts',
      '../config.ts',
      '../dispatch/verify.ts',
      '../domain/books.ts',
      '../models/mongo.ts',
      '../payments.ts',
      'node:util',
    ],
  },
  'src/settings/x.ts': {
    never: ['../config.ts', '../main.ts', '../context.ts', '../domain/question.ts', '../models/user.ts', 'mongoose'],
    may: ['./form.ts', '../domain/names.ts', '../domain/email-address.ts', 'node:url', 'zod'],
  },
  'src/config.ts': {
    never: ['./context.ts', './main.ts', './models/mongo.ts', 'mongoose', 'ioredis'],
    neverValue: ['./models/user.ts'],
    may: ['./settings/table.ts', './domain/question.ts'],
    mayType: ['./domain/policy.ts'],
  },
  'src/context.ts': {
    never: ['./config.ts', './main.ts', './gateway/publish.ts', './commands/table.ts', './jobs/table.ts', 'ioredis'],
    neverValue: ['./models/user.ts', 'pino'],
    may: ['./domain/errors.ts'],
    mayType: ['./domain/policy.ts', './models/user.ts', 'pino'],
  },
  'test/x.test.ts': { never: ['../src/main.ts'], may: ['../src/config.ts', '../src/development/services.ts'] },
  'demo/x.ts': { never: ['../src/main.ts'], may: ['../src/development/services.ts'] },
  'bench/x.ts': { never: ['../src/main.ts'], may: ['../src/development/services.ts'] },
  'web/x.ts': {
    never: ['../src/models/user.ts', '../src/domain/errors.ts', '../src/commands/table.ts'],
    may: ['./client/calls.ts', 'socket.io-client'],
  },
  'web/client/x.ts': {
    never: ['../../src/commands/table.ts', '../common/page.js', '../../demo/client.ts', 'zod', 'node:crypto', 'ws'],
    may: ['./protocol.ts', 'socket.io-client', '@preact/signals-core'],
  },
  // what the widget and the console have in common knows neither
  'web/talk/x.tsx': {
    never: ['../widget/widget.ts', '../console/console.ts', '../../src/domain/errors.ts', 'socket.io-client'],
    may: ['./rows.ts', '../kit/basics.tsx', '../client/line.ts', '../texts/texts.ts', 'preact', '@preact/signals'],
  },
  'web/console/x.tsx': {
    never: [
      '../widget/widget.ts',
      '../loader/chat.ts',
      '../../src/domain/errors.ts',
      'socket.io-client',
      'node:crypto',
    ],
    may: [
      './router.ts',
      './home/lists.ts',
      '../kit/basics.tsx',
      '../client/index.ts',
      '../texts/console.ts',
      '../talk/rows.ts',
      'preact',
    ],
  },
  'web/console/home/x.tsx': {
    never: ['../../widget/widget.ts', '../../../src/domain/errors.ts', 'socket.io-client'],
    may: ['./lists.ts', '../console.ts', '../talk/work.tsx', '../../kit/basics.tsx', '../../talk/task.ts', 'preact'],
  },
  'web/widget/x.tsx': {
    never: ['../console/console.ts', '../loader/chat.ts', '../../src/domain/errors.ts', 'socket.io-client'],
    may: ['./widget.ts', '../kit/basics.tsx', '../client/line.ts', '../talk/lines.tsx', 'preact', '@preact/signals'],
  },
};

for (const [file, { never, neverValue = [], may, mayType = [] }] of Object.entries(WALLS)) {
  test.each([...never, ...neverValue])(`${file} may not import %s`, async (from) => {
    expect(await refusals(file, value(from))).toEqual([WALL]);
    expect(await refusals(file, `export * from '${from}';`)).toEqual([WALL]);
  });
  if (never.length > 0) {
    test.each(never)(`${file} may not even import the types of %s`, async (from) => {
      expect(await refusals(file, type(from))).toEqual([WALL]);
    });
  }
  test.each(may)(`${file} may import %s`, async (from) => {
    expect(await refusals(file, value(from))).toEqual([]);
  });
  test.each([...may, ...mayType])(`${file} may import the types of %s`, async (from) => {
    expect(await refusals(file, type(from))).toEqual([]);
  });
}

test('no wall can be walked around', async () => {
  expect(await refusals('src/domain/x.ts', value('./../models/user.ts'))).toEqual([WALL]);
  expect(await refusals('src/dispatch/x.ts', value('../domain/../commands/table.ts'))).toEqual([WALL]);
  expect(await refusals('src/domain/x.ts', `import '../models/user.ts';`)).toEqual([WALL]);
  expect(await refusals('src/gateway/x.ts', `void import('../models/user.ts');`)).toEqual(['no-restricted-syntax']);
});

test('every folder of src has its wall', () => {
  const folders = readdirSync(path.join(root, 'src'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect(folders.map(({ name }) => `src/${name}/x.ts`).filter((file) => !(file in WALLS))).toEqual([]);
});

const RULES: [rule: string, code: string, folders: string[]][] = [
  ['no-restricted-properties', 'export const at = Date.now();', ['domain', 'dispatch', 'commands']],
  ['no-restricted-properties', 'export const luck = Math.random();', ['domain', 'dispatch', 'commands']],
  ['no-restricted-globals', 'setTimeout(() => {}, 1);', ['domain', 'dispatch', 'commands']],
  ['no-restricted-globals', 'globalThis.setInterval(() => {}, 1);', ['domain', 'dispatch', 'commands']],
  ['no-restricted-syntax', 'export const at = new Date();', ['domain', 'dispatch', 'commands']],
  ['no-restricted-syntax', 'export const f = async () => {};', ['domain']],
  ['no-restricted-globals', 'export const id = crypto.randomUUID();', ['domain']],
  [
    'no-restricted-properties',
    'export const env = process.env;',
    ['dispatch', 'commands', 'models', 'gateway', 'jobs'],
  ],
  ['no-restricted-syntax', 'export default 1;', ['domain', 'dispatch', 'commands', 'models', 'gateway', 'texts']],
];
for (const [rule, code, folders] of RULES) {
  test.each(folders)(`src/%s may not say: ${code}`, async (folder) => {
    expect(await refusals(`src/${folder}/x.ts`, code)).toContain(rule);
  });
}

test('time that was handed in, and the environment in config.ts, pass', async () => {
  expect(await refusals('src/domain/x.ts', 'export const at = (ms: number) => new Date(ms);')).toEqual([]);
  expect(await refusals('src/config.ts', 'export const env = process.env;')).toEqual([]);
  expect(await refusals('src/gateway/x.ts', 'setTimeout(() => {}, 1);')).toEqual([]);
});

/** Files by the files of this repository that they import; types count, too: who reads the one has to read the other. */
function importsIn(folder: string): Map<string, string[]> {
  const files = readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((file) => path.join(folder, file))
    .filter((file) => /\.[jt]sx?$/.test(file) && !file.includes('node_modules'));
  const of = (file: string) => [
    ...readFileSync(path.join(root, file), 'utf8').matchAll(/(?:from|import) '(\.[^']+)'/g),
  ];
  return new Map(files.map((file) => [file, of(file).map(([, from]) => path.join(path.dirname(file), from!))]));
}

/** One circle that these imports make; null: there is none. */
function circleIn(imports: ReadonlyMap<string, readonly string[]>): string[] | null {
  const done = new Set<string>();
  const visit = (file: string, way: readonly string[]): string[] | null => {
    if (way.includes(file)) return [...way.slice(way.indexOf(file)), file];
    if (done.has(file)) return null;
    for (const next of imports.get(file) ?? []) {
      const circle = visit(next, [...way, file]);
      if (circle !== null) return circle;
    }
    done.add(file);
    return null;
  };
  for (const file of imports.keys()) {
    const circle = visit(file, []);
    if (circle !== null) return circle;
  }
  return null;
}

test.each(['src', 'demo', 'bench', 'web'])('no files of %s import each other in a circle', (folder) => {
  const imports = importsIn(folder);
  expect(imports.size).toBeGreaterThan(0);
  expect(circleIn(imports)).toBeNull();
});

test('a circle is found, however long it is', () => {
  const imports = new Map([
    ['a', ['b', 'c']],
    ['b', []],
    ['c', ['b', 'd']],
    ['d', ['c']],
  ]);
  expect(circleIn(imports)).toEqual(['c', 'd', 'c']);
  expect(circleIn(new Map([...imports, ['d', ['b']]]))).toBeNull();
});
