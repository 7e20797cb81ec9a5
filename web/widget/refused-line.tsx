// A line that the server has not taken, in the widget's words.

import { RefusedLine as Refused } from '../talk/refused-line.tsx';
import type { RefusedLineProps } from '../talk/talking.ts';
import { sentenceOf } from './problem.tsx';
import { useTexts } from './widget.ts';

export function RefusedLine(props: Omit<RefusedLineProps, 'sentence'>) {
  const texts = useTexts();
  const { error } = props.line;
  return <Refused {...props} sentence={error && sentenceOf(error, texts)} />;
}
