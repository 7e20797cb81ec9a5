// The head of a view: what it is, a way back, the ways elsewhere, and a way out.

import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { Button } from '../kit/basics.tsx';
import { useTexts, useWidget } from './widget.ts';

export interface HeadProps {
  readonly title: string;
  /** beside the title: who is there, with what light */
  readonly children?: ComponentChildren;
  /** a way back to the view before */
  readonly back?: boolean;
  /** ways to the history and the settings */
  readonly ways?: boolean;
}

export function Head({ title, children, back = false, ways = false }: HeadProps) {
  const widget = useWidget();
  const { common } = useTexts();
  const heading = useRef<HTMLHeadingElement>(null);
  const isOpen = widget.isOpen.value;
  const view = widget.view.value;
  const about = 'questionId' in view ? { questionId: view.questionId } : {};
  useEffect(() => {
    if (isOpen && back) heading.current?.focus(); // the view before is gone, and what had the focus with it
  }, [isOpen]);
  return (
    <header class="head">
      {back && <Button look="icon" icon="back" label={common.back} onPress={() => widget.back()} />}
      <div class="head-title">
        <h1 ref={heading} tabIndex={-1} dir="auto">
          {title}
        </h1>
        {children}
      </div>
      {ways && (
        <>
          <Button look="icon" icon="history" label={common.history} onPress={() => widget.go({ name: 'history' })} />
          <Button
            look="icon"
            icon="settings"
            label={common.settings}
            onPress={() => widget.go({ name: 'settings', ...about })}
          />
        </>
      )}
      {widget.mode === 'widget' && (
        <Button look="icon" icon="close" label={common.close} onPress={() => widget.close()} />
      )}
    </header>
  );
}
