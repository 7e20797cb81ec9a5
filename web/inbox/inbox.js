// The development inbox as a mail program: a list that stays up to date, and the letter that was chosen. What is chosen and
// looked for stands in the address, so that it can be sent to somebody and the buttons of the browser work.

const byId = (id) => document.getElementById(id);
const show = (id, visible) => {
  byId(id).hidden = !visible;
};

const POLL_MS = 3_000;
const MOST_SHOWN = 500;
const TABS = ['html', 'text', 'headers'];

/** The letters of the list, the newest first, without what is in them. */
let letters = [];
/** How many there are of what is looked for. */
let total = 0;
/** What came since the page was opened, and was not opened yet. */
const unread = new Set();
/** Of what is looked for now: what an earlier question answers later is not shown. */
let asking = 0;
let tab = 'html';

const params = () => new URLSearchParams(location.search);

async function get(path, query) {
  const response = await fetch(`inbox/${path}?${new URLSearchParams(query)}`);
  if (response.status === 404) return null;
  if (!response.ok) throw new Error(`The server answered ${response.status}.`);
  return response.json();
}

function wanted() {
  const to = params().get('to');
  const search = params().get('search');
  return { ...(to && { to }), ...(search && { search }) };
}

/** Everything anew, for what is looked for now. */
async function load() {
  const mine = (asking += 1);
  const found = await get('letters', wanted());
  if (mine !== asking) return;
  letters = found.items;
  total = found.total;
  showList();
}

/** What has come since; the same letter sent again takes the place of the earlier one. */
async function refresh() {
  const mine = asking;
  const [newest] = letters;
  if (newest === undefined) {
    const found = await get('letters', wanted());
    if (mine !== asking || found.items.length === 0) return;
    letters = found.items;
    total = found.total;
    for (const { id } of letters) unread.add(id);
    return showList();
  }
  const found = await get('letters', { ...wanted(), after: newest.at });
  if (mine !== asking) return;
  const known = new Map(letters.map(({ id, at }) => [id, at]));
  const come = found.items.filter(({ id, at }) => known.get(id) !== at);
  if (come.length === 0) return;
  const ids = new Set(come.map(({ id }) => id));
  letters = [...come, ...letters.filter(({ id }) => !ids.has(id))].slice(0, MOST_SHOWN);
  total = found.total;
  for (const { id } of come) unread.add(id);
  showList();
}

/** Asks again and again; while the server is away the page says so and goes on asking. */
async function keepLooking() {
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    if (document.hidden) continue;
    try {
      await refresh();
      if (away) showCount();
      away = false;
    } catch {
      away = true;
      byId('count').textContent = 'The server does not answer. This page goes on asking.';
    }
  }
}
let away = false;

function showList() {
  const focused = document.activeElement?.closest?.('#letters a')?.dataset.id;
  byId('letters').replaceChildren(...letters.map(entry));
  if (focused !== undefined) linkOf(focused)?.focus({ preventScroll: true });
  mark();
  showCount();
}

function showCount() {
  const { to, search } = wanted();
  const about = `${to ? ` for ${to}` : ''}${search ? ` with “${search}”` : ''}`;
  byId('count').textContent =
    total === 0
      ? `Nothing${about} yet. E-mails appear here as they are sent.`
      : `${total} ${total === 1 ? 'letter' : 'letters'}${about}${unread.size > 0 ? `, ${unread.size} new` : ''}`;
  show('rest', total > letters.length);
  byId('rest').textContent = `These are the newest ${letters.length}. Search to find older ones.`;
  document.title = `${unread.size > 0 ? `(${unread.size}) ` : ''}Inbox · Parley`;
  show('filter', to !== undefined);
  byId('receiver').textContent = to ?? '';
  byId('everybody').href = address({ to: null, mail: null });
}

/** The address of this page with something else chosen. */
function address(change) {
  const next = params();
  for (const [name, value] of Object.entries(change)) {
    if (value === null || value === '') next.delete(name);
    else next.set(name, value);
  }
  const query = next.toString();
  return query === '' ? 'inbox' : `inbox?${query}`;
}

function entry({ id, to, subject, preheader, at }) {
  const item = document.createElement('li');
  const link = document.createElement('a');
  link.href = address({ mail: id });
  link.dataset.id = id;
  link.append(part('to', to), timeOf(at), part('subject', subject), part('preheader', preheader ?? ''));
  item.append(link);
  return item;
}

function part(name, text) {
  const span = document.createElement('span');
  span.className = name;
  span.textContent = text;
  span.title = text;
  return span;
}

const today = (date) => date.toDateString() === new Date().toDateString();

function timeOf(at) {
  const time = document.createElement('time');
  const date = new Date(at);
  time.dateTime = at;
  time.title = date.toLocaleString();
  time.textContent = today(date) ? date.toLocaleTimeString() : date.toLocaleDateString();
  return time;
}

const linkOf = (id) => [...byId('letters').querySelectorAll('a')].find((link) => link.dataset.id === id);

function mark() {
  const open = params().get('mail');
  for (const link of byId('letters').querySelectorAll('a')) {
    if (link.dataset.id === open) link.setAttribute('aria-current', 'true');
    else link.removeAttribute('aria-current');
    link.classList.toggle('new', unread.has(link.dataset.id));
  }
}

/** Shows the letter of the address. */
async function open() {
  const id = params().get('mail');
  byId('panes').classList.toggle('reading', id !== null);
  show('missing', false);
  if (id === null) {
    show('reading', false);
    mark();
    return;
  }
  unread.delete(id);
  mark();
  showCount();
  const mail = await get('letter', { mail: id });
  if (params().get('mail') !== id) return;
  show('reading', mail !== null);
  if (mail === null) {
    byId('missing').dataset.said = 'true';
    byId('missing').textContent = 'There is no such letter.';
    show('missing', true);
    return;
  }
  byId('subject').textContent = mail.subject;
  byId('from').textContent = mail.from;
  byId('to').textContent = mail.to;
  byId('to').href = address({ to: mail.to, mail: null });
  byId('at').textContent = new Date(mail.at).toLocaleString();
  byId('at').dateTime = mail.at;
  // in place of the letter before, so that "back" leads to that one and not to its frame
  byId('html').contentWindow.location.replace(`inbox/html?${new URLSearchParams({ mail: id, at: mail.at })}`);
  byId('text').replaceChildren(...linked(mail.text.trim()));
  byId('headers').textContent = mail.headers ?? 'This letter was kept without its headers.';
  for (const link of [byId('back').firstElementChild]) link.href = address({ mail: null });
}

/** What ends a sentence or closes a bracket after an address is not of the address. */
const URLS = /https?:\/\/[^\s<>"']*[^\s<>"'.,;:!?)\]}]/g;

function linked(text) {
  const urls = text.match(URLS) ?? [];
  return text
    .split(URLS)
    .flatMap((before, index) => (urls[index] === undefined ? [before] : [before, linkTo(urls[index])]));
}

function linkTo(url) {
  const link = document.createElement('a');
  link.href = url;
  link.textContent = url;
  link.target = '_blank';
  link.rel = 'noopener noreferrer';
  return link;
}

/** Goes there without loading the page anew. */
async function go(href) {
  const before = JSON.stringify(wanted());
  history.pushState(null, '', href);
  await follow(before);
}

async function follow(before) {
  const said = wanted().search ?? '';
  // whoever still writes keeps the space at the end
  if (byId('query').value.trim() !== said) byId('query').value = said;
  if (JSON.stringify(wanted()) !== before) {
    unread.clear();
    await load();
  }
  await open();
}

function choose(name) {
  tab = name;
  for (const one of TABS) {
    byId(`tab-${one}`).setAttribute('aria-selected', String(one === tab));
    byId(`tab-${one}`).tabIndex = one === tab ? 0 : -1;
    show(`part-${one}`, one === tab);
  }
  show('views', tab === 'html');
}

function step(by) {
  const links = [...byId('letters').querySelectorAll('a')];
  const at = links.findIndex((link) => link === document.activeElement || link.hasAttribute('aria-current'));
  const next = links[Math.max(0, Math.min(links.length - 1, at + by))];
  if (next === undefined) return;
  next.focus();
  next.scrollIntoView({ block: 'nearest' });
  void go(next.href);
}

const isTyping = (target) => target instanceof HTMLInputElement;

addEventListener('click', (event) => {
  const link = event.target.closest?.('#letters a, #filter a, #back a, #to');
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
  event.preventDefault();
  void go(link.href).then(() => {
    if (link.closest('#letters') && getComputedStyle(byId('list')).display === 'none') byId('subject').focus();
  });
});

addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const { target, key } = event;
  if (target.closest?.('#tabs') && (key === 'ArrowLeft' || key === 'ArrowRight')) {
    const next = TABS[(TABS.indexOf(tab) + (key === 'ArrowRight' ? 1 : TABS.length - 1)) % TABS.length];
    choose(next);
    byId(`tab-${next}`).focus();
  } else if (key === 'Escape') {
    if (isTyping(target) && target.value !== '') void go(address({ search: null }));
    else if (params().has('mail')) void go(address({ mail: null }));
  } else if (isTyping(target) && key !== 'ArrowDown') {
    return;
  } else if (key === '/') {
    byId('query').focus();
  } else if (key === 'ArrowDown' || key === 'j') {
    step(1);
  } else if (key === 'ArrowUp' || key === 'k') {
    step(-1);
  } else {
    return;
  }
  event.preventDefault();
});

let typing;
byId('query').addEventListener('input', () => {
  clearTimeout(typing);
  typing = setTimeout(() => void go(address({ search: byId('query').value.trim(), mail: null })), 250);
});
byId('search').addEventListener('submit', (event) => {
  event.preventDefault();
});

for (const name of TABS) byId(`tab-${name}`).addEventListener('click', () => choose(name));
for (const name of ['narrow', 'dark']) {
  byId(name).addEventListener('click', ({ currentTarget }) => {
    const isOn = currentTarget.getAttribute('aria-pressed') !== 'true';
    currentTarget.setAttribute('aria-pressed', String(isOn));
    byId('html').classList.toggle(name, isOn);
  });
}

let shown = JSON.stringify(wanted());
addEventListener('popstate', () => {
  const before = shown;
  shown = JSON.stringify(wanted());
  void follow(before);
});

choose('html');
byId('query').value = wanted().search ?? '';
await load();
await open();
void keepLooking();
