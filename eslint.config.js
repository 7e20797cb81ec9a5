// The rules of the code, and its walls: which folder may import what (docs/decisions.md, 1).
// Proved one by one in test/walls.test.ts.
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

// A path may not turn back ("./../models/user.ts"): that would be a way around the wall.
const own = String.raw`\./(?!.*\.\.).*`;
const above = String.raw`\.\./[^./]+\.ts`; // of a chapter's folder, from within the chapter
const src = (...names) => String.raw`(?:\.\./)+(?:${names.join('|')})(?:/(?!.*\.\.).*|\.tsx?)`;
const pkg = (...names) => `(?:${names.join('|')})(?:/.*)?`;
const anyNode = 'node:.*';

/**
 * One row a folder: what it may import, and what it may import as types only. Everything else is refused.
 * A new library is one word here; that the words stand in so few rows is the design.
 */
const WALLS = {
  domain: { may: [own] },
  'domain/conduct': { may: [own, above] },
  'domain/personal-data': { may: [own, above] },
  models: {
    may: [own, src('domain'), anyNode, pkg('mongoose', 'ioredis', 'rate-limiter-flexible')],
    types: [src('context'), pkg('pino')],
  },
  dispatch: { may: [own, src('domain', 'models', 'context')] },
  commands: {
    may: [own, src('domain', 'models', 'dispatch', 'context', 'texts'), pkg('zod', 'uuid', 'csv-stringify')],
  },
  jobs: {
    may: [own, src('dispatch', 'context', 'models/outcome'), pkg('bullmq', '@bull-board/api/b[^/]+', 'zod')],
    types: [src('domain'), pkg('pino')],
  },
  gateway: {
    may: [
      own,
      src('commands', 'texts', 'context', 'domain/errors', 'models/presence', 'models/limits', 'models/outcome'),
      anyNode,
      pkg('fastify', '@fastify/[^/]+', '@bull-board/[^/]+', 'socket.io', '@socket.io/[^/]+', 'prom-client', 'zod'),
    ],
    types: [src('domain', 'models/inbox'), pkg('pino')],
  },
  providers: {
    may: [
      own,
      src('texts'),
      anyNode,
      pkg('nodemailer', 'eta', '@css-inline/css-inline', 'stripe', 'jose', '@node-rs/argon2', 'ipaddr.js'),
    ],
    types: [src('domain', 'context', 'models/(?:inbox|simulated-payment)'), pkg('pino')],
  },
  'providers/stripe': {
    may: [own, above, pkg('stripe')],
    types: [src('domain', 'context', 'models/stripe-payment')],
  },
  texts: { may: [own, src('domain/mail'), pkg('intl-messageformat')], types: ['.*'] },
  operate: {
    may: [
      own,
      src('config', 'development', 'dispatch', 'domain/books', 'models', 'payments', 'providers', 'secrets', 'start'),
      anyNode,
    ],
  },
  settings: { may: [own, src('domain/names', 'domain/email-address'), anyNode, pkg('zod')] },
  development: { may: [own, anyNode, pkg('mongodb-memory-server-core', 'mongoose', 'ioredis')] },
};

/** What stands directly in src; main composes everything and has no wall, but nobody imports it. */
const ROOT = {
  'src/config.ts': { may: [anyNode, String.raw`\./(?:domain|settings)/.*`] },
  'src/context.ts': {
    may: [String.raw`\./domain/.*`],
    types: [String.raw`\./(?:domain|models|texts)/.*`, pkg('pino')],
  },
};

const refuse = ({ may, types = [] }, where) => [
  'error',
  {
    patterns: [
      { regex: `^(?!(?:${[...may, ...types].join('|')})$)`, message: `Not through the wall of ${where}.` },
      // Types may pass where values may not.
      ...types.map((type) => ({
        regex: `^(?!(?:${may.join('|')})$)(?:${type})$`,
        allowTypeImports: true,
        message: `Only types pass the wall of ${where}: use "import type".`,
      })),
    ],
  },
];

// Rules for syntax; a later "no-restricted-syntax" replaces an earlier one, so each folder gets its whole list.
const NO_DEFAULT = [
  { selector: 'ExportDefaultDeclaration', message: 'Named exports only.' },
  { selector: 'ExportSpecifier[exported.name="default"]', message: 'Named exports only.' },
];
const NO_DYNAMIC = [{ selector: 'ImportExpression', message: 'Import statically: the walls see only that.' }];
const CLOCK = 'Time is handed in (ctx.now, now): the record judges, not the clock.';
const NO_CLOCK = [
  { selector: 'NewExpression[callee.name="Date"][arguments.length=0]', message: CLOCK },
  { selector: 'CallExpression[callee.name="Date"]', message: CLOCK },
];
const NO_AWAIT = [
  { selector: 'AwaitExpression', message: 'The domain is pure: no await.' },
  { selector: ':function[async=true]', message: 'The domain is pure: no async.' },
];
const ENV = { object: 'process', property: 'env', message: 'Only config.ts reads the environment.' };
const PURE_PROPERTIES = [
  { object: 'Date', property: 'now', message: CLOCK },
  { object: 'performance', property: 'now', message: CLOCK },
  { object: 'process', property: 'hrtime', message: CLOCK },
  { object: 'Math', property: 'random', message: 'No chance in the rules: hand the number in.' },
];
const TIMERS = ['setTimeout', 'setInterval', 'setImmediate'].map((name) => ({
  name,
  message: 'Set an alarm (ctx.setAlarm): a timer dies with its process.',
}));

/** Of `web`: what the folder of a face may import. */
const face = (...names) => ({ may: [own, src(...names), pkg('preact', '@preact/signals')] });
const FACES = {
  kit: { may: [own, pkg('preact', '@preact/signals', '@preact/signals-core')] },
  texts: { may: [own, String.raw`\.\./(?:card|console|plural|texts)\.ts`] },
  talk: face('kit', 'texts', 'client'),
  loader: { may: [own, src('kit', 'widget/mount')], types: [src('widget/widget')] },
  widget: face('kit', 'texts', 'client', 'talk'),
  console: face('kit', 'texts', 'client', 'talk'),
  'console/*': {
    may: [
      own,
      String.raw`\.\./(?:[a-z]+/)?[a-z-]+\.tsx?`,
      src('kit', 'texts', 'client', 'talk'),
      pkg('preact', '@preact/signals'),
    ],
  },
  'widget/more': {
    may: [own, above, String.raw`\.\./[a-z-]+\.tsx`, src('kit', 'texts', 'client'), pkg('preact', '@preact/signals')],
  },
  'widget/page': {
    may: [
      own,
      above,
      String.raw`\.\./(?:more/)?[a-z-]+\.tsx?`,
      src('kit', 'texts', 'client'),
      pkg('preact', '@preact/signals'),
    ],
  },
  pay: face('kit', 'texts', 'client'),
  demo: face('kit', 'texts', 'client'),
};

export default defineConfig(
  globalIgnores(['dist/', 'coverage/', '.parley/', 'bench/results/']),
  tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      eqeqeq: 'error',
      'no-console': 'error',
      'no-var': 'error',
      'prefer-const': 'error',
      'object-shorthand': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports' }],
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/consistent-type-exports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: 'only-allowed-literals' },
      ],
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-deprecated': 'error',
      '@typescript-eslint/return-await': ['error', 'error-handling-correctness-only'],
      '@typescript-eslint/use-unknown-in-catch-callback-variable': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // Ports are promises even where a simulated twin has nothing to wait for.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    },
  },

  {
    files: ['src/**/*.ts'],
    rules: {
      'no-restricted-properties': ['error', ENV],
      'no-restricted-syntax': ['error', ...NO_DEFAULT, ...NO_DYNAMIC],
    },
  },
  ...Object.entries(WALLS).map(([folder, wall]) => ({
    files: [`src/${folder}/**/*.ts`],
    rules: { '@typescript-eslint/no-restricted-imports': refuse(wall, `src/${folder}`) },
  })),
  ...Object.entries(ROOT).map(([file, wall]) => ({
    files: [file],
    rules: { '@typescript-eslint/no-restricted-imports': refuse(wall, file) },
  })),
  {
    files: ['src/domain/**/*.ts', 'src/dispatch/**/*.ts', 'src/commands/**/*.ts'],
    rules: {
      'no-restricted-globals': ['error', { globals: TIMERS, checkGlobalObject: true }],
      'no-restricted-properties': ['error', ENV, ...PURE_PROPERTIES],
      'no-restricted-syntax': ['error', ...NO_DEFAULT, ...NO_DYNAMIC, ...NO_CLOCK],
    },
  },
  {
    files: ['src/domain/**/*.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        { globals: [...TIMERS, 'process', 'crypto', 'fetch', 'performance'], checkGlobalObject: true },
      ],
      'no-restricted-syntax': ['error', ...NO_DEFAULT, ...NO_DYNAMIC, ...NO_CLOCK, ...NO_AWAIT],
    },
  },
  // What the domain takes from elsewhere: pure tables of what telephone numbers look like, which letters look alike, and how
  // domain names are written in ASCII (docs/decisions.md, 29, 56, 57).
  ...Object.entries({
    'personal-data/phone-number': 'libphonenumber-js',
    names: 'unhomoglyph',
    'email-address': 'node:url',
  }).map(([file, table]) => ({
    files: [`src/domain/${file}.ts`],
    rules: {
      '@typescript-eslint/no-restricted-imports': refuse({ may: [own, pkg(table)] }, `src/domain/${file}.ts`),
    },
  })),
  { files: ['src/config.ts'], rules: { 'no-restricted-properties': 'off' } },
  // Starts the servers of a developer's machine: their environment and their libraries are its business.
  {
    files: ['src/development/**/*.ts'],
    rules: { 'no-restricted-properties': 'off', 'no-restricted-syntax': ['error', ...NO_DEFAULT] },
  },
  {
    files: ['src/main.ts'],
    rules: { 'no-restricted-syntax': ['error', ...NO_DEFAULT] },
  },

  {
    files: ['test/**/*.ts', 'demo/**/*.ts', 'bench/**/*.ts'],
    rules: {
      'no-console': 'off',
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns: [{ regex: String.raw`(?:^|/)src/main\.ts$`, message: 'Nobody imports main: it starts a server.' }],
        },
      ],
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unnecessary-condition': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },

  // The pages and their client speak the protocol, and know of the server nothing else.
  {
    files: ['web/**/*.{js,ts,tsx}'],
    rules: {
      'no-restricted-syntax': ['error', ...NO_DEFAULT],
      '@typescript-eslint/no-restricted-imports': [
        'error',
        { patterns: [{ regex: String.raw`(?:^|/)src/`, message: 'Nothing of src in the browser.' }] },
      ],
    },
  },
  // vite asks for a default export, and makes one of each style sheet
  { files: ['web/vite.config.ts', 'web/kit/assets.d.ts'], rules: { 'no-restricted-syntax': 'off' } },
  {
    files: ['web/client/**/*.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': refuse(
        { may: [own, pkg('socket.io-client', '@preact/signals-core')] },
        'web/client',
      ),
    },
  },
  // Faces are made of the kit, the words and the client, and know nothing of each other.
  ...Object.entries(FACES).map(([folder, wall]) => ({
    files: [`web/${folder}/**/*.{ts,tsx}`],
    rules: { '@typescript-eslint/no-restricted-imports': refuse(wall, `web/${folder}`) },
  })),
  // generated: a word that an input knows stands beside `string`
  { files: ['web/client/protocol.ts'], rules: { '@typescript-eslint/no-redundant-type-constituents': 'off' } },
  { files: ['**/*.js'], extends: [tseslint.configs.disableTypeChecked] },
);
