// The view of curves in the page: the shown run, the runs laid over it and its supervised control, handed to the charts.

import { useCallback, useMemo } from 'react';
import { useStore } from 'zustand';
import { usePage, useRecord, useShown, useSpeech, useSurroundings } from '../common/lab-context.ts';
import { unnamed } from '../run-bar/run-title.tsx';
import { CurvesView } from './all-charts.tsx';
import { OverlayChooser } from './overlay-chooser.tsx';
import type { DrawnRun } from './steps/drawn-run.ts';

const CHOOSER = <OverlayChooser />;

export function Curves() {
  const speech = useSpeech();
  const { lab } = useSurroundings();
  const record = useRecord();
  const id = useShown(({ entry }) => entry?.id ?? '');
  const source = useShown((shown) => shown.source);
  const name = useShown(({ entry }) => entry?.notes.name) ?? unnamed(speech, source);
  const colour = useShown(({ entry }) => entry?.notes.colour ?? 0);
  const { runs, control } = useStore(lab.overlays.store);
  const focusChart = usePage(({ chart }) => chart);
  const run = useMemo((): DrawnRun => ({ id, name, colour, record }), [id, name, colour, record]);
  const overlays = useMemo(() => runs.filter((other) => other.id !== id), [runs, id]);
  const revision = useCallback(() => lab.shown.getState().revision, [lab]);
  return <CurvesView {...{ run, overlays, control, revision, focusChart, speech }} chooser={CHOOSER} />;
}
