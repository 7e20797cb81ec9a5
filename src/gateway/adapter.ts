// Receivers on this gateway are served before Redis is asked. The stock adapter publishes first and waits for it: with
// Redis hung two people on one gateway would hear nothing of each other, and with Redis well their latency would be its.

import type { Namespace } from 'socket.io';
import type { GatewayEvents, Io } from './client.ts';
import { tellElsewhere } from './remote-listeners.ts';
import type { Listeners } from './remote-listeners.ts';

type Adapter = Namespace['adapter'];
type Options = Parameters<Adapter['broadcast']>[1];

/** What `createShardedAdapter` returns. */
export type CreateAdapter = (namespace: Namespace) => Adapter;

/** What a cluster adapter says to its peers; the numbers are those of socket.io-adapter's MessageType. */
interface Cluster {
  publish(message: { readonly type: number; readonly data: Readonly<Record<string, unknown>> }): void;
}
const BROADCAST = 3;
const SERVER_SIDE_EMIT = 9;

/**
 * Tells all gateways, this one first: those that listen to `event` of their server. It may come late or never, so `about`
 * carries the version that it rests on, and who hears it does nothing to what is newer.
 */
export function tellGateways<E extends keyof GatewayEvents>(
  io: Io,
  event: E,
  about: Parameters<GatewayEvents[E]>[0],
): void {
  tellThisGateway(io, event, about);
  // one that is alone has nobody to tell
  (io.sockets.adapter as unknown as Partial<Cluster>).publish?.({
    type: SERVER_SIDE_EMIT,
    data: { packet: [event, about] },
  });
}

/** The same, without the others. */
export function tellThisGateway<E extends keyof GatewayEvents>(
  io: Io,
  event: E,
  about: Parameters<GatewayEvents[E]>[0],
): void {
  for (const hear of io.sockets.listeners(event)) (hear as (about: unknown) => void)(about);
}

export function localFirst(create: CreateAdapter, listeners: Listeners): CreateAdapter {
  // NOTE: Socket.IO calls it with `new`, which an arrow function does not take; the object returned is what it gets.
  return function localFirstAdapter(namespace) {
    const adapter = create(namespace);
    const elsewhere = tellElsewhere(adapter, listeners);
    const here = adapter.broadcast.bind(adapter);

    adapter.broadcast = (packet, opts) => {
      if (opts.flags?.local === true) {
        here(packet, opts);
        return;
      }
      const [room, ...more] = opts.rooms;
      const nobodyHere = room !== undefined && more.length === 0 && !adapter.rooms.has(room);
      if (!nobodyHere) here(packet, local(opts));
      const send = () => {
        const sent = { rooms: [...opts.rooms], except: [...(opts.except ?? [])], flags: opts.flags };
        // `publish` is protected, and answers failures by itself
        (adapter as unknown as Cluster).publish({ type: BROADCAST, data: { packet: packet as unknown, opts: sent } });
      };
      if (room === undefined || more.length > 0) send();
      else elsewhere(room, send);
    };
    return adapter;
  };
}

const local = (opts: Options): Options => ({ ...opts, flags: { ...opts.flags, local: true } });
