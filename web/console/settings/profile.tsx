// E10: who one is here: name, language, categories, and what customers read of one's ratings.

import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Expert } from '../../client/protocol.ts';
import { Button, Pill } from '../../kit/basics.tsx';
import { Select, TextField } from '../../kit/fields.tsx';
import { useTask } from '../../talk/task.ts';
import { LOCALES } from '../../texts/texts.ts';
import { useConsole, useMe, useTexts } from '../console.ts';
import { Problem } from '../problem.tsx';
import { useWish } from './wish.ts';

const LONGEST_NAME = 80;

/** what others know one by */
interface Known {
  readonly name: string;
  readonly locale: (typeof LOCALES)[number];
}

export function Profile() {
  const { parley, categories } = useConsole();
  const { settings } = useTexts();
  const me = useMe();
  const name = useSignal(me.name);
  const isSaved = useSignal(false);
  const { wish, task, want } = useWish<Known>(async (saved) => {
    isSaved.value = false;
    await parley.call('user.update', saved);
    isSaved.value = true;
  });
  const said = name.value.trim();
  const own = me.categories ?? [];
  return (
    <section class="card" aria-labelledby="profile">
      <h2 id="profile">{settings.profile}</h2>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (said !== '') want({ name: said });
        }}
      >
        <TextField
          label={settings.name}
          hint={settings.nameHint}
          autocomplete="name"
          max={LONGEST_NAME}
          value={name.value}
          error={said === '' ? settings.nameMissing : undefined}
          onValue={(value) => (name.value = value)}
        />
        <div>
          <Button type="submit" busy={task.isBusy}>
            {settings.save}
          </Button>
        </div>
      </form>
      <Select
        label={settings.language}
        value={wish.locale ?? me.locale}
        options={LOCALES.map((locale) => ({ value: locale, label: settings.languages[locale] }))}
        onValue={(value) => {
          const locale = LOCALES.find((one) => one === value);
          if (locale !== undefined) want({ locale });
        }}
      />
      <p role="status" class={isSaved.value ? 'hint' : 'hidden'}>
        {isSaved.value && settings.saved}
      </p>
      {task.error !== null && <Problem error={task.error} />}
      <h3>{settings.categories}</h3>
      {own.length === 0 ? (
        <p>{settings.categoriesNone}</p>
      ) : (
        <p class="pills">
          {own.map((id) => (
            <Pill key={id}>{categories.nameOf(id)}</Pill>
          ))}
        </p>
      )}
      <p class="hint">{settings.categoriesHint}</p>
      <Ratings />
    </section>
  );
}

function Ratings() {
  const { parley, locale } = useConsole();
  const { settings } = useTexts();
  const me = useMe();
  const expert = useSignal<Expert | null>(null);
  const task = useTask();
  const load = () =>
    task.run(async () => {
      expert.value = (await parley.call('expert.get', { expertId: me.id })).expert;
    });
  useEffect(load, [me.id]);
  const { average = null, count = 0, automatic = 0 } = expert.value?.rating ?? {};
  return (
    <>
      <h3>{settings.rating}</h3>
      {task.error !== null && <Problem error={task.error} onAgain={load} />}
      {expert.value !== null && (
        <p>
          {average === null
            ? settings.noStars
            : settings.stars(
                new Intl.NumberFormat(locale.value, { minimumFractionDigits: 1 }).format(average),
                settings.ratings(count),
                settings.automatic(automatic),
              )}
        </p>
      )}
    </>
  );
}
