// A modal dialog: the browser's own, with its focus, its Escape and its backdrop. It is open while it is mounted.

import { type ReactNode, useLayoutEffect, useRef } from 'react';
import { Icon } from './icon.tsx';

export interface DialogProps {
  readonly label: string;
  readonly className?: string;
  /** Words for the button that closes it; without them there is none, nor a title. */
  readonly closeLabel?: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

export function Dialog({ label, className = '', closeLabel, onClose, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  // Closed before it leaves the page, so that the browser gives the focus back to where it was.
  useLayoutEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the click is on the backdrop; for the keyboard there is Escape
    <dialog
      ref={dialog}
      className={`dialog ${className}`}
      aria-label={label}
      // With the key, not a moment after it: the next key may open another one.
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClose={() => {
        if (dialog.current?.open !== true) onClose();
      }}
      onClick={({ target }) => {
        if (target === dialog.current) onClose();
      }}
    >
      {closeLabel !== undefined && (
        <header>
          <h2>{label}</h2>
          <button type="button" className="bare" aria-label={closeLabel} title={closeLabel} onClick={onClose}>
            <Icon name="close" />
          </button>
        </header>
      )}
      {children}
    </dialog>
  );
}
