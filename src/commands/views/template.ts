// A text that an expert keeps for messages.

import { z } from 'zod';
import { LOCALES } from '../../domain/people.ts';

export const TemplateView = z
  .strictObject({ id: z.string(), title: z.string(), body: z.string(), locale: z.enum(LOCALES) })
  .meta({ id: 'Template', description: 'A text that the expert keeps for messages.' });
