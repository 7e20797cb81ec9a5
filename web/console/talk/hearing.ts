// What a conversation tells beside what it shows: to people who do not see, and to the server what was read.

import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { Conversation } from '../../client/conversation.ts';
import { cut } from '../../kit/format.ts';
import type { LogScroll } from '../../talk/scroll.ts';
import { useConsole, useMe, useTexts } from '../console.ts';

const SAID = 140; // characters
const MANY = 3; // at once are counted, not read out

/** New lines of others are announced, once. */
export function useNews(conversation: Conversation): void {
  const { announcer } = useConsole();
  const { talk, common } = useTexts();
  const me = useMe();
  const told = useRef<number | null>(null);
  const lines = conversation.lines.value;
  useEffect(() => {
    const last = lines.findLast(({ seq }) => seq !== null)?.seq ?? 0;
    const before = told.current;
    told.current = Math.max(last, before ?? 0);
    if (before === null) return; // what was there when it was opened
    const theirs = lines.filter(({ seq, by }) => seq !== null && seq > before && by.id !== me.id);
    if (theirs.length >= MANY) announcer.say(common.newMessages(theirs.length));
    else for (const { by, body } of theirs) announcer.say(talk.said(by.name, cut(body, SAID)));
  }, [lines]);
}

/** Read is what has been in sight: the page looked at, the log at its end. */
export function useReading(conversation: Conversation, scroll: LogScroll): void {
  const isVisible = useSignal(!document.hidden);
  useEffect(() => {
    const look = () => (isVisible.value = !document.hidden);
    document.addEventListener('visibilitychange', look);
    return () => document.removeEventListener('visibilitychange', look);
  }, []);
  const isAtEnd = scroll.isAtEnd.value;
  const unread = conversation.unread.value;
  useEffect(() => {
    if (!isVisible.value || !isAtEnd || unread === 0) return;
    const last = conversation.lines.peek().findLast(({ seq }) => seq !== null);
    if (last?.seq) conversation.read(last.seq);
  }, [isVisible.value, isAtEnd, unread]);
}
