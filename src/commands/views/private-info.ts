// The private information box (9.1), and that it changed.

import { z } from 'zod';
import type { PrivateInfo } from '../../dispatch/private-info.ts';
import { Instant, PersonView, instant, personView } from './fields.ts';

/** What `private-info.changed` tells; version 0: nothing was put there yet. */
export const PrivateInfoChangeView = z
  .strictObject({ questionId: z.string(), version: z.int(), by: PersonView.nullable(), at: Instant.nullable() })
  .meta({ id: 'PrivateInfoChange' });

export const PrivateInfoView = z
  .strictObject({
    questionId: z.string(),
    version: z.int().meta({ description: '0: nothing was put there yet.' }),
    text: z.string().nullable().meta({ description: 'Null: the box is empty.' }),
    by: PersonView.nullable(),
    at: Instant.nullable(),
  })
  .meta({ id: 'PrivateInfo' });

export function privateInfoView(info: PrivateInfo): z.input<typeof PrivateInfoView> {
  const { questionId, version, text, by, at } = info;
  return { questionId, version, text: text === '' ? null : text, by: by && personView(by), at: instant(at) };
}

/** 9.1: that it changed; what it says is read with `private-info.get` and travels nowhere else. */
export function privateInfoChange(
  changed: Pick<PrivateInfo, 'questionId' | 'version' | 'by' | 'at'>,
): z.input<typeof PrivateInfoChangeView> {
  const { questionId, version, by, at } = changed;
  return { questionId, version, by: by && personView(by), at: instant(at) };
}
