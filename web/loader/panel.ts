// What comes with the widget: the panel that it is put into, and how the two stand in the page of somebody else.

import { adopt } from '../kit/styles.ts';
import { mount } from '../widget/mount.tsx';
import type { HostEvents, Prefill, View } from '../widget/widget.ts';
import type { Chat, Panel, Widget } from './chat.ts';
import css from './panel.css?inline';
import { PREFIX } from './words.ts';

const SMALL = '(max-width: 480px)';
/** Shortcuts of the page are not for what is typed here. */
const KEYS = ['keydown', 'keyup', 'keypress'];

/** W14: the page of a question, which is nobody's element. */
export const beginPage = async (): Promise<void> => (await import('../widget/page/page.ts')).begin();

/** @throws Error when the words cannot be loaded */
export async function begin(chat: Chat): Promise<Panel> {
  const { root, parts } = chat;
  const { stage, launcher } = parts;
  chat.waits(null); // it could not be loaded before, and is here now
  adopt(root, css);
  const frame = document.createElement('dialog');
  frame.className = 'frame';
  const mounted = await mount({
    root,
    into: frame,
    server: chat.server,
    mode: chat.isPage ? 'page' : 'widget',
    locale: chat.locale,
    theme: chat.theme,
    prefix: PREFIX,
    view: viewOf(chat) ?? { name: 'ask' },
    isLoud: () => chat.getAttribute('sound') !== 'off',
    emit: (name, detail) => {
      if (name === 'unread') count((detail as HostEvents['unread']).count);
      chat.tell(name, detail);
    },
    close: () => chat.close(),
    waiting: (words) => chat.waits(words),
    renew: () => {
      // under another name each time: a page remembers what it could not load
      const widget = import(/* @vite-ignore */ `${chat.server}/web/latest.js?${Date.now()}`) as Promise<Widget>;
      // without a server nothing is taken away
      widget.then(
        () => chat.renew(widget),
        () => undefined,
      );
    },
  });
  stage.append(frame);
  /** What the page says with it counts more than its attribute. */
  const prefill = (values?: Prefill) =>
    mounted.prefill({ category: chat.getAttribute('category') ?? undefined, ...values });
  if (chat.hasAttribute('category')) prefill();

  const listening = new AbortController();
  const { signal } = listening;
  const small = matchMedia(SMALL);
  small.addEventListener('change', () => frame.open && stand(), { signal });
  for (const name of ['resize', 'scroll']) window.visualViewport?.addEventListener(name, fit, { signal });
  for (const name of KEYS) stage.addEventListener(name, (event) => event.stopPropagation(), { signal });
  // a page that holds the focus in a part of its own would take it away from here
  for (const name of ['focusin', 'focusout']) window.addEventListener(name, keepFocus, { capture: true, signal });
  frame.addEventListener('keydown', (event) => {
    // a dialog within has its own
    if (event.key !== 'Escape' || event.defaultPrevented || event.isComposing || asking()) return;
    event.preventDefault();
    chat.close();
  });
  frame.addEventListener('cancel', (event) => {
    event.preventDefault(); // a modal one would be closed without us
    if (event.target === frame) chat.close();
  });

  function keepFocus(event: Event): void {
    if (event.target === chat) event.stopImmediatePropagation();
  }

  /** What has to be decided before anything else goes on. */
  const asking = () => frame.querySelector('dialog');
  /** Out of sight it would still keep the page from being used. */
  function putAway(): void {
    asking()?.close();
    frame.close();
  }

  /** Beside the page, or on a phone instead of it. */
  function stand(): void {
    if (chat.isPage) return;
    if (frame.open) putAway();
    if (small.matches) frame.showModal();
    else frame.show();
    fit();
  }

  /** Above the keyboard of a phone, whose window does not shrink by it. */
  function fit(): void {
    const view = window.visualViewport;
    if (view === null || !frame.open) return;
    frame.style.setProperty('--p-height', `${view.height}px`);
    frame.style.setProperty('--p-top', `${view.offsetTop}px`);
  }

  let unread = 0;
  let own = '';
  let shown = '';
  /** In the title of the page, for those who want it there; what the page has put there meanwhile is its own. */
  function count(waiting = unread): void {
    unread = waiting;
    const { title } = document;
    if (title !== shown) own = title;
    shown = unread > 0 && /title/.test(chat.getAttribute('badge') ?? '') ? `(${unread}) ${own}` : own;
    if (title !== shown) document.title = shown;
  }

  let before: Element | null = null;
  chat.tell('ready', undefined);
  return {
    open() {
      if (frame.open || !(chat.isPage || chat.hasAttribute('open'))) return; // closed again while it was on its way
      before = document.activeElement === chat ? null : document.activeElement;
      frame.ariaLabel = chat.label;
      stand();
      mounted.setOpen(true);
      chat.tell('open', undefined);
    },
    close() {
      if (!frame.open) return;
      putAway();
      mounted.setOpen(false);
      if (!launcher.hidden) launcher.focus();
      else if (before instanceof HTMLElement) before.focus();
      chat.tell('close', undefined);
    },
    show: (view) => mounted.show(view),
    prefill,
    changed(name) {
      count(); // it may be in the title no more
      if (name === 'locale') mounted.setLocale(chat.locale);
      else if (name === 'theme') mounted.setTheme(chat.theme);
      else if (name === 'category') prefill();
      else if (name === 'question') {
        const view = viewOf(chat);
        if (view !== null) mounted.show(view);
      }
    },
    reset: () => void mounted.reset(),
    back: () => frame.open && stand(),
    end() {
      count(0);
      listening.abort();
      mounted.unmount();
      frame.remove();
    },
  };
}

function viewOf(chat: Element): View | null {
  const questionId = chat.getAttribute('question');
  return questionId === null ? null : { name: 'talk', questionId };
}
