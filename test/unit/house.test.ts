// The house keeps its plan: no two files share a name, no folder is too full to be read, and the rooms' imports have no circle.

import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';

const FILES = ['src', 'workers'].flatMap((root) =>
  readdirSync(root, { recursive: true, encoding: 'utf8' })
    .map((path) => join(root, path).replaceAll('\\', '/'))
    .filter((path) => /\.tsx?$/.test(path)),
);

/** In the languages' folders files are the same idea in several languages; a kernel has a twin in the assembly. */
const MAY_SHARE = /^src\/text\/\w+\/|\/errors\.ts$|^src\/engine\/kernels\/assembly\//;

/** Folders with a file for each of what there are. */
const LISTS = ['src/text/en', 'src/text/zh', 'src/world/families'];
const MOST_FILES = 24;

/** A room is a folder that lint has a row for, with all that is in it. */
const ROOMS: readonly RegExp[] = [
  /^src\/(?:engine|lab|views)\/[\w-]+(?=\/)/,
  /^workers\/(?:messages|keeper)(?=\/)/,
  /^src\/[\w-]+(?=\/)/,
];
const roomOf = (path: string): string => ROOMS.map((room) => room.exec(path)?.[0]).find((room) => room) ?? path;

/** Room → the rooms that it imports from. */
function imports(): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const file of FILES) {
    const from = roomOf(file);
    const rooms = found.get(from) ?? new Set();
    found.set(from, rooms);
    for (const [, path] of readFileSync(file, 'utf8').matchAll(/(?:from |import\()'(\.[^']+)'/g)) {
      const to = roomOf(normalize(join(dirname(file), path!)).replaceAll('\\', '/'));
      if (to !== from) rooms.add(to);
    }
  }
  return found;
}

/** The rooms that lead back to themselves. */
function circular(graph: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  const left = new Map([...graph].map(([room, rooms]) => [room, new Set(rooms)]));
  for (let before = -1; before !== left.size; ) {
    before = left.size;
    for (const [room, rooms] of left) if (![...rooms].some((other) => left.has(other))) left.delete(room);
  }
  return [...left.keys()];
}

it('no two files share a name', () => {
  const names = FILES.filter((path) => !MAY_SHARE.test(path)).map((path) =>
    basename(path).replace(/(\.d)?\.tsx?$/, ''),
  );
  expect(names.length).toBeGreaterThan(300);
  expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
});

it('no folder has more files than can be seen at once', () => {
  const counts = new Map<string, number>();
  for (const path of FILES) counts.set(dirname(path), (counts.get(dirname(path)) ?? 0) + 1);
  expect([...counts].filter(([folder, count]) => count > MOST_FILES && !LISTS.includes(folder))).toEqual([]);
});

describe('the rooms', () => {
  it('import one another in no circle', () => {
    const graph = imports();
    expect(graph.get('src/engine/players')).toContain('src/engine/passes');
    expect(circular(graph)).toEqual([]);
  });

  it('would be found out where they did', () => {
    const graph = new Map([
      ['a', new Set(['b'])],
      ['b', new Set(['c', 'd'])],
      ['c', new Set(['b'])],
      ['d', new Set<string>()],
    ]);
    expect(circular(graph)).toEqual(['a', 'b', 'c']);
  });
});
