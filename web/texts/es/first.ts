export { ask } from './ask.ts';
export { common } from './common.ts';
