// E4: what is offered, and for how much. The limits and the share are the server's.

import { useSignal } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { newClientId } from '../../client/calls.ts';
import type { OfferForm as Form } from '../../client/protocol.ts';
import { Button } from '../../kit/basics.tsx';
import { Select, TextArea, TextField } from '../../kit/fields.tsx';
import { digitsOf, minorUnits, money } from '../../kit/money.ts';
import { useTask } from '../../talk/task.ts';
import { useConsole, useTexts } from '../console.ts';
import { useDraft } from '../draft.ts';
import { Problem } from '../problem.tsx';

const NEW = 'new';
const MOST = { name: 80, description: 1_000 }; // characters
const WHOLE = 10_000; // basis points

export interface OfferFormProps {
  readonly questionId: string;
  readonly form: Form;
  readonly onDone: () => void;
}

export function OfferForm({ questionId, form, onDone }: OfferFormProps) {
  const { parley, locale, announcer } = useConsole();
  const { offering, common } = useTexts();
  const fields = {
    chosen: useDraft(`offer ${questionId} service`),
    name: useDraft(`offer ${questionId} name`),
    price: useDraft(`offer ${questionId} price`),
    description: useDraft(`offer ${questionId} description`),
  };
  const { chosen, name, price, description } = fields;
  const done = () => {
    for (const draft of Object.values(fields)) draft.value = '';
    onDone();
  };
  const isTried = useSignal(false);
  const root = useRef<HTMLFormElement>(null);
  const clientId = useMemo(() => newClientId(), []); // pressed again it is the same offer
  // whatever became of it: the server says how it stands
  const task = useTask(() => void parley.call('question.get', { questionId }).catch(() => undefined));
  useEffect(() => root.current?.querySelector('select')?.focus(), []);
  const { min, max } = form.limits;
  const { currency } = min;
  const inCurrency = (amount: number) => money({ amount, currency }, locale.value);
  const service = form.services.find(({ key }) => `key ${key}` === chosen.value);
  const own = form.own.find(({ id }) => `own ${id}` === chosen.value);
  const title = service?.title ?? own?.title ?? name.value.trim();
  const amount = minorUnits(price.value, currency);
  const said = description.value.trim();
  const choose = (value: string) => {
    chosen.value = value;
    const predefined = form.services.find(({ key }) => `key ${key}` === value);
    const known = form.own.find(({ id }) => `own ${id}` === value) ?? predefined;
    if (known === undefined) return;
    description.value = known.description;
    price.value = plain('price' in known ? known.price.amount : known.suggestedPrice.amount, currency);
  };
  const missing = {
    service: chosen.value === '' || (chosen.value !== NEW && title === ''), // one that is not there any more
    name: chosen.value === NEW && title === '',
    price: amount === null,
    description: said === '',
  };
  const told = (field: keyof typeof missing) => (isTried.value && missing[field] ? offering.missing[field] : undefined);
  const send = () => {
    isTried.value = true;
    if (amount === null || Object.values(missing).some(Boolean)) return;
    task.run(async () => {
      await parley.call('offer.propose', {
        ...{ questionId, clientId, description: said, price: { amount, currency } },
        service: service === undefined ? { title } : { key: service.key },
      });
      announcer.say(offering.sent(title));
      done();
    });
  };
  return (
    <form
      class="offer-form"
      ref={root}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <Select
        label={offering.service}
        prompt={offering.choose}
        options={[
          ...form.services.map((one) => ({ value: `key ${one.key}`, label: one.title })),
          ...form.own.map((one) => ({ value: `own ${one.id}`, label: offering.own(one.title) })),
          { value: NEW, label: offering.fresh },
        ]}
        value={chosen.value}
        error={told('service')}
        onValue={choose}
      />
      {chosen.value === NEW && (
        <TextField
          label={offering.name}
          max={MOST.name}
          value={name.value}
          error={told('name')}
          onValue={(value) => (name.value = value)}
        />
      )}
      <TextField
        label={`${offering.price} (${currency})`}
        inputMode="decimal"
        hint={offering.limits(inCurrency(min.amount), inCurrency(max.amount))}
        value={price.value}
        error={told('price')}
        onValue={(value) => (price.value = value)}
      />
      {amount !== null && (
        <p class="row-earn figure" role="status">
          {offering.earn(inCurrency(Math.floor((amount * form.shareBasisPoints) / WHOLE)))}
        </p>
      )}
      <TextArea
        label={offering.description}
        hint={offering.descriptionHint}
        max={MOST.description}
        value={description.value}
        error={told('description')}
        onValue={(value) => (description.value = value)}
      />
      {title !== '' && amount !== null && (
        <section class="offer" aria-label={offering.preview}>
          <p class="hint">{offering.preview}</p>
          <strong class="said" dir="auto">
            {title}
          </strong>
          <p class="said" dir="auto">
            {said}
          </p>
          <p class="figure">{inCurrency(amount)}</p>
        </section>
      )}
      {task.error !== null && <Problem error={task.error} />}
      <div class="asked-ways">
        <Button type="submit" look="premium" busy={task.isBusy}>
          {offering.send}
        </Button>
        <Button onPress={done}>{common.cancel}</Button>
      </div>
    </form>
  );
}

/** As a person would type it. */
function plain(amount: number, currency: string): string {
  const digits = digitsOf(currency);
  return (amount / 10 ** digits).toFixed(digits);
}
