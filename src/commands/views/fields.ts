// What the views of several entities share.

import { z } from 'zod';
import type { Author } from '../../domain/message.ts';
import type { Person } from '../../domain/people.ts';

export const Instant = z.iso.datetime();
export const MoneyView = z
  .strictObject({ amount: z.int(), currency: z.string().length(3) })
  .meta({ id: 'Money', description: 'Integer minor units of an ISO 4217 currency.' });
export const PersonView = z.strictObject({ id: z.string(), name: z.string() }).meta({ id: 'Person' });

export const AuthorView = z.strictObject({ id: z.string(), name: z.string(), role: z.string() });

export const authorView = ({ id, name, role }: Author) => ({ id, name, role });
export const personView = ({ id, name }: Person) => ({ id, name });
export const instant = (at: Date | null) => at && at.toISOString();
