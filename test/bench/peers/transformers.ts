// transformers.js answering prompts with `generate()`: its own loop, cache and sampling over an ordinary ONNX decoder of the same weights.
// Everything is given to it: it fetches nothing but the runtime's own files.

import { env, LlamaForCausalLM, PretrainedConfig, Tensor } from '@huggingface/transformers';
import * as ort from 'onnxruntime-web/webgpu';
import type { LlamaConfig } from '../../../src/engine/models/architectures/llama/llama-config.ts';
import { llamaOnnx } from './llama-onnx.ts';

export interface TransformersPlace {
  readonly backend: 'wasm' | 'webgpu';
  /** CPU threads of one run; 1 on WebGPU. */
  readonly threads: number;
  /** Address of the folder with the runtime's own files, with a slash at its end. */
  readonly runtimeBase: string;
}

export interface GenerateOptions {
  /** From the model's own distribution; else the likeliest token. */
  readonly sample: boolean;
  /** End tokens are never chosen, so every row has all its tokens. */
  readonly full?: boolean;
}

export interface Transformers {
  readonly version: string;
  /** New ids of each row, an end token included. */
  generate(
    prompts: readonly (readonly number[])[],
    maxNewTokens: number,
    options: GenerateOptions,
  ): Promise<number[][]>;
  release(): Promise<void>;
}

/** On the CPU the build without WebGPU: it is warm sooner than the one that transformers.js takes where nothing is said, and no slower. */
function runtimeFiles({ backend, runtimeBase }: TransformersPlace): { mjs: string; wasm: string } {
  const name = `${runtimeBase}ort-wasm-simd-threaded${backend === 'webgpu' ? '.asyncify' : ''}`;
  return { mjs: `${name}.mjs`, wasm: `${name}.wasm` };
}

function configure(place: TransformersPlace): void {
  const { wasm } = env.backends.onnx;
  if (wasm === undefined) throw new Error('transformers.js has no WebAssembly runtime here.');
  env.allowRemoteModels = false;
  env.useBrowserCache = false;
  env.useWasmCache = false;
  wasm.wasmPaths = runtimeFiles(place);
  wasm.numThreads = place.backend === 'webgpu' ? 1 : place.threads;
}

/** config.json as it would lie beside the exported model. */
function configJson(config: LlamaConfig): Record<string, unknown> {
  return {
    model_type: 'llama',
    architectures: ['LlamaForCausalLM'],
    vocab_size: config.vocabSize,
    hidden_size: config.width,
    num_hidden_layers: config.layers,
    num_attention_heads: config.heads,
    num_key_value_heads: config.kvHeads,
    head_dim: config.headDim,
    max_position_embeddings: config.positions,
    bos_token_id: config.bosId,
    eos_token_id: config.eosIds.length === 0 ? null : config.eosIds,
    pad_token_id: config.padId,
  };
}

/** A session with the options that `from_pretrained` gives it: on WebGPU the cache stays on the device. */
function openSession(config: LlamaConfig, weights: Float32Array, backend: 'wasm' | 'webgpu') {
  const cache = Array.from({ length: config.layers }, (_, layer) => [`present.${layer}.key`, `present.${layer}.value`]);
  return ort.InferenceSession.create(llamaOnnx(config, weights), {
    executionProviders: [backend],
    logSeverityLevel: 3,
    ...(backend === 'webgpu' && {
      preferredOutputLocation: Object.fromEntries(cache.flat().map((name) => [name, 'gpu-buffer' as const])),
    }),
  });
}

/** Rows of one length, padded at the left as decoders are in transformers. */
function batched(prompts: readonly (readonly number[])[], padId: number) {
  const length = Math.max(...prompts.map((prompt) => prompt.length));
  const ids = new BigInt64Array(prompts.length * length).fill(BigInt(padId));
  const seen = new BigInt64Array(prompts.length * length);
  prompts.forEach((prompt, row) => {
    const start = (row + 1) * length - prompt.length;
    ids.set(prompt.map(BigInt), start);
    seen.fill(1n, start, start + prompt.length);
  });
  const dims = [prompts.length, length];
  return { input_ids: new Tensor('int64', ids, dims), attention_mask: new Tensor('int64', seen, dims) };
}

/** In a batch transformers.js goes on with rows that have ended: what it wrote there is not an answer. */
function untilEnd(ids: readonly number[], ends: readonly number[]): number[] {
  const end = ids.findIndex((id) => ends.includes(id));
  return ids.slice(0, end < 0 ? ids.length : end + 1);
}

/**
 * In Node transformers.js takes onnxruntime-node, unless `globalThis[Symbol.for('onnxruntime')]` is another runtime when this file is
 * loaded: there it must be the module `onnxruntime-web/webgpu`. In a browser it is that module anyway.
 * @param weights all parameters in the order of `parameterLayout(config)`
 * @throws where the runtime or the model does not start
 */
export async function openTransformers(
  config: LlamaConfig,
  weights: Float32Array,
  place: TransformersPlace,
): Promise<Transformers> {
  configure(place);
  const session = await openSession(config, weights, place.backend);
  const model = new LlamaForCausalLM(new PretrainedConfig(configJson(config)), { model: session }, {});
  return {
    version: `${env.version}, onnxruntime-web ${ort.env.versions.web}`,
    async generate(prompts, maxNewTokens, { sample, full = false }) {
      const inputs = batched(prompts, config.padId ?? 0);
      const made = (await model.generate({
        ...inputs,
        max_new_tokens: maxNewTokens,
        min_new_tokens: full ? maxNewTokens : 0,
        do_sample: sample,
        temperature: 1,
        top_k: 0,
      })) as Tensor;
      const length = inputs.input_ids.dims[1]!;
      const rows = made.tolist() as bigint[][];
      return rows.map((row) => untilEnd(row.slice(length).map(Number), config.eosIds));
    },
    release: () => session.release(),
  };
}
