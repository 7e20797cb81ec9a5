// What people's clients say over and over (that they type, that they are there): the first is told at once, and of what
// follows within a second only the last, at its end, if it says something else. No timer while nothing is held.

import type { Ctx } from '../context.ts';
import type { Fact } from '../domain/fact.ts';

const CALM_MS = 1_000;

interface Held {
  told: string;
  says: string;
  fact: Fact;
}

/** `publish` for what sockets bring about. */
export function calm(publish: Ctx['publish']): Ctx['publish'] {
  const held = new Map<string, Held>();
  let timer: NodeJS.Timeout | null = null;

  function look(): void {
    for (const [key, entry] of held) {
      if (entry.told === entry.says) {
        held.delete(key);
      } else {
        entry.told = entry.says;
        publish(entry.fact);
      }
    }
    if (held.size > 0 || timer === null) return;
    clearInterval(timer);
    timer = null;
  }

  return (fact) => {
    const about = subjectOf(fact);
    const entry = about && held.get(about.key);
    if (entry) {
      Object.assign(entry, { says: about.says, fact });
      return;
    }
    if (about) {
      held.set(about.key, { told: about.says, says: about.says, fact });
      timer ??= setInterval(look, CALM_MS).unref();
    }
    publish(fact);
  };
}

/** What a fact is about, and what it says of it; null for what is said once. */
function subjectOf(fact: Fact): { key: string; says: string } | null {
  if (fact.type === 'typing') return { key: `typing ${fact.questionId} ${fact.by.id}`, says: '' };
  if (fact.type === 'availability.changed') {
    return { key: `availability ${fact.userId}`, says: String(fact.availability.version) };
  }
  if (fact.type !== 'presence.changed') return null;
  return { key: `presence ${fact.questionId} ${fact.userId}`, says: `${fact.online} ${fact.state}` };
}
