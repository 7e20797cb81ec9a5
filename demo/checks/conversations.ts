// I8, I9, I10: the written conversations.

import type { Message } from '../../src/domain/message.ts';
import { grouped } from '../grouped.ts';
import type { Snapshot } from '../snapshot.ts';
import type { Line } from '../view.ts';
import { doubles } from './check.ts';
import type { Check } from './check.ts';

export const conversationChecks: readonly Check[] = [
  {
    id: 'I8',
    claim: 'messages are numbered 1, 2, 3 … without gap or double',
    look: ({ messages, questions }) => {
      const known = new Set(questions.map(({ id }) => id));
      const faults = [...logs(messages)].flatMap(([questionId, log]) => [
        ...(known.has(questionId) ? [] : [`${questionId}: there is no such question`]),
        ...log.flatMap(({ seq }, index) => (seq === index + 1 ? [] : [`${questionId}: ${seq} stands at ${index + 1}`])),
        ...doubles(log.map(({ by, clientId }) => `${by.id} ${clientId}`)).map(
          (twice) => `${questionId}: twice ${twice}`,
        ),
      ]);
      return { examined: `${messages.length} messages`, faults };
    },
  },
  {
    id: 'I8',
    claim: 'what was acknowledged is there, once, in its order',
    look: ({ messages }, { acked }) => {
      const log = new Map(
        messages.map((message) => [`${message.questionId} ${message.by.id} ${message.clientId}`, message]),
      );
      const last = new Map<string, number>();
      const faults = acked.flatMap((sent) => {
        const { questionId, by, clientId, seq, body } = sent;
        const stored = log.get(`${questionId} ${by} ${clientId}`);
        const before = last.get(`${questionId} ${by}`) ?? 0;
        last.set(`${questionId} ${by}`, seq);
        if (stored === undefined) return [`${questionId}: ${seq} was acknowledged and is gone`];
        if (stored.seq !== seq || stored.body !== body) return [`${questionId}: ${seq} is not what was acknowledged`];
        return seq > before ? [] : [`${questionId}: ${seq} was sent after ${before}`];
      });
      return { examined: `${acked.length} acknowledgements`, faults };
    },
  },
  {
    id: 'I9',
    claim: 'nothing follows the closing line',
    look: ({ messages, questions }) => {
      const byQuestion = logs(messages);
      const closed = questions.filter(({ state }) => state === 'closed');
      const faults = questions.flatMap(({ id, state }) => {
        const log = byQuestion.get(id) ?? [];
        const closing = log.filter(({ kind }) => kind === 'closed').length;
        if (closing !== (state === 'closed' ? 1 : 0)) return [`${id} is ${state} and has ${closing} closing lines`];
        return closing === 1 && log.at(-1)?.kind !== 'closed' ? [`${id}: something stands after the closing line`] : [];
      });
      return { examined: `${closed.length} closed questions`, faults };
    },
  },
  {
    id: 'I10',
    claim: 'every screen only grew, and ended as the log',
    look: (snapshot, { screens }) => {
      const faults = screens.flatMap(({ userId, questionId, lines }) => {
        const screen = `${userId} in ${questionId}`;
        const disordered = lines.some(({ seq }, index) => index > 0 && seq <= (lines[index - 1]?.seq ?? 0));
        if (disordered) return [`${screen}: not ascending`];
        return sameAs(logOf(snapshot, questionId), lines) ? [] : [`${screen}: not what the log says`];
      });
      const gaps = screens.reduce((sum, screen) => sum + screen.gaps, 0);
      return { examined: `${screens.length} screens, gaps asked for: ${gaps}`, faults };
    },
  },
];

const logs = (messages: readonly Message[]) => grouped(messages, ({ questionId }) => questionId);

const logOf = ({ messages }: Snapshot, questionId: string) =>
  messages.filter((message) => message.questionId === questionId);

function sameAs(log: readonly Line[], lines: readonly Line[]): boolean {
  const text = (all: readonly Line[]) => all.map(({ seq, clientId }) => `${seq} ${clientId}`).join('\n');
  return text(log) === text(lines);
}
