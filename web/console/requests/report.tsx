// E8, 7.1: was the expert able to connect? Yes earns at once; no wants the attempts, which are logged as they happen, and why.

import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { newClientId } from '../../client/calls.ts';
import type { RequestEntry } from '../../client/protocol.ts';
import { Button } from '../../kit/basics.tsx';
import { Countdown } from '../../kit/countdown.tsx';
import { PHONE } from '../../kit/more-icons.ts';
import { Choices, Select, TextArea, TextField, isComposed } from '../../kit/fields.tsx';
import { when } from '../../kit/format.ts';
import { money } from '../../kit/money.ts';
import { useTask } from '../../talk/task.ts';
import { useConsole, useTexts } from '../console.ts';
import { useDraft } from '../draft.ts';
import { Problem } from '../problem.tsx';

const LEAST = 3; // attempts; the server has the last word
const MOST = { note: 500, comment: 2_000 }; // characters

export interface ReportProps {
  readonly request: RequestEntry;
  readonly take: (newer: RequestEntry) => void;
  /** asks what has become of it */
  readonly look: () => void;
}

export function Report({ request, take, look }: ReportProps) {
  const { parley, locale, site } = useConsole();
  const { request: words } = useTexts();
  const connected = useDraft(`report ${request.id} connected`);
  const reason = useDraft(`report ${request.id} reason`); // its place: the words are those of a language
  const comment = useDraft(`report ${request.id} comment`);
  const isTried = useSignal(false);
  const task = useTask(look);
  const attempts = request.attempts ?? [];
  const isNo = connected.value === 'no';
  const why = words.reasons[reason.value === '' ? -1 : Number(reason.value)] ?? '';
  const missing = {
    connected: connected.value === '',
    attempts: isNo && attempts.length < LEAST,
    reason: isNo && why === '',
    comment: isNo && comment.value.trim() === '',
  };
  const send = () => {
    isTried.value = true;
    if (Object.values(missing).some(Boolean)) return;
    task.run(async () => {
      const no = { connected: false, reason: why, comment: comment.peek().trim() };
      const answer = await parley.call('request.report', {
        requestId: request.id,
        ...(isNo ? no : { connected: true }),
      });
      take(answer.request);
      for (const draft of [connected, reason, comment]) draft.value = '';
    });
  };
  const told = (isMissing: boolean, sentence: string) => (isTried.value && isMissing ? sentence : undefined);
  const { payout, reportDueAt } = request;
  return (
    <section class="report" aria-labelledby="report">
      <h2 id="report">{words.report}</h2>
      {reportDueAt !== null && (
        <p>
          <Countdown
            until={reportDueAt}
            whole={site.value?.policy.reportWindowMs ?? 0}
            now={() => parley.now()}
            left={words.reportDue}
            checking={words.checking}
            onEnd={look}
          />
        </p>
      )}
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        <Choices
          label={words.connectedAsk}
          options={[
            { value: 'yes', label: words.yes },
            { value: 'no', label: words.no },
          ]}
          value={connected.value}
          hint={
            connected.value === 'yes'
              ? words.yesHint(payout === undefined ? '' : money(payout, locale.value))
              : isNo
                ? words.noHint
                : undefined
          }
          error={told(missing.connected, words.connectedMissing)}
          onValue={(value) => (connected.value = value)}
        />
        <Attempts
          request={request}
          take={take}
          error={told(missing.attempts, words.attemptsMissing(attempts.length, LEAST))}
        />
        {isNo && (
          <>
            <Select
              label={words.reason}
              prompt={words.reasonChoose}
              options={words.reasons.map((label, place) => ({ value: String(place), label }))}
              value={reason.value}
              error={told(missing.reason, words.reasonMissing)}
              onValue={(value) => (reason.value = value)}
            />
            <TextArea
              label={words.comment}
              max={MOST.comment}
              value={comment.value}
              error={told(missing.comment, words.commentMissing)}
              onValue={(value) => (comment.value = value)}
            />
          </>
        )}
        {task.error !== null && <Problem error={task.error} />}
        <div>
          <Button type="submit" look="primary" busy={task.isBusy}>
            {words.sendReport}
          </Button>
        </div>
      </form>
    </section>
  );
}

interface AttemptsProps extends Pick<ReportProps, 'request' | 'take'> {
  readonly error: string | undefined;
}

/** Each is logged at the server when it happens, so that it is there whatever becomes of this page. */
function Attempts({ request, take, error }: AttemptsProps) {
  const { parley, locale } = useConsole();
  const { request: words } = useTexts();
  const note = useDraft(`attempt ${request.id}`);
  const attempts = request.attempts ?? [];
  const clientId = useMemo(() => newClientId(), [attempts.length]); // pressed again it is the same attempt
  const task = useTask();
  const log = () =>
    task.run(async () => {
      const said = note.peek().trim();
      const answer = await parley.call('request.attempt', {
        requestId: request.id,
        clientId,
        ...(said !== '' && { note: said }),
      });
      note.value = '';
      take(answer.request);
    });
  return (
    <fieldset class="field attempts">
      <legend class="label">
        {words.attempts} <span class="figure">({words.attemptsOf(attempts.length, LEAST)})</span>
      </legend>
      {attempts.length === 0 && <p class="hint">{words.attemptsNone}</p>}
      <ol>
        {attempts.map(({ at, note: said }) => (
          <li key={at}>
            <time dateTime={at} translate={false}>
              {when(at, locale.value, parley.now())}
            </time>
            {said !== null && (
              <span class="said" dir="auto">
                {said}
              </span>
            )}
          </li>
        ))}
      </ol>
      <div
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || isComposed(event)) return;
          event.preventDefault(); // it would send the report
          if (note.peek().trim() !== '') log(); // held down, or pressed again, it is one attempt
        }}
      >
        <TextField
          label={words.attemptNote}
          max={MOST.note}
          value={note.value}
          onValue={(value) => (note.value = value)}
        />
      </div>
      <div>
        <Button icon={PHONE} busy={task.isBusy} onPress={log}>
          {words.attemptLog}
        </Button>
      </div>
      {error !== undefined && <span class="error">{error}</span>}
      {task.error !== null && <Problem error={task.error} />}
    </fieldset>
  );
}
