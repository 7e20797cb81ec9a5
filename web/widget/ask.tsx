// W2: asking. Read and filled in without a connection; the client is loaded by the first letter and posts in the end.

import { useSignal } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { ParleyError } from '../client/errors.ts';
import { Banner, Button, Empty, Skeleton } from '../kit/basics.tsx';
import choices from '../kit/choices.css?inline';
import { Choices, Select, TextArea, TextField } from '../kit/fields.tsx';
import { roughly } from '../kit/durations.ts';
import { money } from '../kit/money.ts';
import { AskForm } from './ask-form.ts';
import type { Fields } from './ask-form.ts';
import { CardField } from './card-later.ts';
import { CardMethod } from './card-method.ts';
import { useFirstFocus } from './focus.ts';
import { Head } from './head.tsx';
import { Problem } from './problem-later.ts';
import { useTask } from './task.ts';
import { useTexts, useWidget } from './widget.ts';

export function Ask() {
  const widget = useWidget();
  const { ask, common } = useTexts();
  const form = useMemo(() => new AskForm(widget), []);
  useMemo(() => widget.styles(choices), []);
  const loading = useTask();
  const load = () => loading.run(() => form.load());
  useEffect(load, [widget.locale.value]);
  const prefill = widget.prefill.value;
  const filled = useRef(prefill);
  useEffect(() => {
    if (filled.current !== prefill) form.fill(prefill); // the first one is filled in when the categories are there
    filled.current = prefill;
  }, [prefill]);
  const categories = form.categories.value;
  return (
    <>
      <Head title={ask.title} ways />
      {categories === null && loading.error === null && <Skeleton label={common.loading} rows={6} />}
      {categories === null &&
        loading.error !== null &&
        (loading.error.code === 'no_answer' ? (
          <Unreached onAgain={load} />
        ) : (
          <Problem error={loading.error} onAgain={load} />
        ))}
      {categories?.length === 0 && <Empty>{ask.nothing}</Empty>}
      {categories !== null && categories.length > 0 && <Form form={form} />}
    </>
  );
}

/** Whoever cannot reach the server cannot load what says so either. */
function Unreached({ onAgain }: { readonly onAgain: () => void }) {
  const widget = useWidget();
  const { common } = useTexts();
  useEffect(() => widget.announcer.warn(common.unreached), []);
  return (
    <Banner tone="bad" icon="alert">
      <p>{common.unreached}</p>
      <Button onPress={onAgain}>{common.tryAgain}</Button>
    </Banner>
  );
}

function Form({ form }: { readonly form: AskForm }) {
  const widget = useWidget();
  const texts = useTexts();
  const { ask } = texts;
  const root = useRef<HTMLFormElement>(null);
  const card = useMemo(() => new CardMethod(), []);
  const tries = useSignal(0);
  const task = useTask();
  useFirstFocus(root);
  useEffect(() => {
    if (tries.value > 0) root.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [tries.value]);
  const category = form.category.value;
  const fields = form.fields.value;
  const wrong = form.wrong.value;
  const value = form.value.value;
  const bind = (field: keyof Fields) => ({
    value: fields[field],
    error: wrong[field],
    onValue: (text: string) => {
      form.set(field, text);
      void widget.live().catch(() => undefined); // whoever posts asks again
    },
  });

  const send = async () => {
    const paymentMethod = await card.method();
    if (paymentMethod === null) return; // the card's own form says what is wrong
    try {
      const question = await form.post(paymentMethod);
      widget.emit('question', { id: question.id });
      widget.go({ name: 'talk', questionId: question.id });
    } catch (error) {
      if (error instanceof ParleyError && error.code === 'input.invalid' && form.refused(error, texts))
        tries.value += 1;
      throw error;
    }
  };
  const submit = () => {
    if (form.check(texts)) task.run(send);
    else tries.value += 1;
  };

  const parley = widget.parley.value;
  const isUnpaid = task.error?.code === 'payment.failed';
  return (
    <form
      class="body"
      ref={root}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Lead category={category?.id} />
      {(form.categories.value ?? []).length > 1 && (
        <Select
          label={ask.category}
          prompt={ask.choose}
          options={(form.categories.value ?? []).map(({ id, name }) => ({ value: id, label: name }))}
          {...bind('category')}
        />
      )}
      <TextField label={ask.subject} hint={ask.subjectHint} max={200} {...bind('subject')} />
      <TextArea label={ask.details} hint={ask.detailsHint} max={10_000} {...bind('body')} />
      {category !== null && <Worth form={form} bind={bind} />}
      {(!parley?.user.value?.email || parley.status.value === 'ended') && ( // then it is another account that asks
        <TextField
          label={ask.email}
          hint={ask.emailHint}
          type="email"
          inputMode="email"
          autocomplete="email"
          {...bind('email')}
        />
      )}
      <CardField card={card} />
      {task.error !== null && (
        <div class="stack">
          {isUnpaid && <p>{ask.declined}</p>}
          <Problem error={task.error} onAgain={submit} />
        </div>
      )}
      <Button type="submit" look="primary" wide busy={task.isBusy}>
        {task.isBusy ? ask.posting : value === null ? ask.submitPlain : ask.submit(money(value, widget.locale.value))}
      </Button>
    </form>
  );
}

/** Who answers, and how soon: as it was of late. */
function Lead({ category }: { readonly category: string | undefined }) {
  const widget = useWidget();
  const { ask } = useTexts();
  const known = useSignal<{ readonly online: number; readonly firstReplyMs: number | null } | null>(null);
  useEffect(() => {
    widget.reads
      .call('category.availability', category === undefined ? {} : { category })
      .then(({ items }) => {
        const times = items.map(({ firstReplyMs }) => firstReplyMs).filter((ms) => ms !== null);
        const firstReplyMs = category === undefined || times.length === 0 ? null : Math.max(...times);
        known.value = { online: items.reduce((sum, { online }) => sum + online, 0), firstReplyMs };
      })
      .catch(() => (known.value = null)); // it is a courtesy
  }, [category]);
  const { online = 1, firstReplyMs = null } = known.value ?? {};
  const locale = widget.locale.value;
  return (
    <>
      <p>{ask.lead(firstReplyMs === null ? null : roughly(firstReplyMs, locale))}</p>
      {online === 0 && <Banner icon="mail">{ask.nobody}</Banner>}
    </>
  );
}

interface WorthProps {
  readonly form: AskForm;
  readonly bind: (field: keyof Fields) => { value: string; error: string | undefined; onValue: (text: string) => void };
}

function Worth({ form, bind }: WorthProps) {
  const widget = useWidget();
  const { ask } = useTexts();
  const { currency = 'USD', questionValues } = form.category.value ?? {};
  const options = (questionValues?.suggested ?? []).map((amount) => ({
    value: String(amount),
    label: money({ amount, currency }, widget.locale.value),
  }));
  return (
    <>
      <Choices
        label={ask.worth}
        hint={ask.worthHint(widget.site.value?.policy.payingStars ?? 3)}
        options={[...options, { value: 'other', label: ask.other }]}
        {...bind('worth')}
        value={form.worth.value}
      />
      {form.worth.value === 'other' && (
        <TextField label={`${ask.otherAmount} (${currency})`} inputMode="decimal" {...bind('other')} />
      )}
    </>
  );
}
