// A mail server of our own, and what it does to those who bring letters.

import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import PostalMime from 'postal-mime';
import type { Email } from 'postal-mime';
import { SMTPServer } from 'smtp-server';

export interface Received {
  readonly envelope: { readonly from: string; readonly to: readonly string[] };
  readonly raw: string;
  readonly email: Email;
}

/**
 * `refuse`: what it answers to an address; `lose`: takes the letter and hangs up before it says so; `hang`: answers nothing;
 * `hangs`: answers nothing to such addresses; `mutesAfter`: so many more letters, then it takes each and does not say so.
 */
export interface Mood {
  readonly refuse?: { readonly code: number; readonly text: string };
  readonly lose?: boolean;
  readonly hang?: boolean;
  readonly hangs?: (to: { readonly address: string }) => boolean;
  readonly mutesAfter?: number;
}

export interface SmtpHere {
  readonly smtpUrl: string;
  readonly received: Received[];
  /** how many letters it has not answered */
  waiting(): number;
  /** its mood from now on */
  is(mood: Mood): void;
  stop(): Promise<void>;
}

export async function startSmtp(at = 0): Promise<SmtpHere> {
  const received: Received[] = [];
  let mood: Mood = {};
  let taken = 0; // in this mood
  const waiting: (() => void)[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    logger: false,
    closeTimeout: 100,
    onRcptTo: (to, _session, done) => {
      const { refuse, hang, hangs } = mood;
      if (hang || hangs?.(to)) waiting.push(done);
      else done(refuse ? Object.assign(new Error(refuse.text), { responseCode: refuse.code }) : null);
    },
    onData: (stream, session, done) => {
      void stream.toArray().then(async (chunks: Buffer[]) => {
        const raw = Buffer.concat(chunks);
        const { mailFrom, rcptTo } = session.envelope;
        const envelope = { from: mailFrom === false ? '' : mailFrom.address, to: rcptTo.map(({ address }) => address) };
        received.push({ envelope, raw: raw.toString('utf8'), email: await PostalMime.parse(raw) });
        taken += 1;
        if (mood.lose) line.cut();
        else if (taken > (mood.mutesAfter ?? Infinity)) waiting.push(done);
        else done();
      }, done);
    },
  });
  server.on('error', () => undefined); // lines that were cut
  const behind = server.listen(0, '127.0.0.1');
  await once(behind, 'listening');
  const line = await startLine(at, portOf(behind));
  return {
    smtpUrl: `smtp://127.0.0.1:${line.port}`,
    received,
    waiting: () => waiting.length,
    is: (next) => {
      mood = next;
      taken = 0;
      for (const go of waiting.splice(0)) go();
    },
    stop: () =>
      new Promise<void>((resolve) => {
        for (const go of waiting.splice(0)) go();
        line.close();
        server.close(() => {
          resolve();
        });
      }),
  };
}

const portOf = (server: Pick<Server, 'address'>) => (server.address() as AddressInfo).port;

/** Between the server and whoever speaks to it: a line that can be cut. */
async function startLine(at: number, to: number) {
  const open = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(to, '127.0.0.1');
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        open.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  }).listen(at, '127.0.0.1');
  await once(server, 'listening');
  const cut = () => {
    for (const socket of open) socket.destroy();
  };
  return {
    port: portOf(server),
    cut,
    close: () => {
      server.close();
      cut();
    },
  };
}
