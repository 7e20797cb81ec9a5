// A line that the server has not taken: why, and what can be done with it. Nothing of it is lost.

import { useEffect, useMemo } from 'preact/hooks';
import type { Line } from '../client/line.ts';
import { Button } from '../kit/basics.tsx';
import { cut } from '../kit/format.ts';
import { sentenceOf } from './problem.tsx';
import css from '../talk/refused-line.css?inline';
import { useParley, useTexts, useWidget } from './widget.ts';

const SAID = 140; // characters of it that are said to people who do not see

export interface RefusedLineProps {
  readonly line: Line;
  readonly onDone: (body?: string) => void;
}

export function RefusedLine({ line, onDone }: RefusedLineProps) {
  const widget = useWidget();
  const parley = useParley();
  useMemo(() => widget.styles(css), []);
  const texts = useTexts();
  const { talk } = texts;
  const { error, clientId, body } = line;
  useEffect(() => widget.announcer.say(talk.notSentSaid(cut(body, SAID))), [clientId]);
  const isPersonal = error?.code === 'policy.personal_data';
  const edit = () => {
    onDone(body);
    void parley.outbox.discard(clientId);
  };
  const discard = () => {
    onDone();
    void parley.outbox.discard(clientId);
  };
  const sendAnyway = () => {
    onDone();
    void parley.outbox.retry(clientId, true);
  };
  return (
    <div class="line-refused">
      <p>{isPersonal ? personalWords(error.details, talk) : error && sentenceOf(error, texts)}</p>
      <Button look="link" onPress={edit}>
        {talk.edit}
      </Button>
      {isPersonal ? (
        <Button look="link" onPress={sendAnyway}>
          {talk.sendAnyway}
        </Button>
      ) : (
        <Button look="link" onPress={discard}>
          {talk.discard}
        </Button>
      )}
    </div>
  );
}

type Words = ReturnType<typeof useTexts>['talk'];

/** What was recognised, each kind once. */
function personalWords(details: Readonly<Record<string, unknown>> | undefined, talk: Words): string {
  const found = Array.isArray(details?.['found']) ? (details['found'] as { readonly kind: string }[]) : []; // the protocol says so
  const kinds = [...new Set(found.map(({ kind }) => kind))];
  const words: Readonly<Record<string, string>> = talk.personal;
  const isContact = kinds.length === 0 || kinds.some((kind) => kind !== 'card');
  return [...kinds.map((kind) => words[kind]), isContact && talk.leaveOut].filter(Boolean).join(' ');
}
