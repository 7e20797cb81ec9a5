// The composition: stores, providers, ctx and the role, started in order and stopped in reverse. One call is one node;
// several of them, in one process or in many, make an installation.

import type { FastifyInstance } from 'fastify';
import type { Config } from './config.ts';
import type { Ctx } from './context.ts';
import { kekMisfits } from './dispatch/keys.ts';
import { publisher, userRoom } from './gateway/publish.ts';
import { openLog } from './log.ts';
import { isDemonstrated, seed } from './models/seed.ts';
import { contextOf, openStores } from './parts.ts';
import type { Closers, Late, NodeConfig, Opened, Parts } from './parts.ts';
import { startGateway, startJobs, startWorker } from './roles.ts';
import { kekError } from './secrets.ts';
import { cannotListen } from './start.ts';

export interface Node {
  /** where it listens */
  readonly url: string;
  readonly ctx: Ctx;
  close(): Promise<void>;
}

/** `now`: a clock for the whole node, instead of the database's; `say`: takes lines for whoever waits for the start. */
export async function startNode(
  config: NodeConfig,
  now?: () => Date,
  say: (line: string) => void = () => undefined,
): Promise<Node> {
  const log = openLog({ level: config.logLevel, role: config.role });
  const closers: Closers = [];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) {
      await closer().catch((error: unknown) => {
        log.warn({ err: error }, 'a part did not close as it should'); // the others have to all the same
      });
    }
  };
  try {
    const stores = await openStores(config, { log, closers }, now, say);
    return { ...(await compose({ config, log, closers, ...stores })), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function compose(opened: Opened): Promise<Pick<Node, 'url' | 'ctx'>> {
  const { config, log } = opened;
  const late: Late = { publish: () => undefined, isHere: () => false, port: config.port };
  const parts: Parts = { ...opened, ...contextOf(opened, late) };
  const { ctx } = parts;
  await seed(ctx.stores, { demo: config.demo, admin: config.admin, hash: ctx.tokens.hash, now: ctx.now() });
  if (!config.demo && (await isDemonstrated(ctx.stores)))
    log.warn(
      'accounts of the demonstration are in this database: without DEMO their password is refused; switch them off',
    );
  await assertKekFits(ctx);
  const worker = config.role === 'gateway' ? null : startJobs(parts);
  const { server, io } = await (config.role === 'worker' ? startWorker(parts, worker) : startGateway(parts, worker));
  late.publish = publisher(io, { log, now: ctx.now });
  late.isHere = (userId) => io.sockets.adapter.rooms.has(userRoom(userId));
  const url = await listen(server, config);
  late.port = Number(new URL(url).port);
  return { url, ctx };
}

/** 9.1: one that would leave boxes closed is refused; not a newer one elsewhere, which is being handed out. */
async function assertKekFits(ctx: Ctx): Promise<void> {
  const misfits = await kekMisfits(ctx);
  const wrong = misfits.filter(({ why }) => why !== 'newer');
  if (wrong.length > 0) throw kekError(wrong);
  for (const { version } of misfits) {
    ctx.log.warn({ kek: version }, 'a KEK that is newer than those of the settings wraps data keys');
  }
}

function listen(server: FastifyInstance, { host, port }: Config): Promise<string> {
  return server.listen({ host, port }).catch((error: unknown) => cannotListen(error, { host, port }));
}
