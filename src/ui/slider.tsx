// A slider over round values. It follows the hand while it is moved and hands its value on when it is let go.

import { useEffect, useRef, useState } from 'react';
import { nearestStop } from './slider-stops.ts';
import './small-controls.css';

export interface SliderProps {
  readonly label: string;
  readonly describedBy?: string;
  /** In order. */
  readonly stops: readonly number[];
  readonly value: number;
  readonly disabled?: boolean;
  /** The value in words, with its unit. */
  readonly words: (value: number) => string;
  /** At each movement. */
  readonly onMove: (value: number) => void;
  /** When it is let go, and at each key. */
  readonly onValue: (value: number) => void;
}

export function Slider({ label, describedBy, stops, value, disabled, words, onMove, onValue }: SliderProps) {
  const input = useRef<HTMLInputElement>(null);
  const [moved, setMoved] = useState<number | null>(null);
  const at = moved ?? nearestStop(stops, value);
  const shown = moved === null ? value : stops[moved]!;
  // React's onChange is the browser's `input`; `change` comes when the hand lets go.
  useEffect(() => {
    const element = input.current;
    const letGo = () => {
      setMoved(null);
      onValue(stops[Number(element?.value)]!);
    };
    element?.addEventListener('change', letGo);
    return () => element?.removeEventListener('change', letGo);
  }, [onValue, stops]);
  return (
    <input
      ref={input}
      type="range"
      className="slider"
      aria-label={label}
      aria-describedby={describedBy}
      aria-valuetext={words(shown)}
      disabled={disabled}
      min={0}
      max={stops.length - 1}
      step={1}
      value={at}
      style={{ ['--share' as string]: at / (stops.length - 1) }}
      onChange={({ target }) => {
        setMoved(Number(target.value));
        onMove(stops[Number(target.value)]!);
      }}
    />
  );
}
