// What a conversation tells beside what it shows, to people who do not see.

import { useEffect, useRef } from 'preact/hooks';
import type { Conversation } from '../../client/conversation.ts';
import { cut } from '../../kit/format.ts';
import { useConsole, useMe, useTexts } from '../console.ts';

const SAID = 140; // characters

/** New lines of others are announced, once. */
export function useNews(conversation: Conversation): void {
  const { announcer } = useConsole();
  const { talk } = useTexts();
  const me = useMe();
  const told = useRef<number | null>(null);
  const lines = conversation.lines.value;
  useEffect(() => {
    const last = lines.findLast(({ seq }) => seq !== null)?.seq ?? 0;
    const before = told.current;
    told.current = Math.max(last, before ?? 0);
    if (before === null) return; // what was there when it was opened
    const theirs = lines.filter(
      ({ seq, by, kind }) => seq !== null && seq > before && by.id !== me.id && kind !== 'closed',
    );
    for (const { by, body } of theirs) announcer.say(talk.said(by.name, cut(body, SAID)), true);
  }, [lines]);
}
