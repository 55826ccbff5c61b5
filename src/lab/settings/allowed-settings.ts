// What settings may be beside the parameters: presets' base layers, back ends, models.

import { PRESET_LAYERS, type PresetName } from '../../spin/presets.ts';
import type { BackendChoice } from '../players/backend.ts';

export const BUILT_IN_MODEL = 'models/spin-small/';
export const BACKEND_CHOICES: readonly BackendChoice[] = ['auto', 'webgpu', 'wasm'];

export type BasePreset = (typeof PRESET_LAYERS.base)[number];

/** The base layer of a preset: a loss alone lies over the default. */
export const baseOf = (preset: PresetName): BasePreset =>
  PRESET_LAYERS.base.find((name) => name === preset) ?? 'default';

/** A folder beside the page: no other host, nothing above. */
const MODEL_FOLDER = /^(?:[\w-]+(?:\.[\w-]+)*\/)+$/;

/** Whether a text names a folder beside the page. */
export const isModelFolder = (text: string): boolean => MODEL_FOLDER.test(text);
