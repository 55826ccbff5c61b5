// Whether a run is the supervised control of another: the one rule for all who ask.

import type { RunEntry } from '../../../workers/messages/keeper-protocol.ts';
import type { SpinConfiguration } from '../../spin/configuration.ts';
import { playedDifferently } from '../../spin/former-rules.ts';
import type { RunIdentity } from '../session/run-at-hand.ts';

/** The same weights at the start, the same data, and the same settings but for `control`. */
export function isControlOf(control: RunIdentity, run: RunIdentity): boolean {
  return (
    run.configuration.control === 'none' &&
    control.configuration.control === 'supervised' &&
    playedDifferently(control.configuration, run.configuration).every((key) => key === 'control') &&
    isSame(control.model.sha256, run.model.sha256, control.model.folder === run.model.folder) &&
    isSame(control.data.sha256, run.data.sha256, control.data.source === run.data.source)
  );
}

/** By hashes where both have one. Something with a hash is not what has none, whatever it is called: nobody knows what that was. */
const isSame = (a: string | null, b: string | null, sameName: boolean): boolean =>
  a === null && b === null ? sameName : a === b;

/** The run's control among the finished ones, the newest where there are several; null where there is none. */
export function controlOf(run: RunIdentity, entries: readonly RunEntry[]): RunEntry | null {
  const controls = entries.filter(({ file }) => file.finished !== null && isControlOf(file, run));
  const [newest = null] = controls.sort((a, b) => Date.parse(b.file.started) - Date.parse(a.file.started));
  return newest;
}

/** The settings of the control that a run still lacks; null where there is one, and for a run that is a control itself. */
export function missingControl(run: RunIdentity, entries: readonly RunEntry[]): SpinConfiguration | null {
  const control: SpinConfiguration = { ...run.configuration, control: 'supervised' };
  return run.configuration.control !== 'none' || controlOf(run, entries) !== null ? null : control;
}
