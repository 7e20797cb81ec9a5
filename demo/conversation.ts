// One of the recorded conversations, lived again: the written part turn by turn, and beside it the play of its path.

import { Client } from './client.ts';
import type { Question } from './client.ts';
import type { Planned } from './paths.ts';
import { declined } from './plays.ts';
import { Customer, refusalOf } from './robots.ts';
import type { Expert } from './robots.ts';
import { gatewayOf, pause } from './stage.ts';
import type { Stage } from './stage.ts';

interface Turn {
  /** seconds since the first */
  readonly at: number;
  readonly by: 'customer' | 'expert';
  readonly text: string;
}

export interface Conversation {
  readonly id: string;
  readonly turns: readonly Turn[];
}

const TYPING_S = 15; // the recording has minutes only; nobody answers within the same second
const LOOK_S = 30; // from seeing the offer to deciding
const SUBJECT_LETTERS = 60;
const NAMES =
  'Mia,Noah,Zoe,Luca,Emma,Omar,Lena,Raj,Sofia,Yuki,Tom,Nora,Pablo,Ines,Kofi,Greta,Hugo,Aisha,Jan,Olga'.split(',');

/** The first that fits; the recordings are all about computers. */
const CATEGORIES: readonly (readonly [RegExp, string])[] = [
  [/wlan|wifi|wireless|network|router|\bdhcp\b|\bssh\b|\bdns\b/i, 'networking'],
  [/print|\bcups\b/i, 'printer'],
  [/laptop|notebook/i, 'laptop'],
  [/mail|thunderbird|evolution/i, 'email'],
  [/compil|python|\bgcc\b|\bphp\b|script|regex/i, 'programming'],
  [/nvidia|\bati\b|\busb\b|sound|drive|partition|monitor|cpu/i, 'computer-hardware'],
  [/install|\bapt\b|synaptic|package|firefox|gnome|kde/i, 'software'],
];

export async function live(stage: Stage, { index, path, conversation, pays }: Planned<Conversation>): Promise<void> {
  const customer = await arrive(stage, index);
  const [first] = conversation.turns;
  const body = first?.text ?? '';
  const category = categoryOf(body);
  const everybody = stage.experts.filter(({ client }) => client.user.categories?.includes(category));
  const expert = firstExpert(stage, everybody, index);
  const question = await customer.ask({
    category,
    subject: shortened(body),
    body,
    cents: 1_500 + (index % 4) * 500,
    card: path.card ?? 'pm_card_visa',
  });
  stage.say(`${customer.name} asked: ${question.subject}`);
  await expert.takeUp(question);

  const talked = talk(stage, { customer, expert, question, turns: conversation.turns });
  let isTooDear = false;
  const played = async () => {
    const offer = await customer.isOffered(question.id);
    await pause(stage, LOOK_S);
    isTooDear = offer.price.amount > pays;
    const play = isTooDear ? declined : path.play;
    await play({ stage, index, customer, expert, everybody, questionId: question.id, offer, talked });
  };
  await Promise.all([talked, played()]);
  if (path.rates || isTooDear) await rate(customer, question.id, index);
  if (index % 2 === 0) await close(customer, expert, question.id);
  await goHome(stage, customer, expert, question.id);
}

async function arrive(stage: Stage, index: number): Promise<Customer> {
  const first = NAMES[index % NAMES.length] ?? '';
  const name = `${first} ${'ABCDEFGH'.charAt(index / NAMES.length)}.`;
  const email = `${first.toLowerCase()}.${index + 1}@example.test`;
  const client = await Client.visit(gatewayOf(stage, index), { name, email, locale: 'en' });
  return new Customer(client, stage.witness);
}

/** One who is connected to the other gateway, so that every word crosses from one to the other. */
function firstExpert(stage: Stage, everybody: readonly Expert[], index: number): Expert {
  const allRound = everybody.filter(({ client }) => (client.user.categories?.length ?? 0) > 2);
  const there = allRound.filter((expert) => stage.experts.indexOf(expert) % 2 !== index % 2);
  const expert = there[Math.floor(index / 2) % there.length];
  if (expert === undefined) throw new Error('there is no expert at the other gateway');
  return expert;
}

interface Talk {
  readonly customer: Customer;
  readonly expert: Expert;
  readonly question: Question;
  readonly turns: readonly Turn[];
}

/** The first turn is the question itself. Nobody speaks before they have seen what was said last. */
async function talk(stage: Stage, { customer, expert, question, turns }: Talk): Promise<void> {
  const experts = turns.filter(({ by }) => by === 'expert');
  let said = 0;
  let [previous] = turns;
  for (const turn of turns.slice(1)) {
    await pause(stage, Math.max(TYPING_S, turn.at - (previous?.at ?? 0)));
    const speaker = turn.by === 'customer' ? customer : expert;
    await speaker.views.get(question.id)?.reached(said);
    said = await speaker.say(question.id, turn.text, turn.by === 'expert' ? kindOf(turn, experts) : undefined);
    previous = turn;
  }
}

function kindOf(turn: Turn, all: readonly Turn[]) {
  if (turn === all.at(-1)) return 'answer';
  if (turn === all[0]) return 'greeting';
  return turn.text.trim().endsWith('?') ? 'info_request' : 'message';
}

/** Mostly content; some are not, and a low rating pays nobody (2.5). */
async function rate(customer: Customer, questionId: string, index: number): Promise<void> {
  const stars = [5, 4, 5, 3, 2][index % 5] ?? 5;
  await customer.client.call('question.rate', { questionId, stars });
}

/** 2.8: after the closing line nothing more is taken. */
async function close(customer: Customer, expert: Expert, questionId: string): Promise<void> {
  const view = customer.views.get(questionId);
  const closing = (view?.last ?? 0) + 1;
  await customer.client.call('question.close', { questionId });
  await view?.reached(closing);
  await expert.views.get(questionId)?.reached(closing);
  await refusalOf(customer.say(questionId, 'One more thing …')); // were it taken, the log would show it
}

async function goHome(stage: Stage, customer: Customer, expert: Expert, questionId: string): Promise<void> {
  const views = [customer, expert].map((robot) => ({ robot, view: robot.views.get(questionId) }));
  const last = Math.max(...views.map(({ view }) => view?.last ?? 0));
  for (const { robot, view } of views) {
    if (view === undefined) continue;
    await view.reached(last);
    const { lines, gaps } = view;
    stage.witness.screens.push({ userId: robot.client.user.id, questionId, lines, gaps });
    robot.views.delete(questionId);
    await view.close();
  }
  await customer.client.close();
}

function categoryOf(text: string): string {
  return CATEGORIES.find(([words]) => words.test(text))?.[1] ?? 'computer';
}

function shortened(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  if (line.length <= SUBJECT_LETTERS) return line;
  return `${line.slice(0, SUBJECT_LETTERS).replace(/\s+\S*$/, '')} …`;
}
