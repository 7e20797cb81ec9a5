// E2: how much one was told that one has not looked at, and the way there.

import { Icon } from '../../kit/basics.tsx';
import { useConsole, useTexts } from '../console.ts';
import { Link } from '../link.tsx';

/** Drawn as those of kit/icons.ts. */
const BELL: readonly string[] = ['M6 10a6 6 0 0 1 12 0c0 5 2 6 2 7H4c0-1 2-2 2-7Z', 'M10 20h4'];

export function Bell() {
  const { notices, router } = useConsole();
  const { notices: words } = useTexts();
  const count = notices.fresh.value;
  return (
    <Link
      class="top-link bell"
      to={{ view: 'notices' }}
      current={router.place.value.view === 'notices'}
      label={words.bell(count)}
    >
      <Icon name={BELL} />
      {count > 0 && <span class="tab-count figure">{count}</span>}
    </Link>
  );
}
