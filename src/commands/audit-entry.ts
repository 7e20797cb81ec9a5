// What a command of an admin leaves in the audit log, made from its input and its output: names of things, never what is
// in them. New commands need nothing for it as long as they call ids `<noun>Id`.

import { v7 as uuid } from 'uuid';
import type { Actor } from '../domain/people.ts';
import { beginningOf } from '../domain/text.ts';
import type { AuditAnnouncement, AuditEntry, AuditTarget } from '../models/audit.ts';

const THING = /^[a-z]{1,3}_[0-9a-f-]{36}$/; // as all our ids but those of categories
const CATEGORY = /^[a-z][a-z0-9-]{0,39}$/;
const LONGEST_REASON = 500;

/** What an admin is about to do. */
export function announcementOf(actor: Actor, action: string, input: unknown, at: Date): AuditAnnouncement {
  const asked = fieldsOf(input);
  return {
    call: uuid(),
    actor: { id: actor.id, role: actor.role },
    action,
    targets: once([...namedIn(asked), ...messageIn(asked), ...categoryIn(asked, action)]),
    reason: typeof asked['reason'] === 'string' ? beginningOf(asked['reason'], LONGEST_REASON) : null,
    at,
  };
}

/** What was done, with what it has made. */
export function doneOf(announced: AuditAnnouncement, output: unknown): AuditEntry {
  return {
    ...announced,
    targets: once([...announced.targets, ...entitiesIn(fieldsOf(output)), ...letterIn(fieldsOf(output))]),
    outcome: 'done',
  };
}

const once = (targets: readonly AuditTarget[]) =>
  targets.filter(({ id }, index) => targets.findIndex((other) => other.id === id) === index);

/** `questionId: 'q_…'` */
function namedIn(asked: Fields): AuditTarget[] {
  return Object.entries(asked).flatMap(([key, id]) =>
    key.endsWith('Id') && typeof id === 'string' && THING.test(id) ? [{ what: key.slice(0, -'Id'.length), id }] : [],
  );
}

/** A message has no id of its own. */
function messageIn({ questionId, seq }: Fields): AuditTarget[] {
  return typeof questionId === 'string' && typeof seq === 'number'
    ? [{ what: 'message', id: `${questionId}/${seq}` }]
    : [];
}

/** `category.save` names it by the plain word `id`. */
function categoryIn({ id }: Fields, action: string): AuditTarget[] {
  const fits = action.startsWith('category.') && typeof id === 'string' && CATEGORY.test(id);
  return fits ? [{ what: 'category', id }] : [];
}

/** `user: { id: 'u_…' }`: what the command has made. */
function entitiesIn(answered: Fields): AuditTarget[] {
  return Object.entries(answered).flatMap(([what, entity]) => {
    const { id } = fieldsOf(entity);
    return typeof id === 'string' && THING.test(id) ? [{ what, id }] : [];
  });
}

/** A letter has a key and no id of this form: what it concerns is whose it is, and what it is about. */
function letterIn({ mail }: Fields): AuditTarget[] {
  const { to, about } = fieldsOf(mail);
  const { id } = fieldsOf(to);
  if (typeof id !== 'string' || !Array.isArray(about)) return [];
  const abouts = about.filter((one): one is string => typeof one === 'string' && THING.test(one));
  return [
    { what: 'user', id },
    ...abouts.map((one) => ({ what: one.startsWith('q_') ? 'question' : 'offer', id: one })),
  ];
}

type Fields = Readonly<Record<string, unknown>>;

const fieldsOf = (value: unknown): Fields => (typeof value === 'object' && value !== null ? { ...value } : {});
