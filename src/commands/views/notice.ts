// A notice, in its reader's language.

import { z } from 'zod';
import type { NoticeCode, Params } from '../../domain/effects.ts';
import type { Notice } from '../../domain/notice.ts';
import type { Locale } from '../../domain/people.ts';
import { noticeText, paramsIn } from '../../texts/text.ts';
import { Instant } from './fields.ts';

export const NoticeView = z
  .strictObject({
    code: z.string(),
    params: z.record(z.string(), z.union([z.string(), z.number()])),
    text: z.string().meta({ description: 'In the reader’s language.' }),
  })
  .meta({ id: 'Notice' });

export const NoticeEntryView = NoticeView.extend({
  id: z.string().meta({ description: 'Told again in the same words, it is the same.' }),
  at: Instant,
}).meta({ id: 'NoticeEntry' });

export const noticeView = (code: NoticeCode, params: Params, locale: Locale): z.input<typeof NoticeView> => ({
  ...{ code, params: { ...paramsIn(params, locale) } },
  text: noticeText(code, params, locale),
});

export const noticeEntryView = (
  { key, at, code, params }: Notice,
  locale: Locale,
): z.input<typeof NoticeEntryView> => ({
  id: key,
  at: at.toISOString(),
  ...noticeView(code, params, locale),
});
