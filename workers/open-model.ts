// What both players' workers do first: fetch a model folder, and start a runtime for it. Neither waits for the other.

import { fetchFiles } from '../src/engine/models/files/fetch-files.ts';
import { type Model, openModel } from '../src/engine/models/files/model-folder.ts';
import { type TrainableValues, trainableValues } from '../src/engine/models/parameter-set.ts';
import { modelShape } from '../src/engine/players/passes-for.ts';
import { openBrowserRuntime } from '../src/engine/runtime/browser-runtime.ts';
import type { Runtime } from '../src/engine/runtime/runtime.ts';
import { createTextCodec, type TextCodec } from '../src/engine/text.ts';
import { fingerprint } from '../src/folder/fingerprint.ts';
import type { CallContext } from './messages/channel.ts';
import type { LoadProgress, ModelReport, OpenRequest, ReadModelRequest, RuntimeReport } from './messages/protocol.ts';

export interface ReadModel {
  readonly model: Model;
  readonly codec: TextCodec;
  readonly report: ModelReport;
}

/** @throws LabError: whatever is wrong with the address, the files or the tokenizer */
export async function readModel(
  { modelBase }: ReadModelRequest,
  context: CallContext<LoadProgress>,
): Promise<ReadModel> {
  const files = fetchFiles(modelBase, {
    signal: context.signal,
    onProgress: (loaded, total, file) => context.progress({ file, loaded, total: total ?? 0 }),
  });
  // The tab copies no files, so the extra ones are not asked for.
  const model = await openModel(files, []);
  const { config, tokenizerJson, tokenizerConfig } = model;
  const report: ModelReport = {
    parameterCount: model.parameters.trainable.count,
    shape: modelShape(config),
    maxPositions: config.positions,
    sha256: await fingerprintOf(model),
  };
  return { model, codec: createTextCodec({ config, tokenizerJson, tokenizerConfig }), report };
}

/** @throws RuntimeUnavailableError where it cannot be started, saying why */
export async function openRuntime(request: OpenRequest): Promise<{ runtime: Runtime; report: RuntimeReport }> {
  const runtime = await openBrowserRuntime(request);
  const { backend, ...info } = runtime.info;
  return { runtime, report: { ...info, backend: backend === 'webgpu' ? 'webgpu' : 'wasm' } };
}

/** As `play` writes it into a run folder: of the configuration as JSON, then the weights. */
function fingerprintOf({ config, parameters }: Model): Promise<string | null> {
  const { values } = parameters.trainable;
  const json = new TextEncoder().encode(JSON.stringify(config.raw));
  const bytes = new Uint8Array(json.length + values.byteLength);
  bytes.set(json);
  bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), json.length);
  return fingerprint(bytes);
}

/** The weights of another folder of the same model. @throws LabError: whatever is wrong with the address or the files */
export async function fetchWeights(base: string, signal: AbortSignal): Promise<TrainableValues> {
  return trainableValues((await openModel(fetchFiles(base, { signal }), [])).parameters);
}
