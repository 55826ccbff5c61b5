// Which back end this browser offers, which one is taken and with how many threads, with the reasons in a form that the page can put into
// words.

import type { BrowserBackend } from '../../../workers/messages/protocol.ts';
import { type ThreadChoice, type ThreadRate, worthTrying } from './thread-choice.ts';

export type BackendChoice = 'auto' | BrowserBackend;

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

/** Who says how many threads a player has. */
export type ThreadsBy =
  | { readonly from: 'measured'; readonly rates: readonly ThreadRate[] }
  /** `unmeasured`: the next start measures first. `webgpu`: threads are of no use there. */
  | { readonly from: 'run' | 'link' | 'not-isolated' | 'few-cores' | 'unmeasured' | 'webgpu' };

export interface BackendPlan {
  readonly backend: BrowserBackend;
  /** Of each of the two workers. */
  readonly threads: number;
  readonly threadsBy: ThreadsBy;
  readonly why: BackendReason;
}

/** Numbers of threads a player that are given or known; null where not. */
export interface GivenThreads {
  /** Of a kept run, which gives the same numbers only on as many. */
  readonly run: number | null;
  readonly link: number | null;
  readonly measured: ThreadChoice | null;
}

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

/** A real graphics adapter is taken by itself; a software one only if a person asks: it is slower than wasm. */
export function planBackend(choice: BackendChoice, found: Capabilities, given: GivenThreads): BackendPlan {
  const webgpu = { backend: 'webgpu', threads: 1, threadsBy: { from: 'webgpu' } } as const;
  if (choice === 'webgpu') return { ...webgpu, why: 'chosen' };
  if (choice === 'auto' && found.webgpu === 'available') return { ...webgpu, why: 'gpu' };
  return { backend: 'wasm', ...planThreads(found, given), why: choice === 'wasm' ? 'chosen' : found.webgpu };
}

function planThreads(
  { isolated, cores }: Capabilities,
  { run, link, measured }: GivenThreads,
): Pick<BackendPlan, 'threads' | 'threadsBy'> {
  if (!isolated) return { threads: 1, threadsBy: { from: 'not-isolated' } };
  if (run !== null) return { threads: run, threadsBy: { from: 'run' } };
  if (link !== null) return { threads: link, threadsBy: { from: 'link' } };
  if (worthTrying(cores) === 1) return { threads: 1, threadsBy: { from: 'few-cores' } };
  if (measured === null) return { threads: 1, threadsBy: { from: 'unmeasured' } };
  return { threads: measured.threads, threadsBy: { from: 'measured', rates: measured.rates } };
}
