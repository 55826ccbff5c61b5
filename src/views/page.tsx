// The page: what stands where.

import { useState } from 'react';
import type { StepUnit } from '../lab/step-units.ts';
import { ActivityStrip } from './activity-strip.tsx';
import { AnswersTable } from './answers-table.tsx';
import { Curves } from './curves.tsx';
import { Finished } from './finished.tsx';
import { LiveRegion } from './live-region.tsx';
import { MeasuresTable } from './measures-table.tsx';
import { Pairs } from './pairs.tsx';
import { Setup } from './setup.tsx';
import { TopBar } from './top-bar.tsx';
import { Transport } from './transport.tsx';
import { TroubleNotice } from './trouble-notice.tsx';

export function Page() {
  const [stepUnit, setStepUnit] = useState<StepUnit>('batch');
  return (
    <>
      <TopBar />
      <main id="run" tabIndex={-1}>
        <Transport stepUnit={stepUnit} onStepUnit={setStepUnit} />
        <LiveRegion />
        <TroubleNotice />
        <Finished />
        <Setup />
        <Curves />
        <MeasuresTable />
        <Pairs />
        <AnswersTable />
        <ActivityStrip />
      </main>
    </>
  );
}
