// Put into the pages that are measured before anything of theirs: what happens in them, by their own clock. Plain JavaScript, because
// it runs in a browser.

const seen = { pressed: 0, typed: 0, shift: 0, longest: 0, keys: [], lines: [], heard: 0, told: 0 };
globalThis.seen = seen;

const chat = () => document.querySelector('parley-chat')?.shadowRoot ?? document;

/** Told the time when what was done just now has been drawn. */
const drawn = (tell) =>
  requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => tell(performance.now());
    port2.postMessage(null);
  });

addEventListener('pointerdown', ({ timeStamp }) => (seen.pressed ||= timeStamp), true);
addEventListener('keydown', ({ timeStamp }) => drawn((now) => seen.keys.push(now - timeStamp)), true);
addEventListener('input', () => drawn((now) => (seen.typed ||= now - seen.pressed)), true);

new PerformanceObserver((list) => {
  for (const { value, hadRecentInput } of list.getEntries()) if (!hadRecentInput) seen.shift += value;
}).observe({ type: 'layout-shift', buffered: true });
new PerformanceObserver((list) => {
  for (const { duration } of list.getEntries()) seen.longest = Math.max(seen.longest, duration);
}).observe({ type: 'longtask', buffered: true });

/** Looks in every frame; resolves when it is there and, as a person would, goes into it. */
seen.into = (selector) =>
  new Promise((resolve) => {
    const look = () => {
      const found = chat().querySelector(selector);
      if (found === null) requestAnimationFrame(look);
      else resolve(found.focus());
    };
    look();
  });

/** Is it there, with these words in it? */
seen.has = (selector, words = '') => chat().querySelector(selector)?.textContent.includes(words) === true;

/** Resolves with the time when there is a launcher that can be pressed, as far as that can be known from inside. */
seen.launcher = () =>
  new Promise((resolve) => {
    const look = () => {
      if (document.readyState === 'complete' && chat().querySelector('.launcher')?.checkVisibility()) drawn(resolve);
      else requestAnimationFrame(look);
    };
    look();
  });

/** Resolves with the time when there is so much of it, and it has been drawn. */
seen.drawn = (selector, count = 1) =>
  new Promise((resolve) => {
    const look = () => {
      if (document.querySelectorAll(selector).length >= count) drawn(resolve);
      else requestAnimationFrame(look);
    };
    look();
  });

/** "Show more" is pressed: ms until there are more rows on the screen; null: these are all. */
seen.more = async () => {
  const button = document.querySelector('.list-more button');
  if (button === null) return null;
  const began = performance.now();
  button.focus();
  button.click();
  return (await seen.drawn('.rows .row', document.querySelectorAll('.rows .row').length + 1)) - began;
};

/** How far apart its frames are from now on, for so long, ms. */
seen.frames = (ms) =>
  new Promise((resolve) => {
    const apart = [];
    const began = performance.now();
    const next = (before) =>
      requestAnimationFrame((now) => {
        apart.push(now - before);
        if (now - began < ms) next(now);
        else resolve(apart);
      });
    next(began);
  });

let arrived = null;
const Socket = WebSocket;
globalThis.WebSocket = class extends Socket {
  constructor(...args) {
    super(...args);
    this.addEventListener('message', ({ data }) => {
      const frame = String(data);
      if (!frame.startsWith('42[')) return;
      seen.heard += 1;
      if (frame.startsWith('42["message.created"')) arrived = performance.now();
      if (frame.startsWith('42["queue.changed"')) seen.told += JSON.parse(frame.slice(2))[1].items.length;
    });
  }
};

/** From now on: how long from the arrival of a line until it is drawn. */
seen.watch = () => {
  const look = () => {
    if (arrived === null) return;
    const since = arrived;
    arrived = null;
    drawn((now) => seen.lines.push(now - since));
  };
  new MutationObserver(look).observe(chat().querySelector('.lines'), { childList: true });
};
