// Read is what has been in sight.

import { useEffect } from 'preact/hooks';
import type { Conversation } from '../client/conversation.ts';
import { useHeard } from '../kit/heard.ts';
import type { LogScroll } from './scroll.ts';

/** Tells the server: the page looked at, the log at its end. `isOpen`: and the panel open. */
export function useReading(conversation: Conversation, scroll: LogScroll, isOpen = true): void {
  const isVisible = useHeard(() => !document.hidden, document, 'visibilitychange');
  const isAtEnd = scroll.isAtEnd.value;
  const unread = conversation.unread.value;
  useEffect(() => {
    if (!isOpen || !isVisible || !isAtEnd || unread === 0) return;
    const last = conversation.lines.peek().findLast(({ seq }) => seq !== null);
    if (last?.seq) conversation.read(last.seq);
  }, [isOpen, isVisible, isAtEnd, unread]);
}
