// A button with a panel that opens beside it and closes by Escape or a press elsewhere: the browser's own popover, put in its place.

import { type ReactNode, useId, useRef } from 'react';

export interface PopoverProps {
  readonly className?: string;
  /** What stands on the button. */
  readonly button: ReactNode;
  /** The button's name where its content does not tell. */
  readonly label?: string;
  /** A press on something in the panel closes it. */
  readonly closesOnPress?: boolean;
  readonly data?: Readonly<Record<`data-${string}`, string>>;
  readonly children: ReactNode;
}

const GAP = 4;

export function Popover({ className = '', button, label, closesOnPress = false, data, children }: PopoverProps) {
  const id = useId();
  const opener = useRef<HTMLButtonElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  return (
    <>
      <button
        ref={opener}
        type="button"
        className={className}
        popoverTarget={id}
        {...(label !== undefined && { 'aria-label': label, title: label })}
        {...data}
      >
        {button}
      </button>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: presses bubble here from the buttons within */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: a key press on a button within is a click, too */}
      <div
        ref={panel}
        id={id}
        popover="auto"
        className="panel"
        onBeforeToggle={() => place(opener.current, panel.current)}
        onClick={({ target }) => {
          if (closesOnPress && target instanceof Element && target.closest('button') !== null) {
            panel.current?.hidePopover();
          }
        }}
      >
        {children}
      </div>
    </>
  );
}

/** On the side of the button where there is more room, and within the page. */
function place(opener: HTMLElement | null, panel: HTMLElement | null): void {
  if (opener === null || panel === null) return;
  const { left, right, top, bottom } = opener.getBoundingClientRect();
  const { clientWidth: width, clientHeight: height } = document.documentElement;
  const below = bottom < height / 2;
  const alignLeft = left < width / 2;
  Object.assign(panel.style, {
    top: below ? `${bottom + GAP}px` : 'auto',
    bottom: below ? 'auto' : `${height - top + GAP}px`,
    left: alignLeft ? `${Math.max(GAP, left)}px` : 'auto',
    right: alignLeft ? 'auto' : `${Math.max(GAP, width - right)}px`,
    maxHeight: `${(below ? height - bottom : top) - 3 * GAP}px`,
  });
}
