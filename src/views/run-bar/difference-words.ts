// What a run's settings change in its preset, in a few words.

import type { SpinConfiguration } from '../../spin/configuration.ts';
import { playedDifferently } from '../../spin/former-rules.ts';
import { PRESET_NAMES, presetConfiguration } from '../../spin/presets.ts';
import type { Speech } from '../../text/language.ts';
import { parameterName } from '../../text/parameter-words.ts';
import { valueWords } from '../common/run-words.ts';

/** More than these are counted. */
const MOST_NAMED = 3;

/** @param preset as the run's notes give it; unknown ones are told as settings of one's own */
export function differenceWords(speech: Speech, configuration: SpinConfiguration, preset: string): string {
  const known = PRESET_NAMES.find((name) => name === preset);
  if (known === undefined) return speech.say('run.own');
  const name = speech.say(`preset.${known}`);
  const keys = playedDifferently(configuration, presetConfiguration(known));
  if (keys.length === 0) return name;
  const named = keys.slice(0, MOST_NAMED).map((key) => {
    const value = valueWords(speech, configuration, key);
    return speech.say('run.difference', { name: parameterName(speech, { key }), value });
  });
  const more = keys.length - named.length;
  const all = more === 0 ? named : [...named, speech.say('run.more', { n: more })];
  return speech.say('run.differs', { preset: name, differences: all.join(speech.say('run.listed')) });
}
