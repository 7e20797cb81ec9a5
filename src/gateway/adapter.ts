// Receivers on this gateway are served before Redis is asked. The stock adapter publishes first and waits for it: with
// Redis hung two people on one gateway would hear nothing of each other, and with Redis well their latency would be its.

import type { Namespace } from 'socket.io';
import { tellElsewhere } from './elsewhere.ts';
import type { Listeners } from './elsewhere.ts';

type Adapter = Namespace['adapter'];
type Options = Parameters<Adapter['broadcast']>[1];

/** What `createShardedAdapter` returns. */
export type CreateAdapter = (namespace: Namespace) => Adapter;

/** What a cluster adapter says to its peers; the numbers are those of socket.io-adapter's MessageType. */
interface Cluster {
  publish(message: { readonly type: number; readonly data: Readonly<Record<string, unknown>> }): void;
}
const BROADCAST = 3;
const SOCKETS_LEAVE = 5;
const DISCONNECT_SOCKETS = 6;

export function localFirst(create: CreateAdapter, listeners: Listeners): CreateAdapter {
  // NOTE: Socket.IO calls it with `new`, which an arrow function does not take; the object returned is what it gets.
  return function localFirstAdapter(namespace) {
    const adapter = create(namespace);
    const elsewhere = tellElsewhere(adapter, listeners);
    const here = {
      broadcast: adapter.broadcast.bind(adapter),
      leave: adapter.delSockets.bind(adapter),
      disconnect: adapter.disconnectSockets.bind(adapter),
    };
    // `publish` is protected, and answers failures by itself
    const tell = (type: number, opts: Options, data: Readonly<Record<string, unknown>>) => {
      if (opts.flags?.local === true) return;
      const sent = { rooms: [...opts.rooms], except: [...(opts.except ?? [])], flags: opts.flags };
      (adapter as unknown as Cluster).publish({ type, data: { ...data, opts: sent } });
    };

    adapter.broadcast = (packet, opts) => {
      const [room, ...more] = opts.rooms;
      const nobodyHere = room !== undefined && more.length === 0 && !adapter.rooms.has(room);
      if (!nobodyHere) here.broadcast(packet, local(opts));
      const send = () => {
        tell(BROADCAST, opts, { packet: packet as unknown });
      };
      if (room === undefined || more.length > 0) send();
      else elsewhere(room, send);
    };
    adapter.delSockets = (opts, rooms) => {
      here.leave(local(opts), rooms);
      tell(SOCKETS_LEAVE, opts, { rooms });
    };
    adapter.disconnectSockets = (opts, close) => {
      here.disconnect(local(opts), close);
      tell(DISCONNECT_SOCKETS, opts, { close });
    };
    return adapter;
  };
}

const local = (opts: Options): Options => ({ ...opts, flags: { ...opts.flags, local: true } });
