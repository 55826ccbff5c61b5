// A word's meaning, one hover, focus or tap away: a small button whose text floats beside it, and which describes other controls while
// hidden.

import { type ReactNode, useRef } from 'react';
import { Icon } from './icon.tsx';
import './small-controls.css';

export interface HelpTipProps {
  /** The button's name. */
  readonly label: string;
  /** Of the text, for `aria-describedby` elsewhere. */
  readonly id: string;
  readonly children: ReactNode;
}

const GAP = 4;
const WIDTH = 320;

export function HelpTip({ label, id, children }: HelpTipProps) {
  const button = useRef<HTMLButtonElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  const show = () => {
    if (panel.current?.matches(':popover-open') === true) return;
    panel.current?.showPopover();
    place(button.current, panel.current);
  };
  return (
    <>
      <button
        ref={button}
        type="button"
        className="help-tip-button"
        aria-label={label}
        aria-describedby={id}
        onClick={show}
        onPointerEnter={({ pointerType }) => {
          if (pointerType === 'mouse') show();
        }}
        onPointerLeave={({ pointerType, relatedTarget }) => {
          const stays = relatedTarget instanceof Node && panel.current?.contains(relatedTarget) === true;
          if (pointerType === 'mouse' && !stays) panel.current?.hidePopover();
        }}
      >
        <Icon name="help" />
      </button>
      <div
        ref={panel}
        id={id}
        popover="auto"
        className="help-tip"
        onPointerLeave={({ pointerType }) => {
          if (pointerType === 'mouse') panel.current?.hidePopover();
        }}
      >
        {children}
      </div>
    </>
  );
}

/** Below the button or above it, and within the page. It touches the button, so that the pointer can move onto it. */
function place(button: HTMLElement | null, panel: HTMLElement | null): void {
  if (button === null || panel === null) return;
  const { left, top, bottom } = button.getBoundingClientRect();
  const { clientWidth, clientHeight } = document.documentElement;
  const width = Math.min(WIDTH, clientWidth - 2 * GAP);
  const above = bottom + panel.offsetHeight + GAP > clientHeight;
  Object.assign(panel.style, {
    width: `${width}px`,
    left: `${Math.max(GAP, Math.min(left - 2 * GAP, clientWidth - width - GAP))}px`,
    top: `${above ? Math.max(GAP, top - panel.offsetHeight) : bottom}px`,
  });
}
