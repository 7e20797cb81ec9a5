// The line that hosts paste loads this: it defines `<parley-chat>`, and puts one into the page unless the page has one, or wants to.

import { ParleyChat } from './element.ts';
import { script } from './load.ts';

const NAME = 'parley-chat';

// a second script finds all of it there
if (!customElements.get(NAME)) {
  customElements.define(NAME, ParleyChat);
  if (!script?.hasAttribute('data-manual')) {
    if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', place);
    else place();
  }
}

function place(): void {
  if (document.querySelector(NAME)) return;
  const chat = document.createElement(NAME) as ParleyChat; // as it was defined above
  chat.isOurs = true;
  document.body.append(chat);
}
