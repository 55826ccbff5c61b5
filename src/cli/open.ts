// What every command opens first: the runtime, with the line that says on what it runs, and model folders with their text codec.

import { readFileSync } from 'node:fs';
import { type Model, openModel } from '../engine/models/files/model-folder.ts';
import { RuntimeUnavailableError } from '../engine/runtime/errors.ts';
import type { Runtime } from '../engine/runtime/runtime.ts';
import { createTextCodec, type TextCodec, TokenizerError } from '../engine/text.ts';
import type { RunEnvironment } from '../folder/run-file.ts';
import type { Io } from './command.ts';
import { folderFiles } from './model-files.ts';
import { openNodeRuntime } from './native-runtime.ts';
import type { Options } from './usage.ts';

const MOST_THREADS = 256;

/** Opens the runtime and writes the command's first line. `seed` is null where no random number is drawn. */
export async function openEnvironment(
  options: Options,
  io: Io,
  seed: number | null,
): Promise<{ readonly runtime: Runtime; readonly environment: RunEnvironment }> {
  const threads = options.integer('threads', { min: 1, max: MOST_THREADS });
  const runtime = await openRuntime(options, io, threads);
  const { backend, adapter } = runtime.info;
  const [name = '', version = ''] = runtime.info.runtime.split(' ');
  const environment = {
    version: ownVersion(),
    runtime: name,
    runtime_version: version,
    backend,
    adapter,
    threads,
    node: process.version,
    seed,
  };
  io.line({ type: 'environment', ...environment });
  return { runtime, environment };
}

async function openRuntime(options: Options, io: Io, threads: number): Promise<Runtime> {
  if (options.text('backend') !== null) {
    return openNodeRuntime(options.choice('backend', ['wasm', 'native']), threads);
  }
  try {
    return await openNodeRuntime('native', threads);
  } catch (error) {
    if (!(error instanceof RuntimeUnavailableError)) throw error;
    io.say(`${error.message} Going on with wasm.`);
    return openNodeRuntime('wasm', threads);
  }
}

function ownVersion(): string {
  const file = new URL('../../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

export interface OpenedModel extends Model {
  readonly folder: string;
  /** Made when first asked for: token ids need no tokenizer. @throws TokenizerError */
  readonly codec: () => TextCodec;
  readonly hasTokenizer: boolean;
}

/** @throws LabError naming the file that is wrong */
export async function openModelFolder(folder: string): Promise<OpenedModel> {
  const model = await openModel(await folderFiles(folder));
  const { tokenizerJson, tokenizerConfig, config } = model;
  let codec: TextCodec | null = null;
  return {
    ...model,
    folder,
    hasTokenizer: tokenizerJson !== undefined,
    codec: () => {
      codec ??= namingFolder(folder, () => createTextCodec({ tokenizerJson, tokenizerConfig, config }));
      return codec;
    },
  };
}

function namingFolder<T>(folder: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof TokenizerError)) throw error;
    throw new TokenizerError(`${folder}: ${error.message}`, error.advice, { cause: error });
  }
}
