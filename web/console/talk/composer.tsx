// Where the expert writes: which kind of message, whether it is the answer, and what would be said of it. Enter makes a line, as
// answers are long; Ctrl or ⌘ with it sends.

import { useSignal } from '@preact/signals';
import type { Signal } from '@preact/signals';
import type { RefObject } from 'preact';
import { useMemo } from 'preact/hooks';
import { Banner, Button } from '../../kit/basics.tsx';
import { isComposed } from '../../kit/fields.tsx';
import type { Conversation } from '../../client/conversation.ts';
import { usePayingStars, useTexts } from '../console.ts';
import { useAdvice } from './advice.ts';
import type { Hints, Kind } from './advice.ts';
import { Templates } from './templates.tsx';

const LONGEST = 8_000;
const KINDS = ['message', 'greeting', 'info_request', 'follow_up'] as const;

/** Sent with `confirm` they go all the same; any other objection refuses the message. */
const CONFIRMED: ReadonlySet<string> = new Set(['policy.fragmented_answer', 'policy.personal_data']);

/** What a message is sent as. */
export interface Sort {
  readonly chosen: Signal<(typeof KINDS)[number]>;
  /** it is the complete answer, whatever is chosen */
  readonly isAnswer: Signal<boolean>;
}

export function useSort(): Sort {
  const chosen = useSignal<(typeof KINDS)[number]>('message');
  const isAnswer = useSignal(false);
  return useMemo(() => ({ chosen, isAnswer }), []);
}

export function sortAs({ chosen, isAnswer }: Sort, kind: string): void {
  chosen.value = KINDS.find((one) => one === kind) ?? 'message';
  isAnswer.value = kind === 'answer';
}

export interface ComposerProps {
  readonly conversation: Conversation;
  readonly field: RefObject<HTMLTextAreaElement | null>;
  readonly text: Signal<string>;
  readonly onText: (text: string) => void;
  readonly sort: Sort;
  readonly onSent: () => void;
}

export function Composer({ conversation, field, text, onText, sort, onSent }: ComposerProps) {
  const { work, talk } = useTexts();
  const { questionId } = conversation;
  const paying = usePayingStars();
  const { chosen, isAnswer } = sort;
  const kind: Kind = isAnswer.value ? 'answer' : chosen.value;
  const body = text.value.trim();
  const lines = conversation.lines.value;
  const advice = useAdvice(questionId, kind, body, lines);
  const hints = body === '' ? [] : (advice?.hints ?? []);
  const over = body.length - LONGEST;
  // what was said of another text decides nothing about this one: the server does
  const question = conversation.question.value;
  const hint =
    question?.state === 'answered' && question.rating === null ? work.answeredHint : work.completeHint(paying);
  const isAbout = advice?.body === body && advice.kind === kind;
  const isRefused = isAbout && hints.some(({ code }) => !CONFIRMED.has(code));
  const isConfirming = isAbout && hints.length > 0 && !isRefused;
  const send = () => {
    field.current?.focus();
    if (body === '' || over > 0 || isRefused) return;
    conversation.send({ body, kind, confirm: isConfirming });
    onText('');
    sortAs(sort, 'message');
    onSent();
  };
  return (
    <form
      class="writing"
      onKeyDown={(event) => {
        if (!event.altKey || event.ctrlKey || event.metaKey) return;
        const next = KINDS[Number(/^Digit([1-4])$/.exec(event.code)?.[1] ?? 0) - 1];
        if (next !== undefined) chosen.value = next;
        else if (event.code === 'KeyA') isAnswer.value = !isAnswer.peek();
        else return;
        event.preventDefault();
      }}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {hints.length > 0 && <HintList hints={hints} />}
      {over > 0 && (
        <p class="error" id="writing-over">
          {talk.tooLong(over)}
        </p>
      )}
      <div class="writing-kinds">
        <KindChoice
          kind={chosen.value}
          allowed={advice?.allowedKinds ?? null}
          isOff={isAnswer.value}
          onKind={(next) => (chosen.value = next)}
        />
        <label class="check">
          <input
            type="checkbox"
            checked={isAnswer.value}
            aria-describedby="answer-hint"
            onChange={(event) => (isAnswer.value = event.currentTarget.checked)}
          />
          <span>{work.complete}</span>
        </label>
        <span class="hint" id="answer-hint">
          {hint}
        </span>
      </div>
      <textarea
        class="control"
        ref={field}
        rows={5}
        dir="auto"
        aria-label={work.write}
        aria-description={work.keys}
        aria-invalid={over > 0}
        aria-describedby={over > 0 ? 'writing-over' : undefined}
        placeholder={work.write}
        value={text.value}
        onInput={(event) => {
          onText(event.currentTarget.value);
          if (event.currentTarget.value !== '') conversation.type();
        }}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
          if (isComposed(event)) return;
          event.preventDefault();
          send();
        }}
      />
      <div class="writing-foot">
        <Templates
          text={text}
          onTemplate={(words) => {
            onText(text.peek() === '' ? words : `${text.peek()}\n${words}`);
            field.current?.focus();
          }}
        />
        <span class="hint writing-keys">{work.keys}</span>
        <Button type="submit" look="primary" icon="send" why={isRefused ? hints[0]?.message : undefined}>
          {isConfirming ? work.sendAnyway : isAnswer.value ? work.sendAnswer : work.send}
        </Button>
      </div>
    </form>
  );
}

function HintList({ hints }: { readonly hints: Hints }) {
  const { work } = useTexts();
  return (
    <section class="hints" aria-label={work.hintsTitle} aria-live="polite">
      <Banner tone="warn" icon="alert">
        {hints.map(({ code, message }) => (
          <p key={`${code} ${message}`}>{message}</p>
        ))}
      </Banner>
    </section>
  );
}

interface KindChoiceProps {
  readonly kind: (typeof KINDS)[number];
  /** null: nobody has said it yet */
  readonly allowed: readonly Kind[] | null;
  readonly isOff: boolean;
  readonly onKind: (kind: (typeof KINDS)[number]) => void;
}

function KindChoice({ kind, allowed, isOff, onKind }: KindChoiceProps) {
  const { work } = useTexts();
  return (
    <label class="kind">
      <span class="hidden">{work.kind}</span>
      <select
        class="control"
        value={kind}
        disabled={isOff}
        onChange={(event) => {
          const next = KINDS.find((one) => one === event.currentTarget.value);
          if (next !== undefined) onKind(next);
        }}
      >
        {KINDS.map((one) => (
          <option key={one} value={one} disabled={allowed !== null && !allowed.includes(one) && one !== kind}>
            {work.kinds[one]}
          </option>
        ))}
      </select>
    </label>
  );
}
