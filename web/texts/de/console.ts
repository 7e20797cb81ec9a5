// What the console says, with what it has in common with the widget.

import type { ConsoleTexts } from '../console.ts';
import { common } from './common.ts';
import { earnings } from './earnings.ts';
import { home } from './home.ts';
import { keys } from './keys.ts';
import { notices } from './notices.ts';
import { offering } from './offering.ts';
import { palette } from './palette.ts';
import { request } from './request.ts';
import { settings } from './settings.ts';
import { signIn } from './sign-in.ts';
import { talk } from './talk.ts';
import { work } from './work.ts';

export const words: ConsoleTexts = {
  common,
  earnings,
  home,
  keys,
  notices,
  offering,
  palette,
  request,
  settings,
  signIn,
  talk,
  work,
};
