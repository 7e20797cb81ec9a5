// Rule 9.2: e-mail addresses, also in disguise ("name at domain dot com"), and names in Skype, WhatsApp and Telegram.

import type { Span } from './spelled-digits.ts';

export type Messenger = 'skype' | 'whatsapp' | 'telegram';

export interface FoundHandle extends Span {
  readonly kind: Messenger;
}

const TOP =
  'com|org|net|edu|gov|mil|info|biz|name|pro|io|co|me|tv|cc|dev|app|eu|de|at|ch|li|lu|es|mx|ar|cl|pe|ve|uy|ec|cat|uk|ie|us|ca|au|nz|fr|it|nl|be|pt|br|pl|cz|dk|se|no|fi|in|jp|ru|online|email|mail';
const PROVIDER =
  'gmail|googlemail|yahoo|ymail|hotmail|outlook|live|msn|gmx|web|icloud|aol|proton|protonmail|posteo|mailbox|t-online|freenet|arcor|telefonica|terra|ono|zoho|fastmail|hushmail|me|mac|comcast|verizon|mail';

const LOCAL_CHARACTER = /[a-z0-9._%+\-\u00c0-\u024f]/i;
const DOMAIN_AFTER = /^[a-z0-9\u00c0-\u024f](?:[a-z0-9.\-\u00c0-\u024f]{0,250})/i;
const ENDS_IN_TOP = /\.[a-z]{2,24}$/i;
/** Names of ciphers and extensions of SSH look like addresses. */
const ALGORITHMS = /^(?:openssh\.com|libssh\.org|lysator\.liu\.se)$/i;
const MOST_LOCAL = 64;
/** Programs whose `user@host` is a place to log in, not an address to write to. */
const LOGIN = /^["'`$(]*(?:ssh|scp|sftp|rsync|sshfs|mosh|slogin|ssh-copy-id|clone|cvs|svn)$/i;
const MOST_ARGUMENTS = 8;
const LOGIN_AFTER = /^:(?:~|\/|[\w.-]+[/$#])|^[:~]?[~/\w.-]*[$#](?:\s|$)/;

/** What stands for "@" and for "." in disguise; without brackets they need blanks around them. */
const AT =
  /\s{0,2}[([{<]\s?(?:at|@|ät|aet|arroba|klammeraffe)\s?[)\]}>]\s{0,2}|\s{0,2}[-_*](?:at|arroba|klammeraffe)[-_*]\s{0,2}|\s{1,2}(?:arroba|klammeraffe|ät|aet|at-zeichen)\s{1,2}|(?<bare>\s{1,2}(?:at|bei|en)\s{1,2})|(?<plain>\s?@\s?)/gi;
const DOT = String.raw`(?:\s{0,2}[([{<]\s?(?:dot|punkt|punto|\.)\s?[)\]}>]\s{0,2}|\s{0,2}[-_*](?:dot|punkt|punto)[-_*]\s{0,2}|\s{1,2}(?:dot|punkt|punto)\s{1,2})`;
const NAME = String.raw`[a-z0-9\u00c0-\u024f][a-z0-9_+%.\-\u00c0-\u024f]{0,40}`;
const HOST = String.raw`[a-z0-9\u00c0-\u024f][a-z0-9\-\u00c0-\u024f]{0,40}`;
const END = String.raw`(?:${TOP})(?![a-z0-9_\u00c0-\u024f])`;
const NAME_BEFORE = new RegExp(String.raw`(?<![a-z0-9_\u00c0-\u024f])(?:${NAME}${DOT}){0,2}${NAME}$`, 'iu');
const AFTER_AT = new RegExp(String.raw`^(?:${HOST}(?:${DOT}|\s?\.\s?)){1,3}${END}`, 'iu');
/** After a bare "at" the dot must be in disguise as well, */
const AFTER_BARE = new RegExp(String.raw`^(?:${HOST}${DOT}){1,3}${END}`, 'iu');
/** or everybody must know the place as one of mailboxes. */
const AT_PROVIDER = new RegExp(String.raw`^(?:${PROVIDER})\s?\.\s?${END}`, 'iu');
const MAIL_CUE =
  /\b(?:e-?mails?|mail|correo|address|adresse|direcci[oó]n|write|schreib\w*|escr[ií]b\w*|contact\w*|reach)\b/i;
/** Everyday words before an "at" are nobody's name. */
const NO_NAME =
  /^(?:look|looking|sign|log|logged|login|is|are|was|me|it|them|him|her|us|one|mail|email|e-mail|account|address|up|here|there|not|only|available|anyone|someone|people|works?|working|arrives?|hosted|server|checked?|check|stuff|free|register(?:ed)?|support|problems?|also|and|or|but|meet|in|on|down|that|this|these|those)$/i;
const MAYBE_DISGUISED = /arroba|klammeraffe|@\s|\s@|\b(?:at|aet|bei|en)\b|ät\b/i;

/** E-mail addresses in a text, plain and disguised. */
export function findEmails(text: string): Span[] {
  const found: Span[] = [];
  for (let at = text.indexOf('@'); at !== -1; at = text.indexOf('@', at + 1)) {
    const email = addressAround(text, at);
    if (email !== null) found.push(email);
  }
  return MAYBE_DISGUISED.test(text) ? [...found, ...disguised(text)] : found;
}

function disguised(text: string): Span[] {
  const found: Span[] = [];
  for (const { 0: at, index, groups = {} } of firstMatches(text, AT)) {
    const after = text.slice(index + at.length, index + at.length + MOST_AROUND);
    const before = NAME_BEFORE.exec(text.slice(Math.max(0, index - MOST_AROUND), index))?.[0];
    if (before === undefined) continue;
    const host = hostAfter(text, before, after, groups['bare'] !== undefined);
    if (host === null || isArgumentOfLogin(text.slice(0, index - before.length).slice(-MOST_AROUND))) continue;
    found.push({ start: index - before.length, end: index + at.length + host.length });
  }
  return found;
}

function hostAfter(text: string, name: string, after: string, bare: boolean): string | null {
  const [last = ''] = name.split(/\s/).slice(-1);
  if (NO_NAME.test(last)) return null;
  if (!bare) return AFTER_AT.exec(after)?.[0] ?? null;
  const spoken = AFTER_BARE.exec(after)?.[0];
  if (spoken !== undefined) return spoken;
  return /[0-9._]/.test(last) || MAIL_CUE.test(text) ? (AT_PROVIDER.exec(after)?.[0] ?? null) : null;
}

const MOST_LOOKS = 100; // places in one message that are looked at closely
const MOST_AROUND = 130; // characters before and after such a place

function firstMatches(text: string, pattern: RegExp): RegExpExecArray[] {
  const matches: RegExpExecArray[] = [];
  for (const match of text.matchAll(pattern)) {
    if (matches.push(match) >= MOST_LOOKS) break;
  }
  return matches;
}

/** The address around this "@"; null when it is a place to log in, a prompt, or no address at all. */
function addressAround(text: string, at: number): Span | null {
  let start = at;
  while (start > 0 && at - start < MOST_LOCAL && LOCAL_CHARACTER.test(text.charAt(start - 1))) start -= 1;
  while (start < at && /[.\-%]/.test(text.charAt(start))) start += 1;
  if (start === at) return null;
  const after = text.slice(at + 1, at + 1 + 254);
  const domain = DOMAIN_AFTER.exec(after)?.[0].replace(/[.\-]+$/, '') ?? '';
  if (!ENDS_IN_TOP.test(domain) || domain.includes('..') || ALGORITHMS.test(domain)) return null;
  const end = at + 1 + domain.length;
  const before = text.slice(Math.max(0, start - 90), start);
  // "scheme://user@host" and "user:password@host"
  if (
    before.endsWith('://') ||
    before.endsWith('/') ||
    (before.endsWith(':') && !/\b(?:mailto|e-?mail|mail|correo|address|adresse)\s?:$/i.test(before))
  )
    return null;
  if (isArgumentOfLogin(before) || LOGIN_AFTER.test(text.slice(end, end + 80))) return null;
  return { start, end };
}

/** "ssh -p 22 " right before it: options and their values, paths, but no other words between. */
function isArgumentOfLogin(before: string): boolean {
  const words = before.split(/\s+/).slice(-MOST_ARGUMENTS).reverse();
  if (/["'`]?/.exec(words[0] ?? '')?.[0] === words[0]) words.shift();
  for (const [index, word] of words.entries()) {
    if (LOGIN.test(word)) return true;
    if (!/^-|[/.:~\d*]/.test(word) && !words[index + 1]?.startsWith('-')) return false;
  }
  return false;
}

const LINKS: readonly (readonly [Messenger, RegExp])[] = [
  [
    'skype',
    /\bskype:(?!\/\/)[a-z][\w.,:\-]{2,50}|\bjoin\.skype\.com\/[\w/]{4,40}|\blive:\.?(?:cid\.)?[a-z0-9][\w.\-]{4,40}/gi,
  ],
  [
    'whatsapp',
    /\bwa\.me\/\+?[\w/]{4,40}|\b(?:api|chat)\.whatsapp\.com\/[\w?=+&%/]{4,60}|\bwhatsapp:\/\/send\S{4,60}/gi,
  ],
  ['telegram', /\b(?:t\.me|telegram\.(?:me|dog))\/\+?(?!s\/)[\w+/]{3,40}|\btg:\/\/\S{4,60}/gi],
];

const MESSENGER = /skype|whats[\s-]?app|telegram/gi;
const MAYBE_MESSENGER = /skype|whats[\s-]?app|telegram|\bwa\.me|\bt\.me|\btg:|\blive:/i;

const HANDLE = String.raw`@?[a-z0-9][\w.:\-]{2,40}`;
/** A word that can only be somebody's name in a messenger: "@jane", "jane.doe", "jane_82". */
const STRONG =
  /^@[a-z]\w{3,}$|^live:|^(?!\d+-?bits?$)(?=.*[a-z])(?=.*(?:[a-z]\d|\d[a-z]|[a-z\d][_.][a-z\d]))[\w.\-]{4,}$/i;
const LINK_WORDS = String.raw`(?:[:=]|->|is|ist|lautet|hei(?:ß|ss)t|es|as|under|unter|als|como|name|handle|id|username|user|nick|nickname|usuario|nombre|kontakt|contact|account|konto|cuenta|at|mit|con|me|just|call|search|search\s+for|look\s+for|busca|such(?:e)?|add)`;
/** Right after the messenger's name: words that lead to a handle, and the handle. */
const LED = new RegExp(String.raw`^[\s'’\-,"“(]{0,3}((?:${LINK_WORDS}[\s:="'“(,\-]{1,3}){1,4})(${HANDLE})`, 'iu');
const OF_SKYPE =
  /(?:\b(?:name|id|handle|username|user|nick|nickname|usuario|nombre|account|konto|cuenta)\b|[:=]|->|\b(?:as|under|unter|als|como|lautet|heißt|heisst)\b)/i;
const OWN_BEFORE = /\b(?:my|our|mein(?:e[mn]?)?|unser(?:e)?|mi|nuestro)\s(?:[\p{L}]+\s){0,3}$/iu;
const NEAR_BEFORE = new RegExp(
  String.raw`(?:^|[\s("'“,:])(${HANDLE})["'”)]?\s{0,2}(,?\s?(?:on|auf|bei|en|via|in|por|over|über|@|is my|ist mein|es mi)\s(?:my\s|mein(?:em)?\s|mi\s)?)?$`,
  'iu',
);
/** "Add me on skype ": a name may follow at once. */
const ASKED_BEFORE =
  /\b(?:add|find|reach|contact|message|msg|ping|call|text|write|hit|erreich\w*|schreib\w*|finde\w*|such\w*|adde|agr[eé]ga\w*|b[uú]sca\w*|escr[ií]b\w*|ll[aá]ma\w*|cont[aá]cta\w*)\b[^\n]{0,25}$/i;
const DIRECT = new RegExp(String.raw`^[\s,"“(]{1,2}(${HANDLE})`, 'iu');
const NEAR_AFTER = new RegExp(String.raw`^[^\n]{0,40}?(?:^|[\s:("'“])(@[a-z]\w{3,32})(?!\w|\.\w)`, 'iu');

/** Everyday words that may follow "my skype is". */
const NO_HANDLE =
  /^(?:the|a|an|not|no|so|too|very|also|still|just|only|now|here|there|this|that|what|which|where|when|how|why|who|if|it|its|in|on|at|up|off|out|and|or|but|for|from|with|without|to|is|are|was|does|doesn|isn|broken|down|slow|dead|fine|okay|good|bad|old|new|open|offline|online|muted|available|installed|working|crashing|running|stuck|gone|free|evil|better|worse|great|required|needed|user|users|name|names|account|call|calls|video|chat|app|client|linux|ubuntu|windows|beta|version|package|website|service|program|kaputt|langsam|nicht|kein|keine|noch|sehr|leider|aus|ein|eine|der|die|das|mein|und|oder|aber|weg|offen|alt|neu|gut|schlecht|installiert|abgestürzt|lento|lenta|malo|mala|bueno|muy|un|una|el|la|los|las|de|mi|que|roto|viejo|nuevo|nueva|gratis|mejor|peor|bloqueado|bloqueada|because|weil|porque|me|you|him|her|us|them|already|really|totally|completely|pretty|kind|mostly|always|never|compatible|supported|closed|proprietary|default|missing|different|same|http|https|www|apt|sudo|deb|dpkg|wget|error|gerade|immer|wieder|siempre|ahora|nunca|tambi[eé]n|screen|sharing|sound|audio|microphone|mic|camera|webcam)$/i;
const STATE_ENDING = /(?:ing|ed|ly|able|ible|iert|ando|iendo|ado|ido)$/i;

/** Names in messengers. */
export function findHandles(text: string): FoundHandle[] {
  if (!MAYBE_MESSENGER.test(text)) return [];
  const found: FoundHandle[] = LINKS.flatMap(([kind, link]) =>
    [...text.matchAll(link)]
      .filter(({ 0: match, index }) => kind !== 'skype' || isHandleLink(text, match, index))
      .map(({ 0: match, index }) => ({ kind, start: index, end: index + match.length })),
  );
  for (const { 0: name, index } of firstMatches(text, MESSENGER)) {
    const end = index + name.length;
    const near = isPartOfTechnical(text, index, end) ? null : handleNear(text, index, end);
    const handle = near ?? mentionAfter(text, end);
    if (handle !== null) found.push({ kind: kindOf(name), ...handle });
  }
  return found;
}

function kindOf(name: string): Messenger {
  const first = name.charAt(0).toLowerCase();
  return first === 's' ? 'skype' : first === 'w' ? 'whatsapp' : 'telegram';
}

/** "skype:live:abc" and "skype:jane?call"; in "skype:jane" anything but an everyday word. */
function isHandleLink(text: string, match: string, index: number): boolean {
  if (/^join/i.test(match)) return true;
  if (/^live:/i.test(match)) return STRONG.test(match.slice(5)) || /cid/i.test(match) || /skype/i.test(text);
  const handle = match.slice('skype:'.length);
  return text.charAt(index + match.length) === '?' || STRONG.test(handle) || !isEveryday(handle);
}

/** "http://www.skype.com/", "skype_Ubuntu-current.deb", "/usr/bin/skype": not talk of where somebody is. */
function isPartOfTechnical(text: string, start: number, end: number): boolean {
  return (
    /[/.\\_=@]$|\w$/.test(text.slice(Math.max(0, start - 1), start)) ||
    /^(?:[/_=]|\.\w|\*|-\w+\.)/.test(text.slice(end, end + 24))
  );
}

function handleNear(text: string, start: number, end: number): Span | null {
  const after = text.slice(end, end + 120);
  const before = text.slice(Math.max(0, start - 90), start);
  const led = LED.exec(after);
  if (led !== null) {
    const [whole, link = '', handle = ''] = led;
    const from = end + whole.length - handle.length;
    const clear = OF_SKYPE.test(link) || OWN_BEFORE.test(before);
    if (isHandle(handle, clear, text.slice(from + handle.length))) return trimmed(from, handle);
  }
  const direct = ASKED_BEFORE.test(before) ? DIRECT.exec(after) : null;
  if (direct !== null) {
    const [whole, handle = ''] = direct;
    if (isHandle(handle, false, '')) return trimmed(end + whole.length - handle.length, handle);
  }
  const near = NEAR_BEFORE.exec(before);
  if (near !== null) {
    const [whole, handle = '', link] = near;
    // without a word between them only a mention will do: "the 64bit skype"
    if (STRONG.test(handle) && (link !== undefined || handle.startsWith('@')))
      return trimmed(start - whole.length + whole.indexOf(handle), handle);
  }
  return null;
}

/** "@jane" in the same line stands for itself. */
function mentionAfter(text: string, end: number): Span | null {
  const mention = NEAR_AFTER.exec(text.slice(end, end + MOST_AROUND));
  if (mention === null) return null;
  const [whole, handle = ''] = mention;
  return trimmed(end + whole.length - handle.length, handle);
}

/** A full stop or colon at the end belongs to the sentence. */
function trimmed(start: number, handle: string): Span {
  return { start, end: start + handle.replace(/[.:\-]+$/, '').length };
}

/** `clear`: the words before it announce a name, so that a plain word will do when the sentence ends with it. */
function isHandle(raw: string, clear: boolean, rest: string): boolean {
  const handle = raw.replace(/[.:\-]+$/, '');
  if (/^https?$/i.test(handle) || !/[a-z]/i.test(handle)) return false;
  if (STRONG.test(handle)) return !/\.(?:com|org|net|deb|exe|rpm|tar|gz|php|html?|txt|log|so)$/i.test(handle);
  if (!clear || isEveryday(handle) || handle.length < 4) return false;
  return /^\s*(?:$|[.,;!?)("'”\-–]|(?:and|und|y|or|oder|o|if|falls|wenn|si|call|text|on|,)\b)/i.test(
    raw.slice(handle.length) + rest,
  );
}

const isEveryday = (word: string) => NO_HANDLE.test(word) || STATE_ENDING.test(word);
