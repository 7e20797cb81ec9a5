// The words of what is seen first, in English: what the other languages must have too.

export { ask } from './ask.ts';
export { common } from './common.ts';
