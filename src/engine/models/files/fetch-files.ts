// A model's files behind an address.

import { DownloadError } from '../errors.ts';
import type { ModelFiles } from './model-folder.ts';

export interface FetchOptions {
  /** Called as a file's bytes come in; `total` is null where the server does not tell the length. */
  readonly onProgress?: (bytes: number, total: number | null, path: string) => void;
  /** Aborts every download; `read` then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** Missing are a 404 and a page of HTML: many static hosts answer every unknown address with their start page. */
export function fetchFiles(baseUrl: string, options: FetchOptions = {}): ModelFiles {
  const base = baseUrl.replace(/\/+$/, '');
  return { name: base, read: (path) => download(`${base}/${path}`, path, options) };
}

async function download(url: string, path: string, { onProgress, signal }: FetchOptions): Promise<Uint8Array | null> {
  const response = await request(url, signal);
  if (response.status === 404 || (response.ok && isPage(response))) {
    await response.body?.cancel();
    return null;
  }
  if (!response.ok) {
    throw new DownloadError(
      url,
      response.status,
      `the server answered ${response.status} ${response.statusText}`.trim(),
    );
  }
  const total = announcedLength(response);
  const bytes = await receive(response, url, signal, (count) => onProgress?.(count, total, path));
  if (total !== null && bytes.length !== total) {
    throw new DownloadError(url, 0, `the download ended after ${bytes.length} of ${total} bytes`);
  }
  return bytes;
}

async function request(url: string, signal: AbortSignal | undefined): Promise<Response> {
  try {
    return await fetch(url, signal ? { signal } : {});
  } catch (cause) {
    throw failure(url, signal, cause);
  }
}

function isPage(response: Response): boolean {
  return /^text\/html\b/i.test(response.headers.get('content-type') ?? '');
}

/** The number of bytes to come. A compressed answer's length counts other bytes than those received. */
function announcedLength(response: Response): number | null {
  const length = response.headers.get('content-length');
  return length === null || response.headers.has('content-encoding') ? null : Number(length);
}

async function receive(
  response: Response,
  url: string,
  signal: AbortSignal | undefined,
  onProgress: (bytes: number) => void,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let count = 0;
  // A reader, not `for await`: not every browser can iterate over a stream.
  const reader = response.body?.getReader();
  try {
    for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
      chunks.push(part.value);
      count += part.value.length;
      onProgress(count);
    }
  } catch (cause) {
    throw failure(url, signal, cause);
  }
  return joined(chunks, count);
}

/** An abort is the caller's own wish and stays what it was; all else is a failed download. */
function failure(url: string, signal: AbortSignal | undefined, cause: unknown): unknown {
  if (signal?.aborted) return signal.reason;
  return new DownloadError(url, 0, 'the download failed', { cause });
}

function joined(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
