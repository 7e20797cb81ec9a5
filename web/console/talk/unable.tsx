// 8.3: what was paid cannot be completed: why, to the customer and to customer care.

import { useSignal } from '@preact/signals';
import type { Offer } from '../../client/protocol.ts';
import { Button } from '../../kit/basics.tsx';
import { Dialog } from '../../kit/dialog.tsx';
import { TextArea } from '../../kit/fields.tsx';
import { useTask } from '../../talk/task.ts';
import { useConsole, useTexts } from '../console.ts';
import { useDraft } from '../draft.ts';
import { Problem } from '../problem.tsx';

const LONGEST = 2_000; // characters

export function Unable({ offer }: { readonly offer: Offer }) {
  const { parley } = useConsole();
  const { offering, common } = useTexts();
  const isAsking = useSignal(false);
  const reason = useDraft(`unable ${offer.id}`);
  // whatever became of it: the server says how it stands
  const task = useTask(() => void parley.call('question.get', { questionId: offer.questionId }).catch(() => undefined));
  const said = reason.value.trim();
  const send = () =>
    task.run(async () => {
      await parley.call('offer.unable', { offerId: offer.id, reason: said });
      isAsking.value = false;
      reason.value = '';
    });
  return (
    <div>
      <Button onPress={() => (isAsking.value = true)}>{offering.unable}</Button>
      {isAsking.value && (
        <Dialog
          title={offering.unableTitle}
          yes={offering.unableSend}
          no={common.cancel}
          busy={task.isBusy}
          why={said === '' ? offering.reason : undefined}
          onYes={send}
          onNo={() => (isAsking.value = false)}
        >
          <p>{offering.unableWords}</p>
          <TextArea
            label={offering.reason}
            max={LONGEST}
            value={reason.value}
            onValue={(text) => (reason.value = text)}
          />
          {task.error !== null && <Problem error={task.error} />}
        </Dialog>
      )}
    </div>
  );
}
