// English: settings: presets and parameters.

import { PARAMETERS } from '../../spin/parameters.ts';
import { PRESETS } from '../../spin/presets.ts';

import type { Phrase } from '../phrase.ts';

export const SETUP = {
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
  'preset.default': PRESETS.default.name,
  'preset.default.help': PRESETS.default.description,
  'preset.paper': PRESETS.paper.name,
  'preset.paper.help': PRESETS.paper.description,
  'preset.too-fast': PRESETS['too-fast'].name,
  'preset.too-fast.help': PRESETS['too-fast'].description,
  'parameter.seed': PARAMETERS.seed.name,
  'parameter.seed.help': PARAMETERS.seed.help,
  'parameter.iterations': PARAMETERS.iterations.name,
  'parameter.iterations.help': PARAMETERS.iterations.help,
  'parameter.examplesPerIteration': PARAMETERS.examplesPerIteration.name,
  'parameter.examplesPerIteration.help': PARAMETERS.examplesPerIteration.help,
  'parameter.batchSize': PARAMETERS.batchSize.name,
  'parameter.batchSize.help': PARAMETERS.batchSize.help,
  'parameter.lambdas': 'λ, one an iteration',
  'parameter.lambdas.help': PARAMETERS.lambdas.help,
  'parameter.learningRates': 'Learning rate, one an iteration',
  'parameter.learningRates.help': PARAMETERS.learningRates.help,
  'setup.problem': 'Not taken:',
} as const satisfies Record<string, Phrase>;
