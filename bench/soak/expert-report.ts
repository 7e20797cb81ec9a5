// An expert of the soak reports on a request that they have accepted: delivered, or not reached after three attempts (7.1).

import { pathIn } from './paths.ts';
import type { Person } from './person.ts';

const SOON_MS = 3_000;
const LEAST = 3; // attempts, for a report that says no

/** Subjects of which somebody has reported that the customer was not reached: asked for again, they are delivered. */
const notReached = new Set<string>();

export async function writeReport(person: Person, subject: string): Promise<void> {
  const { dice, page } = person;
  const report = page.locator('.report');
  if (!(await person.sees(report, SOON_MS))) return;
  const isReached = pathIn(subject)?.report !== 'no' || notReached.has(subject);
  if (isReached) {
    if (dice.falls(30)) await logAttempts(person, 1);
    await person.press(report.getByText('Yes', { exact: true }));
  } else {
    await person.press(report.getByText('No', { exact: true }));
    if (!(await logAttempts(person, LEAST))) return;
    await report
      .getByLabel('Reason')
      .selectOption('No answer', { timeout: SOON_MS })
      .catch(() => undefined); // it has gone
    await person.fill(report.getByLabel('Comment'), 'Nobody picked up.');
  }
  if (!(await person.press(report.getByRole('button', { name: 'Send report' })))) return;
  if (!isReached) notReached.add(subject);
  if (!(await person.goes(report))) person.wrong(`sent the report on “${subject}”, and its form stays`);
}

/** Until there are so many; false: the form has gone. */
async function logAttempts(person: Person, least: number): Promise<boolean> {
  const report = person.page.locator('.report');
  for (let logged = await report.getByRole('listitem').count(); logged < least; logged += 1) {
    if (!(await person.press(report.getByRole('button', { name: 'Log an attempt now' })))) return false;
    if (!(await person.sees(report.getByText(`(${logged + 1} of ${LEAST})`)))) return false;
  }
  return true;
}
