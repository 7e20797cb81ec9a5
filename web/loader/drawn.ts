// What is drawn before anything is loaded: the launcher.

import css from './loader.css?inline';

export interface Parts {
  /** around everything; nothing of the page gets in */
  readonly stage: HTMLElement;
  readonly launcher: HTMLButtonElement;
  readonly label: HTMLElement;
  /** has the accent as its colour, in numbers */
  readonly probe: Element;
}

export function drawn(root: ShadowRoot): Parts {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [sheet];
  const stage = document.createElement('div');
  const launcher = document.createElement('button');
  const label = document.createElement('span');
  const probe = document.createElement('i');
  launcher.type = 'button';
  launcher.className = 'launcher';
  launcher.part = 'launcher';
  launcher.ariaHasPopup = 'dialog';
  launcher.append(label);
  stage.append(probe, launcher);
  root.append(stage);
  return { stage, launcher, label, probe };
}
