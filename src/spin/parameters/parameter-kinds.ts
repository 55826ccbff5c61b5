// What is known of a parameter, whatever it is for: the shape of a row of the parameter table.

import type { SpinConfiguration } from '../configuration.ts';

export type ParameterKey = keyof SpinConfiguration;
export type ParameterGroup = 'play' | 'training' | 'optimizer' | 'answers' | 'watching';
/** What a number counts; empty for a bare number. */
export type Unit = '' | 'tokens' | 'prompts' | 'answers' | 'pairs' | 'examples' | 'iterations' | 'steps' | 'checks';

interface Common<Value> {
  readonly key: ParameterKey;
  readonly group: ParameterGroup;
  /** In plain words, sentence case. */
  readonly name: string;
  /** As in the paper or its code; empty where it has none. */
  readonly symbol: string;
  readonly unit: Unit;
  readonly default: Value;
  /** One or two sentences: what it does, and what to expect of more or less of it. */
  readonly help: string;
  /** A run already begun cannot take the change: the run starts again. Otherwise it goes on from its last checkpoint with it. */
  readonly restart: boolean;
  /** A teacher may hide it from a class. */
  readonly hideable: boolean;
  /** Its name in a link; null keeps it out of links. */
  readonly url: string | null;
  /** Remembered in the browser for the next visit. */
  readonly session: boolean;
  /** Written into exported run folders. */
  readonly export: boolean;
}

interface Ranged {
  /** Both ends included. */
  readonly min: number;
  readonly max: number;
  readonly scale: 'linear' | 'log';
}

export interface NumberParameter extends Common<number>, Ranged {
  readonly kind: 'number';
}
export interface IntegerParameter extends Common<number>, Ranged {
  readonly kind: 'integer';
}
/** One number for each iteration; the last repeats. */
export interface ListParameter extends Common<readonly number[]>, Ranged {
  readonly kind: 'list';
}
export interface BooleanParameter extends Common<boolean> {
  readonly kind: 'boolean';
}
export interface ChoiceParameter<Value extends string | number = string | number> extends Common<Value> {
  readonly kind: 'choice';
  readonly options: readonly { readonly value: Value; readonly name: string }[];
}

export type Parameter = NumberParameter | IntegerParameter | ListParameter | BooleanParameter | ChoiceParameter;

/** The kind of row that fits a field of the configuration. The tuples keep a union of literals (or true | false) together. */
type ParameterFor<Value> = [Value] extends [boolean]
  ? BooleanParameter
  : [Value] extends [readonly number[]]
    ? ListParameter
    : [number] extends [Value]
      ? NumberParameter | IntegerParameter
      : [Value] extends [string | number]
        ? ChoiceParameter<Value>
        : never;

/** Rows for the fields `K`: every one of them, each of the kind that its field has, under its own key. */
export type Rows<K extends ParameterKey> = {
  readonly [P in K]: ParameterFor<SpinConfiguration[P]> & { readonly key: P };
};
