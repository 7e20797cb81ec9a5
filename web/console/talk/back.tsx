// The way back to the list, where there is no room for both.

import { useTexts } from '../console.ts';
import { Link } from '../link.tsx';
import type { Tab } from '../router.ts';

export const Back = ({ tab }: { readonly tab: Tab }) => {
  const { work } = useTexts();
  return (
    <Link class="back" to={{ view: 'home', tab }} label={work.backToList}>
      <span aria-hidden="true">←</span>
    </Link>
  );
};
