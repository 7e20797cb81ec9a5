// One MongoDB and one Redis for the whole run; each test file takes its own database and prefix in them.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { readConfig } from '../../src/config.ts';
import { startServices } from '../../src/development/services.ts';

declare module 'vitest' {
  interface ProvidedContext {
    mongodbUri: string;
    redisUrl: string;
  }
}

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { mongodbUri, redisUrl, cacheDir } = readConfig(process.env);
  const dataDir = await mkdtemp(path.join(tmpdir(), 'parley-test-'));
  const forget = () => rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
  try {
    const say = (line: string) => {
      console.error(line);
    };
    const services = await startServices({ mongodbUri, redisUrl, dataDir, cacheDir, say });
    project.provide('mongodbUri', services.mongodbUri);
    project.provide('redisUrl', services.redisUrl);
    return async () => {
      await services.stop();
      await forget();
    };
  } catch (error) {
    await forget();
    throw error;
  }
}
