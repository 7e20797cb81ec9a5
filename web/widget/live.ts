// What a conversation needs, in one file: whoever has typed the first letter is about to need both.

export { Parley } from '../client/parley.ts';
export { Talk } from './talk.tsx';
