// The short plays: what customers and experts do on each of the paths. All of it by the protocol.

import type { Offer } from './client.ts';
import type { Customer, Expert } from './robots.ts';
import { blink, gatewayOf, pause } from './stage.ts';
import type { Stage } from './stage.ts';

export interface Scene {
  readonly stage: Stage;
  readonly index: number;
  readonly questionId: string;
  readonly customer: Customer;
  /** the expert of the written conversation */
  readonly expert: Expert;
  /** all experts of the category, the first one included */
  readonly everybody: readonly Expert[];
  /** the automatic offer, as it was shown */
  readonly offer: Offer;
  /** the written conversation has come to its end */
  readonly talked: Promise<void>;
}

export async function declined({ stage, index, customer, offer, questionId }: Scene): Promise<void> {
  await customer.client.call('offer.decline', { offerId: offer.id });
  stage.say(`${customer.name} closed the offer; the conversation goes on`);
  await customer.client.leave();
  await pause(stage, 60);
  await customer.client.comeBack(gatewayOf(stage, index + 1)); // at the other gateway
  await customer.watch(questionId);
  stage.say(`${customer.name} is back, at the other gateway, and has missed nothing`);
}

export async function takenBack(scene: Scene): Promise<void> {
  const { stage, customer, offer } = scene;
  await requested(scene);
  await pause(stage, 60);
  await customer.client.call('request.withdraw', { requestId: offer.id });
  stage.say(`${customer.name} took the request back`);
}

export async function firstAccepts(scene: Scene): Promise<void> {
  await requested(scene);
  await pause(scene.stage, 60);
  await accepted(scene);
  await fulfilled(scene, scene.expert);
}

export async function noThanks(scene: Scene): Promise<void> {
  const { stage, customer, expert, offer, questionId, everybody } = scene;
  await requested(scene);
  await pause(stage, 60);
  await expert.client.call('request.decline', { requestId: offer.id });
  stage.say(`${expert.name} said No Thanks`);
  const others = everybody.filter((one) => one !== expert);
  const [winner] = await Promise.all([race(scene, others), customer.isTold('request.passed', questionId)]);
  await fulfilled(scene, winner);
}

export async function raceOfAll(scene: Scene): Promise<void> {
  const { customer, questionId, everybody } = scene;
  await requested(scene);
  await onlyOneKnows(scene);
  const [winner] = await Promise.all([race(scene, everybody), customer.isTold('request.opened', questionId)]);
  await fulfilled(scene, winner);
}

export async function nobody(scene: Scene): Promise<void> {
  const { stage, index, customer, expert, offer, questionId, talked } = scene;
  await requested(scene);
  await onlyOneKnows(scene);
  await talked;
  await customer.client.leave(); // an e-mail will tell
  await expert.sees(offer.id, 'expired');
  stage.say(`nobody accepted ${customer.name}’s request: it expired`);
  await customer.client.comeBack(gatewayOf(stage, index + 1));
  await customer.watch(questionId);
  await customer.sees(offer.id, 'expired');
}

export async function cardMended(scene: Scene): Promise<void> {
  const { stage, customer, questionId, everybody } = scene;
  const failed = await captureFails(scene);
  await pause(stage, 90);
  await customer.updateCard(questionId);
  stage.say(`${customer.name} gave another card: open for all again`);
  const winner = await race(scene, everybody, { round: 2, after: failed.version });
  await fulfilled(scene, winner);
  // 7.4 has earned the question's value, which is held on the first card
  await customer.isTold('question.payment_failed', questionId);
  await customer.updateCard(questionId);
}

export async function cardNeverMended(scene: Scene): Promise<void> {
  const failed = await captureFails(scene);
  await scene.customer.sees(scene.offer.id, 'expired', failed.version);
  scene.stage.say(`${scene.customer.name} gave no other card: the request expired`);
}

export async function neverReported(scene: Scene): Promise<void> {
  const { stage, customer, expert, offer } = scene;
  await requested(scene);
  await accepted(scene);
  await customer.sees(offer.id, 'report_overdue');
  stage.say(`${expert.name} never reported: overdue, nothing is paid`);
}

export async function askedAgain(scene: Scene): Promise<void> {
  const { stage, customer, offer, everybody, expert } = scene;
  const unfulfilled = await notConnected(scene);
  await pause(stage, 60);
  await customer.accept(offer);
  stage.say(`${customer.name} asked again, without paying twice`);
  const others = everybody.filter((one) => one !== expert);
  await fulfilled(scene, await race(scene, others, { round: 2, after: unfulfilled.version }));
}

export async function refunded(scene: Scene): Promise<void> {
  const { stage, customer, offer } = scene;
  await notConnected(scene);
  await pause(stage, 60);
  await customer.client.call('request.withdraw', { requestId: offer.id });
  await customer.sees(offer.id, 'refunded');
  stage.say(`${customer.name} was refunded`);
}

/** 5.3, 6.1: the customer asks for the service, and the expert of the conversation is asked first. */
async function requested({ stage, customer, expert, offer }: Scene): Promise<void> {
  await customer.accept(offer);
  await expert.sees(offer.id, 'reserved');
  stage.say(`${customer.name} asked for ${offer.service.title}; ${expert.name} is asked first`);
}

async function accepted({ stage, expert, offer }: Scene): Promise<void> {
  if (!(await expert.press(offer.id, 1))) throw new Error(`${expert.name} could not accept ${offer.id}`);
  stage.say(`${expert.name} accepted`);
}

/** 6.1: while it is kept for one expert, all others know nothing of it. */
async function onlyOneKnows({ everybody, expert, offer }: Scene): Promise<void> {
  await Promise.all(everybody.filter((one) => one !== expert).map((one) => one.peek(offer.id)));
}

/** 6.4: everybody presses as soon as they see it. */
async function race(
  { stage, offer }: Scene,
  contenders: readonly Expert[],
  { round, after } = { round: 1, after: 0 },
): Promise<Expert> {
  const won = await Promise.all(
    contenders.map(async (one) => {
      await one.sees(offer.id, 'open', after);
      await blink();
      return one.press(offer.id, round);
    }),
  );
  const winner = contenders.find((_, index) => won[index]);
  if (winner === undefined) throw new Error(`nobody won ${offer.id}`);
  stage.say(`${winner.name} won a race of ${contenders.length}`);
  return winner;
}

async function fulfilled({ stage, offer }: Scene, expert: Expert): Promise<void> {
  await pause(stage, 120);
  await expert.report(offer.id, true);
  stage.say(`${expert.name} reported: done, and is paid`);
}

async function notConnected(scene: Scene): Promise<Offer> {
  const { stage, customer, expert, offer } = scene;
  await requested(scene);
  await accepted(scene);
  await pause(stage, 120);
  await expert.report(offer.id, false);
  stage.say(`${expert.name} reported: could not connect`);
  return customer.sees(offer.id, 'unfulfilled');
}

/** 6.5 */
async function captureFails({ stage, customer, expert, offer, questionId }: Scene): Promise<Offer> {
  await customer.accept(offer);
  await expert.sees(offer.id, 'reserved');
  await expert.press(offer.id, 1);
  await customer.isTold('request.payment_failed', questionId);
  stage.say(`${expert.name} accepted, but ${customer.name}’s card failed`);
  return customer.sees(offer.id, 'payment_failed');
}
