// 10.1: something about a request is not as it should be: expert support gets a case with what the expert says.

import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { newClientId } from '../../client/calls.ts';
import type { RequestEntry } from '../../client/protocol.ts';
import { Banner, Button } from '../../kit/basics.tsx';
import { TextArea } from '../../kit/fields.tsx';
import { useTask } from '../../talk/task.ts';
import { useConsole, useTexts } from '../console.ts';
import { useDraft } from '../draft.ts';
import { Problem } from '../problem.tsx';

const LONGEST = 2_000;

export function Support({ request: { id, questionId } }: { readonly request: RequestEntry }) {
  const { parley } = useConsole();
  const { request: words } = useTexts();
  const isOpen = useSignal(false);
  const isSent = useSignal(false);
  const reason = useDraft(`support ${id}`);
  const clientId = useMemo(() => newClientId(), [id]);
  const task = useTask();
  const send = () => {
    const said = reason.peek().trim();
    if (said === '') return;
    task.run(async () => {
      const about = { kind: 'payout_dispute' as const, questionId, offerId: id };
      await parley.call('case.open', { ...about, reason: said, clientId });
      isSent.value = true;
      reason.value = '';
    });
  };
  if (isSent.value) {
    return (
      <Banner tone="good" icon="check">
        <p role="status">{words.supportSent}</p>
      </Banner>
    );
  }
  return (
    <div class="support">
      <Button look="link" expanded={isOpen.value} onPress={() => (isOpen.value = !isOpen.value)}>
        {words.support}
      </Button>
      {isOpen.value && (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            send();
          }}
        >
          <TextArea
            label={words.supportReason}
            hint={words.supportHint}
            max={LONGEST}
            value={reason.value}
            onValue={(text) => (reason.value = text)}
          />
          {task.error !== null && <Problem error={task.error} />}
          <div>
            <Button type="submit" busy={task.isBusy}>
              {words.supportSend}
            </Button>
          </div>
        </form>
      )}
    </div>
  );
}
