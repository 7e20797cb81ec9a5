// A line to a store that can fail as real ones do: it hangs, swallows, is cut, leads nowhere, or leads to another server.

import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

export interface Target {
  readonly host?: string;
  readonly port: number;
}

export interface Link {
  /** of 127.0.0.1, where clients connect to instead of the target */
  readonly port: number;
  /** connections that are open now, good or not */
  count(): number;
  /** Where connections go from now on; those that are open stay with the server that they have. */
  target(to: Target): void;
  /** Bytes stay where they are, both ways and for new connections too, and go on with `heal`: a cable that is pulled. */
  hang(): void;
  /** Bytes are taken and thrown away, both ways and for new connections too, and nothing is closed: a half-open line. */
  swallow(): void;
  /** Every connection is reset, and so is each new one until `heal`: a server that is gone. */
  refuse(): void;
  /** New connections are good again and those that hung go on. What swallowed stays deaf for ever: its bytes are lost. */
  heal(): void;
  /** Resets the connections that are open now; new ones are as good as before. */
  cut(): void;
  close(): Promise<void>;
}

/** Sees what passes on one connection, and may take or change it. */
export interface Filter {
  /** What of these bytes of the client goes on to the server. */
  up(bytes: Buffer): Uint8Array;
  /** What of these bytes of the server goes on to the client. */
  down(bytes: Buffer): Uint8Array;
}

/** What a filter can do to its connection. */
export interface Hands {
  reset(): void;
  /** to the server */
  send(bytes: Uint8Array): void;
}

type Mood = 'good' | 'hanging' | 'swallowing' | 'refusing';

interface Pair {
  readonly filter: Filter | undefined;
  readonly ends: readonly [client: Socket, server: Socket];
  mood: Mood;
}

/**
 * `to`: the server behind the line. Nothing but TCP is known of it. `filterOf`: who knows more, for each connection.
 */
export async function startLink(to: Target, filterOf?: (hands: Hands) => Filter): Promise<Link> {
  let target = to;
  let mood: Mood = 'good';
  const pairs = new Set<Pair>();

  const server = createServer({ allowHalfOpen: true }, (client) => {
    if (mood === 'refusing') {
      client.on('error', () => undefined).resetAndDestroy();
      return;
    }
    const pair: Pair = {
      filter: filterOf?.({ reset: () => reset(pair), send: (bytes) => void pair.ends[1].write(bytes) }),
      ends: [client, connect({ host: '127.0.0.1', ...target, allowHalfOpen: true })],
      mood,
    };
    pairs.add(pair);
    join(pair, 0);
    join(pair, 1);
    feel(pair);
  });

  /** What one end says goes to the other, and so do its end and its failures. */
  function join(pair: Pair, from: 0 | 1): void {
    const [source, sink] = from === 0 ? pair.ends : [pair.ends[1], pair.ends[0]];
    source.setNoDelay(true);
    source.on('data', (bytes) => {
      if (pair.mood === 'swallowing' || sink.destroyed) return;
      const passed = (from === 0 ? pair.filter?.up(bytes) : pair.filter?.down(bytes)) ?? bytes;
      if (passed.length === 0 || sink.destroyed || sink.write(passed)) return;
      source.pause();
      sink.once('drain', () => feel(pair));
    });
    source.on('error', () => reset(pair));
    source.on('close', () => {
      if (sink.destroyed) pairs.delete(pair);
    });
    source.on('end', () => {
      if (pair.mood !== 'swallowing') sink.end();
    });
  }

  function feel({ ends, mood: own }: Pair): void {
    for (const end of ends) {
      if (own === 'hanging') end.pause();
      else end.resume();
    }
  }

  function reset(pair: Pair): void {
    pairs.delete(pair);
    for (const end of pair.ends) if (!end.destroyed) end.resetAndDestroy();
  }

  function become(next: Mood): void {
    mood = next;
    for (const pair of pairs) {
      if (pair.mood === 'swallowing') continue;
      pair.mood = next;
      feel(pair);
    }
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cut = () => {
    for (const pair of [...pairs]) reset(pair);
  };
  return {
    port: (server.address() as AddressInfo).port, // it listens on TCP, so this is no string
    count: () => pairs.size,
    target(next) {
      target = next;
    },
    hang: () => become('hanging'),
    swallow: () => become('swallowing'),
    refuse() {
      become('refusing');
      cut();
    },
    heal: () => become('good'),
    cut,
    async close() {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
