// The language of the page is the browser's (11.1); dates and money follow it.

const SPOKEN = ['en', 'de', 'es'];

export const locale =
  navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase()).find((tag) => SPOKEN.includes(tag)) ?? 'en';

/** `values`: a text per name in `words`, as in "Signed in as {name}." */
export function fill(words, values) {
  return words.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

export function money({ amount, currency }) {
  const style = new Intl.NumberFormat(locale, { style: 'currency', currency });
  return style.format(amount / 10 ** style.resolvedOptions().maximumFractionDigits);
}

export function time(at) {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(at));
}

/** 272000 → "4:32"; with hours from one hour on */
export function clock(ms) {
  const seconds = Math.ceil(ms / 1_000);
  const two = (number) => String(number).padStart(2, '0');
  const [hours, minutes, rest] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}
