// W14: the page that letters lead to, /questions/:id (4.1). Opening it changes nothing and uses no link up, whatever program opens it
// and runs this. What a link holds stands behind the "#", which goes to no server and into no log.

import { pageStorage, tabStorage } from '../../client/storage.ts';
import type { KeyValues } from '../../client/storage.ts';
import { adopt } from '../../kit/styles.ts';
import { localeOf } from '../../texts/texts.ts';
import { mount } from '../mount.tsx';
import pageCss from './page.css?inline';
import { whereFrom } from './where.ts';

const { server, folder, questionId } = whereFrom(location.pathname);

const dark = matchMedia('(prefers-color-scheme: dark)');
const theme = () => (dark.matches ? 'dark' : 'light');

/** A customer stays signed in, since the link of their letter opens nothing more; whoever works here does as long as the tab. */
const session: KeyValues = {
  getItem: (key) => tabStorage()?.getItem(key) ?? pageStorage()?.getItem(key) ?? null,
  setItem(key, value) {
    const isStaff = /"role":"(?:expert|admin)"/.test(value);
    const [to, other] = !isStaff ? [pageStorage(), tabStorage()] : [tabStorage(), pageStorage()];
    if (to === null) throw new Error('nothing is kept');
    to.setItem(key, value);
    other?.removeItem(key);
  },
  removeItem(key) {
    tabStorage()?.removeItem(key);
    pageStorage()?.removeItem(key);
  },
};

export async function begin(): Promise<void> {
  const main = document.querySelector('main');
  if (main === null) throw new Error('no page');
  adopt(document, pageCss);
  const root = main.attachShadow({ mode: 'open' });
  const mounted = await mount({
    ...{ root, server, mode: 'page', theme: theme(), session },
    locale: localeOf(navigator.languages),
    prefix: folder === '' ? 'parley.' : `parley ${folder}/.`, // another folder is another server
    view: { name: 'letter', questionId },
    onTitle: (title, locale) => {
      document.title = title;
      document.documentElement.lang = locale;
    },
    emit: () => undefined,
    close: () => undefined,
    renew: () => location.reload(),
    isLoud: () => true,
  });
  dark.addEventListener('change', () => mounted.setTheme(theme()));
}

// the link of another letter about the same question
window.addEventListener('hashchange', () => location.reload());
