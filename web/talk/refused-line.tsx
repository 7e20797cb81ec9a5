// A line that the server has not taken: why, and what can be done with it. Nothing of it is lost.

import { useEffect, useMemo } from 'preact/hooks';
import type { Texts } from '../texts/texts.ts';
import { Button } from '../kit/basics.tsx';
import { cut } from '../kit/format.ts';
import css from './refused-line.css?inline';
import type { RefusedLineProps } from './talking.ts';

const SAID = 140; // characters of it that are said to people who do not see

export function RefusedLine({ talking, sentence, line, onDone }: RefusedLineProps) {
  const { parley, texts, announcer, styles } = talking;
  const { talk } = texts.value;
  useMemo(() => styles(css), []);
  const { error, clientId, body, kind } = line;
  useEffect(() => announcer.say(talk.notSentSaid(cut(body, SAID))), [clientId]);
  const isPersonal = error?.code === 'policy.personal_data';
  const mayGo = isPersonal || error?.code === 'policy.fragmented_answer'; // once it is confirmed
  const edit = () => {
    onDone(body, kind);
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
      <p>{isPersonal ? personalWords(error.details, talk) : sentence}</p>
      {error?.code !== 'conflict.closed' && ( // nothing is written there any more
        <Button look="link" onPress={edit}>
          {talk.edit}
        </Button>
      )}
      {mayGo ? (
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

/** What was recognised, each kind once. */
function personalWords(details: Readonly<Record<string, unknown>> | undefined, talk: Texts['talk']): string {
  const found = Array.isArray(details?.['found']) ? (details['found'] as { readonly kind: string }[]) : []; // the protocol says so
  const kinds = [...new Set(found.map(({ kind }) => kind))];
  const words: Readonly<Record<string, string>> = talk.personal;
  const isContact = kinds.join() !== 'card'; // each is there once
  return [...kinds.map((kind) => words[kind]), isContact && talk.leaveOut].filter(Boolean).join(' ');
}
