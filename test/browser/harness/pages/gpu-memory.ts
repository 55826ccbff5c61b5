// What the lab allocates on a graphics device and in the runtime's memory while a player trains, counted at WebGPU's and WebAssembly's own
// doors. A page of its own: the doors are watched from its start.

import type { ModelShape } from '../../../../src/engine/players/memory-for.ts';

const memories: WebAssembly.Memory[] = [];
const { Memory } = WebAssembly;
WebAssembly.Memory = class extends Memory {
  constructor(descriptor: WebAssembly.MemoryDescriptor) {
    super(descriptor);
    memories.push(this);
  }
};

let live = 0;
let peak = 0;
const { createBuffer } = GPUDevice.prototype;
GPUDevice.prototype.createBuffer = function (descriptor) {
  const buffer = createBuffer.call(this, descriptor);
  const destroy = buffer.destroy.bind(buffer);
  let there = true;
  live += descriptor.size;
  peak = Math.max(peak, live);
  buffer.destroy = () => {
    if (there) live -= descriptor.size;
    there = false;
    destroy();
  };
  return buffer;
};

export interface Sizes {
  readonly width: number;
  readonly layers: number;
  readonly pairs: number;
  readonly promptTokens: number;
  readonly answerTokens: number;
}

/** Two steps of a Llama of this size on equally long pairs: the most that was allocated. */
export async function measureTraining(sizes: Sizes): Promise<{ peakBytes: number; shape: ModelShape }> {
  const { openBrowserRuntime } = await import('../../../../src/engine/runtime/browser-runtime.ts');
  const { Trainer } = await import('../../../../src/engine/players/trainer.ts');
  const { parseConfig } = await import('../../../../src/engine/models/registry.ts');
  const { modelShape } = await import('../../../../src/engine/players/passes-for.ts');
  const { DEFAULT_RULES } = await import('../../../unit/engine/golden-pairs.ts');
  const { width, layers, pairs, promptTokens, answerTokens } = sizes;
  const config = parseConfig({
    model_type: 'llama',
    architectures: ['LlamaForCausalLM'],
    vocab_size: 1024,
    hidden_size: width,
    num_hidden_layers: layers,
    num_attention_heads: 4,
    num_key_value_heads: 2,
    head_dim: width / 4,
    intermediate_size: 2.5 * width,
    max_position_embeddings: 256,
    rms_norm_eps: 1e-5,
    rope_theta: 10000,
    hidden_act: 'silu',
    tie_word_embeddings: true,
    bos_token_id: 0,
    eos_token_id: 1,
  });
  const shape = modelShape(config);
  const runtimeBase = new URL('runtime/', location.href).href;
  const runtime = await openBrowserRuntime({ backend: 'webgpu', threads: 1, runtimeBase });
  const trainer = new Trainer(runtime, config);
  const weights = Float32Array.from({ length: shape.parameters }, (_, i) => 0.02 * Math.sin(i));
  await trainer.begin({ role: 'base', values: weights }, { ...DEFAULT_RULES, microBatch: pairs });
  const ids = (count: number, first: number): number[] =>
    Array.from({ length: count }, (_, i) => (7 * i + first) % config.vocabSize);
  const batch = Array.from({ length: pairs }, (_, pair) => ({
    promptIds: ids(promptTokens, pair),
    realIds: ids(answerTokens, pair + 1),
    generatedIds: ids(answerTokens, pair + 2),
    exampleIndex: pair,
    madeIn: 0,
    end: 'stop' as const,
    opponent: { real: -40, generated: -40 },
  }));
  for (let step = 0; step < 2; step += 1) await trainer.step(batch, 1e-5);
  return { peakBytes: peak + memories.reduce((sum, { buffer }) => sum + buffer.byteLength, 0), shape };
}
