// Why a line is flagged: for what it tells, or for how it speaks.

import { useMemo, useRef } from 'preact/hooks';
import { Button } from '../kit/basics.tsx';
import css from './flag-menu.css?inline';
import { useTask } from './task.ts';
import type { FlagMenuProps } from './talking.ts';

export function FlagMenu({ talking: { parley, texts, styles }, questionId, seq }: FlagMenuProps) {
  const { talk } = texts.value;
  useMemo(() => styles(css), []);
  const menu = useRef<HTMLSpanElement>(null);
  const task = useTask();
  const flag = (reason: 'personal_information' | 'abuse') =>
    task.run(async () => {
      const log = menu.current?.closest<HTMLElement>('.log');
      await parley.call('message.flag', { questionId, seq, reason });
      log?.focus({ preventScroll: true }); // the buttons are gone
    });
  return (
    <span class="line-menu" ref={menu}>
      <Button look="link" icon="flag" busy={task.isBusy} onPress={() => flag('personal_information')}>
        {talk.flagPersonal}
      </Button>
      <Button look="link" icon="flag" busy={task.isBusy} onPress={() => flag('abuse')}>
        {talk.flagAbuse}
      </Button>
      {task.error !== null && <span class="error">{task.error.message}</span>}
    </span>
  );
}
