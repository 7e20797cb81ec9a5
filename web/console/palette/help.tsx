// E11: what keys do.

import { useEffect, useId, useRef } from 'preact/hooks';
import { Button } from '../../kit/basics.tsx';
import { useTexts } from '../console.ts';

export function Help({ onClose }: { readonly onClose: () => void }) {
  const { keys, common } = useTexts();
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    dialog.current?.showModal();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  const { does: words } = keys;
  const rows: readonly (readonly [string, string])[] = [
    ...([
      ['?', words.help],
      ['Ctrl / ⌘ + K, /', words.find],
    ] as const),
    ...([
      ['g h', words.home],
      ['g m', words.mine],
      ['g r', words.requests],
      ['g e', words.earnings],
      ['g n', words.notices],
      ['g s', words.settings],
    ] as const),
    ...([
      ['j', words.next],
      ['k', words.before],
      ['c', words.claim],
      ['r', words.reply],
    ] as const),
    ...([
      ['o', words.offer],
      ['t', words.templates],
      ['Esc', words.back],
      ['Alt + 1…4', words.kind],
      ['Alt + A', words.answer],
    ] as const),
    ...([
      ['Ctrl / ⌘ + Enter', words.send],
      ['m', words.mute],
      ['p', words.presence],
    ] as const),
  ];
  return (
    <dialog
      ref={dialog}
      class="dialog keys"
      aria-labelledby={`${id}-title`}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <h2 id={`${id}-title`}>{keys.title}</h2>
      <p class="hint">{keys.hint}</p>
      <dl>
        {rows.map(([key, what]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <div class="dialog-ways">
        <Button onPress={onClose}>{common.close}</Button>
      </div>
    </dialog>
  );
}
