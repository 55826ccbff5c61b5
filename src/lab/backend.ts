// Which back end this browser offers and which one is taken, with the reason in a form that the page can put into words.

import type { BackendName } from '../../workers/protocol.ts';

export type BackendChoice = 'auto' | BackendName;

/** What the page found out about WebGPU here. */
export type WebGpuState = 'available' | 'software' | 'no-adapter' | 'missing' | 'insecure';

export interface Capabilities {
  readonly webgpu: WebGpuState;
  /** The adapter in words; empty where there is none. */
  readonly adapter: string;
  /** Isolated by COOP and COEP headers: shared memory, so threads. */
  readonly isolated: boolean;
  readonly cores: number;
}

export type BackendReason = 'gpu' | 'chosen' | WebGpuState;

export interface BackendPlan {
  readonly backend: BackendName;
  /** Of each of the two workers. */
  readonly threads: number;
  readonly why: BackendReason;
}

/** More threads a player than this do not pay on models of this size. */
const MOST_THREADS = 4;

export async function findCapabilities(): Promise<Capabilities> {
  const base = { adapter: '', isolated: globalThis.crossOriginIsolated, cores: navigator.hardwareConcurrency || 1 };
  if (!isSecureContext) return { ...base, webgpu: 'insecure' };
  const gpu = (navigator as { gpu?: GPU }).gpu;
  if (gpu === undefined) return { ...base, webgpu: 'missing' };
  // Some browsers reject here where others give null: both mean that there is no adapter.
  const adapter = await gpu.requestAdapter().catch(() => null);
  if (adapter === null) return { ...base, webgpu: 'no-adapter' };
  const { vendor, architecture, description, isFallbackAdapter } = adapter.info;
  const words = [vendor, architecture, description].filter((word) => word !== '').join(' ');
  const software = isFallbackAdapter || /swiftshader|llvmpipe|software/i.test(words);
  return { ...base, webgpu: software ? 'software' : 'available', adapter: words };
}

/**
 * A real graphics adapter is taken by itself; a software one only if a person asks: it is slower than wasm.
 * @param wanted threads of a kept run, which gives the same numbers only on as many
 */
export function planBackend(choice: BackendChoice, found: Capabilities, wanted: number | null = null): BackendPlan {
  if (choice === 'webgpu') return { backend: 'webgpu', threads: 1, why: 'chosen' };
  if (choice === 'auto' && found.webgpu === 'available') return { backend: 'webgpu', threads: 1, why: 'gpu' };
  // Two players at once are the best use of few cores, so they share them.
  const fitting = Math.min(MOST_THREADS, Math.max(1, Math.floor(found.cores / 2)));
  const threads = found.isolated ? (wanted ?? fitting) : 1;
  return { backend: 'wasm', threads, why: choice === 'wasm' ? 'chosen' : found.webgpu };
}
