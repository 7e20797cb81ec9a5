// Most rooms are held by one process, or by none: a customer who is away, a conversation whose two sides share a gateway.
// Redis is asked, for all events of a turn at once, who else listens; only what is heard elsewhere is sent there.
// Nothing is lost by it: a socket reads its conversation after its subscription holds, so whoever subscribes after the
// question was asked finds what was told in MongoDB.

import type { Namespace } from 'socket.io';

type Adapter = Namespace['adapter'];

/** The rooms' listeners, over all processes. */
export interface Listeners {
  /** how many processes are subscribed to each of these channels */
  readonly count: (channels: readonly string[]) => Promise<readonly number[]>;
  /** resolves when the subscriptions that this process has asked for so far hold */
  readonly subscribed: () => Promise<void>;
}

interface Told {
  readonly room: string;
  readonly send: () => void;
}

/** The name that the sharded adapter gives to a room's channel. */
interface Sharded {
  dynamicChannel(room: string): string;
}

/** Sends what `tell` is handed to the other processes if one of them listens to its room, in the order told. */
export function tellElsewhere(adapter: Adapter, listeners: Listeners): (room: string, send: () => void) => void {
  const isOurs = ownRooms(adapter, listeners);
  let waiting: Told[] = [];

  async function flush(): Promise<void> {
    const batch = waiting;
    waiting = [];
    const rooms = [...new Set(batch.map(({ room }) => room))];
    const ours = new Set(rooms.filter(isOurs));
    const counts = await listeners
      .count(rooms.map((room) => (adapter as unknown as Sharded).dynamicChannel(room)))
      .catch(() => null); // Redis may be slow to count and still deliver
    const others = new Map(
      rooms.map((room, index) => [room, (counts?.[index] ?? Infinity) - (ours.has(room) ? 1 : 0)]),
    );
    for (const { room, send } of batch) {
      // left meanwhile: our own subscription may be missing in the count
      if ((others.get(room) ?? 1) > 0 || (ours.has(room) && !isOurs(room))) send();
    }
  }

  return (room, send) => {
    if (waiting.push({ room, send }) === 1) setImmediate(() => void flush());
  };
}

/** Rooms with somebody in them here, whose subscription is known to hold. */
function ownRooms(adapter: Adapter, { subscribed }: Listeners): (room: string) => boolean {
  const unsure = new Set<string>();
  let fresh: string[] = [];

  async function confirm(): Promise<void> {
    const rooms = fresh;
    fresh = [];
    await subscribed();
    for (const room of rooms) unsure.delete(room);
  }

  adapter.on('create-room', (room: string) => {
    if (adapter.sids.has(room)) return; // a socket's own room has no channel
    unsure.add(room);
    if (fresh.push(room) === 1) setImmediate(() => void confirm());
  });
  return (room) => adapter.rooms.has(room) && !unsure.has(room);
}
