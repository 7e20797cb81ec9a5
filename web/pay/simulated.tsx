// The form of the simulated provider: as real ones look, with test cards to take. What is entered stays here; what goes out is
// the name of the payment method that the number stands for.

import { signal } from '@preact/signals';
import { render } from 'preact';
import { Button } from '../kit/basics.tsx';
import { TextField } from '../kit/fields.tsx';
import type { CardForm, CardPage } from './form.ts';
import { DECLINED, FAILS_LATER, WORKS, judgeUntil, methodOf } from './test-cards.ts';

const UNTIL = '12/34';
const CODE = '123';

export function simulatedForm({ root, texts: first }: CardPage): Promise<CardForm> {
  const texts = signal(first);
  const [number, until, code] = [signal(''), signal(''), signal('')];
  const isJudged = signal(false);

  /** What is wrong with each field, once somebody wanted to go on. */
  const wrong = () => {
    const say = texts.value;
    const date = judgeUntil(until.value, new Date());
    return {
      number: methodOf(number.value) === null ? say.notTestCard : undefined,
      until: date === 'ok' ? undefined : date === 'bad' ? say.badDate : say.expired,
      code: /^\d{3,4}$/.test(code.value.trim()) ? undefined : say.badCode,
    };
  };
  const take = (card: string) => {
    number.value = card;
    until.value = UNTIL;
    code.value = CODE;
    isJudged.value = false;
  };

  function Form() {
    const say = texts.value;
    const errors = isJudged.value ? wrong() : null;
    const field = { inputMode: 'numeric', autocomplete: 'off' } as const;
    return (
      <div class="card-form">
        <TextField
          {...field}
          label={say.number}
          name="number"
          value={number.value}
          error={errors?.number}
          onValue={(value) => (number.value = value)}
        />
        <TextField
          {...field}
          label={say.until}
          name="until"
          value={until.value}
          error={errors?.until}
          onValue={(value) => (until.value = value)}
        />
        <TextField
          {...field}
          label={say.code}
          name="code"
          value={code.value}
          error={errors?.code}
          onValue={(value) => (code.value = value)}
        />
        <div class="test-cards">
          <p>{say.testOnly}</p>
          <Button look="link" onPress={() => take(WORKS)}>
            {say.works}
          </Button>
          <Button look="link" onPress={() => take(DECLINED)}>
            {say.declined}
          </Button>
          <Button look="link" onPress={() => take(FAILS_LATER)}>
            {say.failsLater}
          </Button>
        </div>
      </div>
    );
  }
  render(<Form />, root);

  return Promise.resolve({
    look: (words) => (texts.value = words),
    confirm() {
      isJudged.value = true;
      if (Object.values(wrong()).every((error) => error === undefined)) return Promise.resolve(methodOf(number.value));
      requestAnimationFrame(() => root.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
      return Promise.resolve(null);
    },
  });
}
