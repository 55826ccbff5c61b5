import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DownloadError } from '../../../src/engine/models/errors.ts';
import { fetchFiles } from '../../../src/engine/models/files/fetch-files.ts';
import { openModel } from '../../../src/engine/models/files/model-folder.ts';
import { goldenBytes } from './golden.ts';

let server: Server;
let base: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    const path = (request.url ?? '').slice('/model/'.length);
    if (/^(config\.json|model\.safetensors)$/.test(path)) response.end(goldenBytes('gpt2', path));
    else if (path === 'page.json')
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end('<!doctype html>');
    else if (path === 'short') {
      response.writeHead(200, { 'content-length': 10 }).write('12345');
      setTimeout(() => response.destroy(), 20);
    } else if (path === 'slow') response.writeHead(200).write('1');
    else response.writeHead(/^\d+$/.test(path) ? Number(path) : 404).end();
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/model`;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

test('a model opens from an address, missing companions and all, and its download is followed to the end', async () => {
  const seen: (readonly [string, number, number | null])[] = [];
  const model = await openModel(
    fetchFiles(`${base}/`, { onProgress: (bytes, total, path) => seen.push([path, bytes, total]) }),
  );
  expect(model.config.architecture).toBe('gpt2');
  const last = seen.filter(([path]) => path === 'model.safetensors').at(-1);
  expect(last?.[1]).toBe(goldenBytes('gpt2', 'model.safetensors').length);
});

describe('what does not come', () => {
  test.each(['nothing.json', 'page.json'])('%s counts as missing', async (path) => {
    expect(await fetchFiles(base).read(path)).toBeNull();
  });

  test.each([
    [403, /login/],
    [429, /wait a minute/],
    [503, /try again later/],
  ])('status %i is named, with advice', async (status, advice) => {
    const error: unknown = await fetchFiles(base)
      .read(String(status))
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(DownloadError);
    expect(error).toMatchObject({ status, url: `${base}/${status}`, advice: expect.stringMatching(advice) });
  });

  test('a download cut short is named', async () => {
    await expect(fetchFiles(base).read('short')).rejects.toThrow(DownloadError);
  });

  test('a server that is not there is named', async () => {
    await expect(fetchFiles('http://127.0.0.1:1').read('config.json')).rejects.toMatchObject({
      name: 'DownloadError',
      status: 0,
    });
  });

  test('an abort stays an abort', async () => {
    const controller = new AbortController();
    const reading = fetchFiles(base, { signal: controller.signal, onProgress: () => controller.abort() }).read('slow');
    await expect(reading).rejects.toMatchObject({ name: 'AbortError' });
  });
});
