// How long something takes, as people say it. `locale`: a BCP 47 tag.

import { numberFormat } from './numbers.ts';

/** "5 minutes", "2 hours", "3 days": roughly, in the greatest unit that fits. */
export function roughly(ms: number, locale: string): string {
  const minutes = Math.max(1, Math.round(ms / 60_000));
  const [value, unit] =
    minutes < 60
      ? [minutes, 'minute']
      : minutes < 48 * 60
        ? [Math.round(minutes / 60), 'hour']
        : [Math.round(minutes / 1_440), 'day'];
  return numberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' }).format(value);
}
