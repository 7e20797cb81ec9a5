// A service of an expert's own (8.1).

import { z } from 'zod';
import type { OwnService } from '../../models/catalogue.ts';
import { MoneyView } from './fields.ts';

export const OwnServiceView = z
  .strictObject({ id: z.string(), title: z.string(), description: z.string(), price: MoneyView })
  .meta({ id: 'OwnService', description: 'A service of the expert’s own, as it was offered last.' });

export const ownServiceView = ({ id, title, description, price }: OwnService) => ({ id, title, description, price });
