// What could not be held or taken for the answer, among the lines: why, and the way to another card.

import type { Question } from '../../client/protocol.ts';
import { Banner, Button } from '../../kit/basics.tsx';
import { useTexts, useWidget } from '../widget.ts';

interface UnpaidProps {
  readonly words: string;
  readonly question: Question;
}

export function Unpaid({ words, question }: UnpaidProps) {
  const widget = useWidget();
  const { common } = useTexts();
  const reasons: Readonly<Record<string, string>> = common.declined;
  return (
    <Banner tone="bad" icon="card">
      <p>
        {words} {reasons[question.payment?.reason ?? '']}
      </p>
      <Button look="primary" onPress={() => widget.go({ name: 'pay', questionId: question.id })}>
        {common.updatePayment}
      </Button>
    </Banner>
  );
}
