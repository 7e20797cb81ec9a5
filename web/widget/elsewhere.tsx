// Too many windows: this one has no line of its own until it is asked for.

import { Banner, Button } from '../kit/basics.tsx';
import { useTexts, useWidget } from './widget.ts';

export function Elsewhere() {
  const parley = useWidget().parley.value;
  const { common } = useTexts();
  if (!parley?.elsewhere.value) return null;
  return (
    <Banner tone="warn" icon="alert">
      <p role="status">{common.elsewhere}</p>
      <Button onPress={() => parley.useHere()}>{common.useHere}</Button>
    </Banner>
  );
}
