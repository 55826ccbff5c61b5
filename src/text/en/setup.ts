// English: settings: presets and parameters.

import type { Phrase } from '../phrase.ts';
import { PARAMETER_WORDS } from './parameters.ts';

export const SETUP = {
  ...PARAMETER_WORDS,
  'setup.title': 'Settings',
  'setup.preset': 'Preset',
  'setup.locked': 'Reset the run to change its settings.',
  'setup.data': 'Data',
  'setup.data.world': 'The built-in world',
  'setup.data.own': { one: '{name}: 1 row', other: '{name}: {n} rows' },
  'setup.data.open': 'Open your own pairs',
  'setup.data.help':
    'JSON lines, each with a “prompt” and a human “response”; or chat messages, instruction and output, question and answer, token ids.',
  'setup.data.back': 'Back to the world',
  'setup.problem': 'Not taken:',
} as const satisfies Record<string, Phrase>;
