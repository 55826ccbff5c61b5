// Which of the settings are not those of the run at hand, and whether they wait for a restart of it.

import type { SpinConfiguration } from '../../spin/configuration.ts';
import type { ParameterKey } from '../../spin/parameters/parameter-kinds.ts';
import { differences, PARAMETERS } from '../../spin/parameters/parameter-table.ts';
import type { SessionState } from './session-store.ts';

export interface Pending {
  /** All that differ, in table order; as long as one of them needs a restart, none is taken. */
  readonly changed: readonly ParameterKey[];
  /** Those that need a restart. */
  readonly restart: readonly ParameterKey[];
}

const NOTHING: Pending = { changed: [], restart: [] };

/** Nothing waits for a run that is over, or where there is none: the next start takes all. */
export function pendingChanges(
  { status, configuration }: Pick<SessionState, 'status' | 'configuration'>,
  wanted: SpinConfiguration,
): Pending {
  if (configuration === null || status === 'idle' || status === 'finished' || status === 'stopping') return NOTHING;
  const changed = differences(configuration, wanted);
  const restart = changed.filter((key) => PARAMETERS[key].restart);
  return restart.length === 0 ? NOTHING : { changed, restart };
}
