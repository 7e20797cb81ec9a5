// Put into every page of the soak before anything of theirs: when it heard of each version of a record, and when what it shows of it
// had been drawn. Plain JavaScript, because it runs in a browser.

/** [id, version, ms of the clock when it was heard, when it was drawn] */
const heard = [];
globalThis.heard = heard;

/** Told when what was done just now has been drawn. */
const drawn = (tell) =>
  requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = tell;
    port2.postMessage(null);
  });

/** Every quarter of a second, as long as the page is there: ms from when something was due until it was drawn. In a bare page, the machine's. */
globalThis.beats = [];
globalThis.beat = () => {
  const due = performance.now() + 250;
  setTimeout(() => drawn(() => (beats.push(performance.now() - due), beat())), 250);
};

const TOLD = /^42\["(?:question|request|offer|queue)\.changed",/;
const Socket = globalThis.WebSocket;
globalThis.WebSocket = class extends Socket {
  constructor(...args) {
    super(...args);
    this.addEventListener('message', ({ data }) => {
      if (typeof data !== 'string' || !TOLD.test(data)) return;
      const at = Date.now();
      const [, body] = JSON.parse(data.slice(2));
      const records = body.items ?? [body];
      drawn(() => heard.push(...records.map(({ id, version }) => [id, version, at, Date.now()])));
    });
  }
};
