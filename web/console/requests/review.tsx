// E7: the conversation, to be reviewed before one decides. It is asked for by a press, and nothing of it is kept when it is shut.

import { useSignal } from '@preact/signals';
import type { Answer } from '../../client/calls.ts';
import type { Message, Question } from '../../client/protocol.ts';
import { Button } from '../../kit/basics.tsx';
import { when } from '../../kit/format.ts';
import { said } from '../../talk/said.tsx';
import { useTask } from '../../talk/task.ts';
import { useConsole, useTexts } from '../console.ts';
import { Problem } from '../problem.tsx';

const PAGE = 100; // messages

export function Review({ questionId }: { readonly questionId: string }) {
  const { parley } = useConsole();
  const { request: words } = useTexts();
  const question = useSignal<Question | null>(null);
  const messages = useSignal<readonly Message[]>([]);
  const hasMore = useSignal(false);
  const task = useTask();
  const page = async () => {
    const afterSeq = messages.peek().at(-1)?.seq ?? 0;
    const { items }: Answer<'message.list'> = await parley.call('message.list', { questionId, afterSeq, limit: PAGE });
    messages.value = [...messages.peek(), ...items];
    hasMore.value = items.length === PAGE;
  };
  const toggle = () => {
    if (question.peek() !== null) {
      question.value = null;
      messages.value = [];
      return;
    }
    task.run(async () => {
      const [answer] = await Promise.all([parley.call('question.get', { questionId }), page()]);
      question.value = answer.question;
    });
  };
  const shown = question.value;
  return (
    <>
      <div>
        <Button look="link" busy={task.isBusy} expanded={shown !== null} onPress={toggle}>
          {words.review}
        </Button>
      </div>
      {task.error !== null && <Problem error={task.error} />}
      {shown !== null && (
        <section class="review" aria-label={words.conversation}>
          <p class="said" dir="auto">
            {said(shown.body)}
          </p>
          {messages.value.length === 0 && <p class="hint">{words.noMessages}</p>}
          <ol>
            {messages.value.map((message) => (
              <Written key={message.seq} message={message} />
            ))}
          </ol>
          {hasMore.value && (
            <Button look="link" busy={task.isBusy} onPress={() => task.run(page)}>
              {words.more}
            </Button>
          )}
        </section>
      )}
    </>
  );
}

/** The name keeps its direction to itself, so that it cannot turn around the role that stands beside it (1.1). */
function Written({ message: { by, body, at, redacted } }: { readonly message: Message }) {
  const { locale, parley } = useConsole();
  const { request: words } = useTexts();
  return (
    <li>
      <p class="by hint" translate={false}>
        <bdi class="name">{by.name}</bdi> <span class="role">({words.roles[by.role] ?? by.role})</span>
        {`, ${when(at, locale.value, parley.now())}`}
      </p>
      {redacted ? (
        <p>
          <em>{words.redacted}</em>
        </p>
      ) : (
        <p class="said" dir="auto">
          {said(body)}
        </p>
      )}
    </li>
  );
}
