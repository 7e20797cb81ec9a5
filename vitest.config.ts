import { configDefaults, defineConfig } from 'vitest/config';

// The rules run by the thousand in a second and need nothing; the rest runs against a real MongoDB and Redis.
// What needs a browser too runs by "npm run test:browser".
const PURE = [
  'test/domain/**/*.test.ts',
  'test/texts/**/*.test.ts',
  'test/walls.test.ts',
  'test/config.test.ts',
  'test/lock-file.test.ts',
  'test/secrets.test.ts',
  'test/compose.test.ts',
  'test/kit/**/*.test.ts',
  'test/talk/**/*.test.ts',
  'test/client/{known,owed,time}.test.ts',
  'test/commands/client-protocol.test.ts',
];
// Where nobody sits and waits, fewer run at once: what a test finds is then less often that its machine was busy with another one.
const isUnattended = process.env['CI'] !== undefined;
const BROWSER = ['test/web/**/*.test.ts'];

export default defineConfig({
  test: {
    clearMocks: true,
    fileParallelism: true,
    expect: { poll: { timeout: 120_000 } }, // what comes soon comes later on a busy machine, and what was lost with the next sweep, each minute
    exclude: [...configDefaults.exclude, 'dist/**'],
    projects: [
      // some count for seconds, and for many on a busy machine
      {
        extends: true,
        test: { name: 'pure', include: PURE, isolate: false, testTimeout: 60_000, sequence: { groupOrder: 0 } },
      },
      {
        extends: true,
        test: {
          name: 'integrated',
          include: ['test/**/*.test.ts'],
          exclude: [...configDefaults.exclude, 'dist/**', ...PURE, ...BROWSER],
          globalSetup: ['test/helpers/global-setup.ts', 'test/web/global-setup.ts'],
          setupFiles: 'test/helpers/file-setup.ts',
          testTimeout: 300_000, // what takes two seconds on a quiet machine takes thirty on one that has ten other things to do
          hookTimeout: 600_000,
          maxWorkers: isUnattended ? 2 : 3, // on two cores: much of their time they wait for what they have started
          // the product keeps nothing in its modules that one file could leave to the next, and they are read once a worker
          isolate: false,
          // Projects that differ in workers run one after the other.
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          include: BROWSER,
          globalSetup: ['test/helpers/global-setup.ts', 'test/web/global-setup.ts'],
          setupFiles: 'test/web/file-setup.ts',
          testTimeout: 300_000,
          hookTimeout: 600_000,
          maxWorkers: isUnattended ? 1 : 2, // each with a browser that needs the core
          isolate: false, // and the files of a worker share one browser
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
