// A question that has to be decided before anything else goes on. Esc and the plain button leave all as it was.

import { useEffect, useId, useRef } from 'preact/hooks';
import type { ComponentChildren } from 'preact';
import { Button } from './basics.tsx';

export interface DialogProps {
  readonly title: string;
  /** what the press does */
  readonly yes: string;
  readonly no: string;
  readonly busy?: boolean;
  /** why it cannot be done now */
  readonly why?: string | undefined;
  readonly onYes: () => void;
  readonly onNo: () => void;
  readonly children: ComponentChildren;
}

/** Shown for as long as it is drawn; the focus goes back to where it was. */
export function Dialog({ title, yes, no, busy = false, why, onYes, onNo, children }: DialogProps) {
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const root = dialog.current?.getRootNode() as Document | ShadowRoot | undefined; // whatever it is in
    const before = root?.activeElement;
    dialog.current?.showModal();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      class="dialog"
      aria-labelledby={`${id}-title`}
      aria-describedby={`${id}-words`}
      onClose={onNo}
      onCancel={(event) => {
        event.preventDefault(); // whoever draws it takes it away
        if (!busy) onNo();
      }}
    >
      <h2 id={`${id}-title`}>{title}</h2>
      <div id={`${id}-words`}>{children}</div>
      <div class="dialog-ways">
        <Button onPress={onNo}>{no}</Button>
        <Button look="danger" busy={busy} why={why} onPress={onYes}>
          {yes}
        </Button>
      </div>
    </dialog>
  );
}
