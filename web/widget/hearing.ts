// What a conversation tells beside what it shows: to people who do not see, and to the host's page.

import { useEffect, useRef } from 'preact/hooks';
import type { Conversation } from '../client/conversation.ts';
import type { Question } from '../client/protocol.ts';
import { cut } from '../kit/format.ts';
import { useParley, useTexts, useWidget } from './widget.ts';

const SAID = 140; // characters

/** New lines of others are announced, once; the host hears of every new line. */
export function useNews(conversation: Conversation): void {
  const widget = useWidget();
  const me = useParley().user.value?.id;
  const { talk } = useTexts();
  const told = useRef<number | null>(null);
  const lines = conversation.lines.value;
  useEffect(() => {
    const last = lines.findLast(({ seq }) => seq !== null)?.seq ?? 0;
    const before = told.current;
    told.current = Math.max(last, before ?? 0);
    if (before === null) return; // what was there when it was opened
    const news = lines.filter(({ seq }) => seq !== null && seq > before);
    for (const { by, body, kind } of news) {
      const isMine = by.id === me;
      widget.emit('message', { questionId: conversation.questionId, by: isMine ? 'customer' : by.role, kind });
      if (!isMine && kind !== 'closed') widget.announcer.say(talk.said(by.name, cut(body, SAID)), true);
    }
  }, [lines]);
}

/** What happens to the question is said as it happens. */
export function useSteps(question: Question | null): void {
  const widget = useWidget();
  const { talk } = useTexts();
  const before = useRef<Question | null>(null);
  useEffect(() => {
    const was = before.current;
    before.current = question;
    if (question === null || was === null) return;
    const { state, ratingEnabled, expert } = question;
    const name = expert?.name ?? '';
    if (state === 'closed' && was.state !== 'closed') {
      widget.announcer.say(talk.closedSaid);
      widget.emit('closed', undefined);
    } else if (ratingEnabled && !was.ratingEnabled) widget.announcer.say(talk.answered(name));
    else if (state === 'claimed' && was.state === 'open') widget.announcer.say(talk.reading(name));
    else if (state === 'open' && was.expert !== null) widget.announcer.say(talk.lapsed(was.expert.name));
  }, [question]);
}
