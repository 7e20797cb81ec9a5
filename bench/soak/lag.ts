// How long it takes from the write of a record until a page has drawn what it shows of it; and what of that is the machine's: how late a
// bare page in the same browser draws, and how busy the cores are.

import { cpus } from 'node:os';
import mongoose from 'mongoose';
import type { Browser, Page } from 'playwright-core';
import { median, most, percentile } from '../stats.ts';

/** As in-page.js writes it down. */
type Heard = readonly [id: string, version: number, at: number, drawnAt: number];

export class Lag {
  readonly #client: mongoose.mongo.MongoClient;
  readonly #changes: mongoose.mongo.ChangeStream;
  readonly #bare: Page;
  readonly #before = busyTimes();
  /** when the database wrote it, by id and version */
  readonly #written = new Map<string, number>();

  private constructor(client: mongoose.mongo.MongoClient, bare: Page) {
    this.#client = client;
    this.#bare = bare;
    this.#changes = client.db().watch([{ $match: { 'ns.coll': { $in: ['questions', 'offers'] } } }]);
    this.#changes.on('change', (change) => this.#note(change));
  }

  static async begin(browser: Browser, mongodbUri: string): Promise<Lag> {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.addInitScript({ path: new URL('in-page.js', import.meta.url).pathname });
    await page.goto('about:blank');
    await page.evaluate('beat()');
    return new Lag(await mongoose.mongo.MongoClient.connect(mongodbUri), page);
  }

  /** What was measured in these pages, in lines to be read. */
  async end(pages: readonly Page[]): Promise<string[]> {
    const heard = (await Promise.all(pages.map((page) => page.evaluate<Heard[]>('heard')))).flat();
    const beats = await this.#bare.evaluate<number[]>('beats');
    await this.#changes.close();
    await this.#client.close();
    const known = heard.flatMap(([id, version, at, drawnAt]) => {
      const writtenAt = this.#written.get(`${id} ${version}`);
      return writtenAt === undefined ? [] : [{ told: at - writtenAt, shown: drawnAt - writtenAt }];
    });
    const after = busyTimes();
    const busy = (100 * (after.busy - this.#before.busy)) / (after.all - this.#before.all);
    return [
      `from the write of a record to the frame of a page that has heard of it: ${spread(known.map(({ shown }) => shown))}`,
      `of that, until the page had heard: ${spread(known.map(({ told }) => told))}`,
      `a bare page beside them drew what was due so late: ${spread(beats)}; ${cpus().length} cores, ${busy.toFixed(0)} % busy`,
    ];
  }

  #note(change: mongoose.mongo.ChangeStreamDocument): void {
    if (!('documentKey' in change) || change.wallTime === undefined) return;
    const full: unknown = 'fullDocument' in change ? change.fullDocument?.['version'] : undefined;
    const set: unknown =
      'updateDescription' in change ? change.updateDescription?.updatedFields?.['version'] : undefined;
    const version = full ?? set;
    if (typeof version === 'number')
      this.#written.set(`${String(change.documentKey._id)} ${version}`, change.wallTime.getTime());
  }
}

export function spread(values: readonly number[]): string {
  if (values.length === 0) return 'never';
  const ms = (value: number) => `${value.toFixed(0)} ms`;
  return (
    `${ms(median(values))} in the middle, p95 ${ms(percentile(values, 95))}, p99 ${ms(percentile(values, 99))}, ` +
    `${ms(most(values))} at most, of ${values.length}`
  );
}

function busyTimes(): { readonly busy: number; readonly all: number } {
  const times = cpus().map((cpu) => cpu.times);
  const all = times.reduce((sum, { user, nice, sys, idle, irq }) => sum + user + nice + sys + idle + irq, 0);
  const idle = times.reduce((sum, time) => sum + time.idle, 0);
  return { busy: all - idle, all };
}
