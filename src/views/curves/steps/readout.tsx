// The numbers of a line chart where the cursor stands, or the latest. Computes none.

import { useStore } from 'zustand';
import type { Speech } from '../../../text/language.ts';
import type { ChartGroup } from '../../../ui/chart/chart-group.ts';
import type { StepDrawing } from './step-drawing.ts';

export interface ReadoutProps {
  readonly group: ChartGroup;
  readonly drawing: StepDrawing;
  readonly format: (value: number) => string;
  /** The cursor's place in words. */
  readonly place: (x: number) => string;
  readonly speech: Speech;
}

export function Readout({ group, drawing, format, place, speech }: ReadoutProps) {
  const cursor = useStore(group, (state) => state.cursor);
  const x = cursor ?? latestX(drawing);
  return (
    <>
      {cursor !== null && <span className="quiet">{place(x)}</span>}
      {drawing.lines
        .filter(({ faint }) => faint !== true)
        .map(({ key, name, colour, at }) => {
          const value = written(at(x), format);
          return (
            <span key={key} style={{ color: colour }} title={speech.say('curves.value', { name, value })}>
              {value}
            </span>
          );
        })}
    </>
  );
}

export const latestX = ({ axis }: StepDrawing): number => axis.at(axis.length - 1);

const written = (value: number, format: (value: number) => string): string =>
  Number.isNaN(value) ? '–' : format(value);

/** The same in a sentence: each line's name with its number. */
export function readAloud(
  { lines }: StepDrawing,
  x: number,
  format: (value: number) => string,
  speech: Speech,
): string {
  return lines
    .filter(({ faint }) => faint !== true)
    .map(({ name, at }) => speech.say('curves.value', { name, value: written(at(x), format) }))
    .join(speech.say('curves.listed'));
}
