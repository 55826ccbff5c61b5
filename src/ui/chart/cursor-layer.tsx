// What lies over a line chart's plot: the cursor that all charts of a group share, and the stretch that is dragged to be looked at
// closer. By pointer and by keys.

import { type KeyboardEvent, memo, type PointerEvent, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { type ChartGroup, zoomed } from './chart-group.ts';
import { PLOT, xScale } from './plot.ts';

export interface CursorLayerProps {
  readonly group: ChartGroup;
  readonly width: number;
  /** What is shown, and what there is. */
  readonly x: readonly [number, number];
  readonly whole: readonly [number, number];
  readonly label: string;
  /** The x that is `by` points further than another. */
  readonly step: (x: number, by: number) => number;
  /** The values at an x in words. */
  readonly read: (x: number) => string;
}

/** A drag shorter than this is a click. */
const DRAG_PX = 6;
const FAR = 10;

export const CursorLayer = memo(function CursorLayer(props: CursorLayerProps) {
  const { group, width, x, label, read } = props;
  const cursor = useStore(group, (state) => state.cursor);
  const [drag, setDrag] = useState<readonly [number, number] | null>(null);
  const scale = xScale(x[0], x[1], width);
  const place = (value: number) => Math.min(width - PLOT.right, Math.max(PLOT.left, scale.at(value))) - PLOT.left;
  const pointer = usePointer(props, setDrag);
  return (
    <div
      className="cursor-layer"
      style={{ left: PLOT.left, right: PLOT.right, top: PLOT.top, height: PLOT.height - PLOT.top - PLOT.bottom }}
      role="slider"
      tabIndex={0}
      aria-label={label}
      aria-valuemin={x[0]}
      aria-valuemax={x[1]}
      aria-valuenow={cursor ?? x[1]}
      aria-valuetext={read(cursor ?? x[1])}
      onKeyDown={(event) => pressed(event, props)}
      onBlur={() => group.setState({ cursor: null })}
      onDoubleClick={() => group.setState({ window: null })}
      {...pointer}
    >
      {cursor !== null && cursor >= x[0] && cursor <= x[1] && (
        <span className="cursor" style={{ left: place(cursor) }} aria-hidden="true" />
      )}
      {drag !== null && (
        <span
          className="drag"
          style={{ left: place(Math.min(...drag)), width: Math.abs(place(drag[1]) - place(drag[0])) }}
          aria-hidden="true"
        />
      )}
    </div>
  );
});

function usePointer(props: CursorLayerProps, setDrag: (drag: readonly [number, number] | null) => void) {
  const { group, width, x, step } = props;
  const begun = useRef<number | null>(null);
  const pixel = ({ clientX, currentTarget }: PointerEvent<HTMLElement>) =>
    clientX - currentTarget.getBoundingClientRect().left + PLOT.left;
  const value = (at: number) => Math.min(x[1], Math.max(x[0], xScale(x[0], x[1], width).value(at)));
  return {
    onPointerDown: (event: PointerEvent<HTMLElement>) => {
      if (event.button !== 0) return;
      begun.current = pixel(event);
      event.currentTarget.setPointerCapture(event.pointerId);
    },
    onPointerMove: (event: PointerEvent<HTMLElement>) => {
      const at = pixel(event);
      group.setState({ cursor: step(value(at), 0) });
      if (begun.current !== null && Math.abs(at - begun.current) > DRAG_PX) setDrag([value(begun.current), value(at)]);
    },
    onPointerUp: (event: PointerEvent<HTMLElement>) => {
      const [from, to] = [begun.current, pixel(event)];
      begun.current = null;
      setDrag(null);
      if (from === null || Math.abs(to - from) <= DRAG_PX) return;
      group.setState({ window: [value(Math.min(from, to)), value(Math.max(from, to))] });
    },
    onPointerCancel: () => {
      begun.current = null;
      setDrag(null);
    },
    onPointerLeave: () => {
      if (begun.current === null) group.setState({ cursor: null });
    },
  };
}

/** Arrows, page keys, Home and End move the cursor; plus and minus zoom about it; 0 shows all; Escape takes it away. */
function pressed(event: KeyboardEvent, { group, x, whole, step }: CursorLayerProps): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const { cursor } = group.getState();
  const at = cursor ?? x[1];
  const moves: Readonly<Record<string, () => Partial<ReturnType<ChartGroup['getState']>>>> = {
    ArrowRight: () => ({ cursor: step(at, 1) }),
    ArrowUp: () => ({ cursor: step(at, 1) }),
    ArrowLeft: () => ({ cursor: step(at, cursor === null ? 0 : -1) }),
    ArrowDown: () => ({ cursor: step(at, cursor === null ? 0 : -1) }),
    PageUp: () => ({ cursor: step(at, FAR) }),
    PageDown: () => ({ cursor: step(at, -FAR) }),
    Home: () => ({ cursor: step(x[0], 0) }),
    End: () => ({ cursor: step(x[1], 0) }),
    '+': () => ({ window: zoomed(x, at, 0.5, whole) }),
    '=': () => ({ window: zoomed(x, at, 0.5, whole) }),
    '-': () => ({ window: zoomed(x, at, 2, whole) }),
    '0': () => ({ window: null }),
    Escape: () => ({ cursor: null }),
  };
  const move = moves[event.key];
  if (move === undefined) return;
  event.preventDefault();
  group.setState(move());
}
