// What an expert was told, and how much of it is new: as of the newest asking, in whatever order answers come.
import { signal } from '@preact/signals';
import { expect, test } from 'vitest';
import type { Answer } from '../../web/client/calls.ts';
import type { User } from '../../web/client/protocol.ts';
import { Kept } from '../../web/client/storage.ts';
import { NoticeList } from '../../web/console/notices/notices.ts';

type Page = Answer<'notice.list'>;

const ada: User = { id: 'u_ada', version: 1, role: 'expert', name: 'Ada', locale: 'en' };

const told = (...ids: string[]): Page['items'] =>
  ids.map((id) => ({ id, code: 'request.open', params: {}, text: id, at: `2026-01-01T00:00:0${id}.000Z` }));

/** A list whose askings are answered by hand. */
function asking(kept = new Kept('', null)) {
  const user = signal<User | null>(null);
  const answers: ((page: Page) => void)[] = [];
  const call = () => new Promise<Page>((resolve) => answers.push(resolve));
  const list = new NoticeList(
    {
      call,
      on: () => () => undefined,
      status: signal('connecting' as const),
      user,
    },
    kept,
  );
  const ids = () => list.items.value?.map(({ id }) => id).join('');
  return { list, answers, ids, user };
}

test('E2 an answer that comes late takes nothing away that is known already', async () => {
  const { list, answers, ids } = asking();
  const [before, now] = [list.load(), list.load()];
  answers[1]?.({ items: told('2', '1') });
  await now;
  answers[0]?.({ items: told('1') });
  await before;
  expect(ids()).toBe('21');
  expect(list.fresh.value).toBe(2);
});

test('E2 older notices are not put behind a newest page that has come meanwhile', async () => {
  const { list, answers, ids } = asking();
  const first = list.load();
  answers[0]?.({ items: told('3', '2'), nextCursor: 'behind 2' });
  await first;
  const [more, again] = [list.loadMore(), list.load()];
  answers[2]?.({ items: told('4', '3'), nextCursor: 'behind 3' });
  await again;
  answers[1]?.({ items: told('1') });
  await more;
  expect(ids()).toBe('43');
  expect(list.hasMore.value).toBe(true);
});

test('E2 what was looked at in another tab is not new in this one', async () => {
  const kept = new Kept('', null);
  const [one, other] = [asking(kept), asking(kept)];
  for (const { list, answers } of [one, other]) {
    const first = list.load();
    answers[0]?.({ items: told('2', '1') });
    await first;
  }
  one.list.see();
  const next = other.list.load();
  other.answers[1]?.({ items: told('3', '2', '1') });
  await next;
  expect(other.list.fresh.value).toBe(1);
});

test('E2 another name of the same person leaves the list as it is, another person has one of their own', async () => {
  const { list, answers, ids, user } = asking();
  user.value = ada;
  const first = list.load();
  answers[0]?.({ items: told('1') });
  await first;
  user.value = { ...ada, name: 'Ada L.' };
  expect(ids()).toBe('1');
  user.value = { ...ada, id: 'u_ben' };
  expect(ids()).toBeUndefined();
});
