// What has to be asked before something is written may be answered sooner for what came later. Here nothing overtakes: each is
// asked at once, and goes on in the order in which it came.

/** Of each process, which its stores stand for: the last of each key, while it is under way; empty when nothing is. */
const under = new WeakMap<object, Map<string, Promise<void>>>();

/** What `asking` answers, once everything that came before under this key has its answer, whatever that is. */
export function inTurn<T>(stores: object, key: string, asking: Promise<T>): Promise<T> {
  const last = under.get(stores) ?? new Map<string, Promise<void>>();
  under.set(stores, last);
  const before = last.get(key);
  const turn = before === undefined ? asking : Promise.all([asking, before]).then(([answer]) => answer);
  const ended = turn.then(nothing, nothing);
  last.set(key, ended);
  void ended.then(() => {
    if (last.get(key) === ended) last.delete(key);
  });
  return turn;
}

const nothing = () => undefined;
