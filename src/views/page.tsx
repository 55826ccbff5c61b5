// The page: what stands where.

import { lazy, Suspense, useState } from 'react';
import type { StepUnit } from '../lab/step-units.ts';
import { ActivityStrip } from './activity-strip.tsx';
import { AnswersTable } from './answers-table.tsx';
import { LiveRegion } from './live-region.tsx';
import { MeasuresTable } from './measures-table.tsx';
import { Pairs } from './pairs.tsx';
import { Setup } from './setup.tsx';
import { TopBar } from './top-bar.tsx';
import { Transport } from './transport.tsx';
import { TroubleNotice } from './trouble-notice.tsx';

/** The chart library is as large as all the rest: the page does not wait for it. */
const Curves = lazy(() => import('./curves.tsx').then(({ Curves }) => ({ default: Curves })));

export function Page() {
  const [stepUnit, setStepUnit] = useState<StepUnit>('batch');
  return (
    <>
      <TopBar />
      <main id="run" tabIndex={-1}>
        <Transport stepUnit={stepUnit} onStepUnit={setStepUnit} />
        <LiveRegion />
        <TroubleNotice />
        <Setup />
        <Suspense>
          <Curves />
        </Suspense>
        <MeasuresTable />
        <Pairs />
        <AnswersTable />
        <ActivityStrip />
      </main>
    </>
  );
}
