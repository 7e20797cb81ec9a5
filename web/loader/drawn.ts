// What is drawn before anything is loaded: the launcher, and an empty panel.

import { adopt } from '../kit/styles.ts';
import css from './loader.css?inline';

export interface Parts {
  readonly stage: HTMLElement;
  readonly launcher: HTMLButtonElement;
  readonly panel: HTMLDialogElement;
  /** has the accent as its colour, in numbers */
  readonly probe: Element;
  /** `name`: of the panel; `isNews`: something waits */
  label(text: string, name: string, isNews: boolean): void;
  busy(isBusy: boolean): void;
  remove(): void;
}

export interface Acts {
  /** somebody is about to press */
  near(): void;
  press(): void;
  leave(): void;
}

const SVG = 'http://www.w3.org/2000/svg';
const BUBBLE = 'M21 12a8 8 0 0 1-8 8H4l1.6-3.2A8 8 0 1 1 21 12Z';
/** Shortcuts of the page are not for what is typed here. */
const KEPT = ['keydown', 'keyup', 'keypress'];

export function drawn(root: ShadowRoot, acts: Acts): Parts {
  adopt(root, css);
  const stage = element('div', 'stage');
  const launcher = element('button', 'launcher');
  const badge = element('span', 'badge');
  const label = element('span', 'label');
  const probe = element('span', 'probe');
  const panel = element('dialog', 'panel-frame');
  const icon = document.createElementNS(SVG, 'svg');
  const path = document.createElementNS(SVG, 'path');
  icon.setAttribute('viewBox', '0 0 24 24');
  icon.setAttribute('aria-hidden', 'true');
  path.setAttribute('d', BUBBLE);
  icon.append(path);
  launcher.type = 'button';
  launcher.setAttribute('part', 'launcher');
  launcher.setAttribute('aria-haspopup', 'dialog');
  badge.setAttribute('part', 'badge');
  launcher.append(icon, label, badge);
  stage.append(probe, launcher, panel);
  root.append(stage);

  for (const name of ['pointerenter', 'focus']) launcher.addEventListener(name, acts.near);
  launcher.addEventListener('click', acts.press);
  const stop = (event: Event) => event.stopPropagation();
  for (const name of KEPT) stage.addEventListener(name, stop);
  panel.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && !event.defaultPrevented && !event.isComposing) {
      event.preventDefault();
      acts.leave();
    }
  });
  panel.addEventListener('cancel', (event) => {
    event.preventDefault(); // a modal one would be closed without us
    if (event.target === panel) acts.leave();
  });
  return {
    ...{ stage, launcher, panel, probe },
    label(text, name, isNews) {
      label.textContent = text;
      panel.setAttribute('aria-label', name);
      badge.hidden = !isNews;
    },
    busy: (isBusy) => launcher.setAttribute('aria-busy', String(isBusy)),
    remove: () => stage.remove(),
  };
}

function element<N extends keyof HTMLElementTagNameMap>(name: N, className: string): HTMLElementTagNameMap[N] {
  const made = document.createElement(name);
  made.className = className;
  return made;
}
