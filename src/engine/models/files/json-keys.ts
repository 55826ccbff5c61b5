// The keys of a JSON text's outermost object in the order written, repeated ones included: JSON.parse keeps only the last of them.

/** @param json a text that JSON.parse accepts and that holds an object */
export function* topLevelKeys(json: string): Generator<string> {
  let depth = 0;
  for (let at = 0; at < json.length; at++) {
    const character = json[at]!;
    if (character === '{' || character === '[') depth++;
    else if (character === '}' || character === ']') depth--;
    else if (character === '"') {
      const end = stringEnd(json, at);
      if (depth === 1 && followedByColon(json, end)) yield JSON.parse(json.slice(at, end)) as string;
      at = end - 1;
    }
  }
}

/** The place after the closing quote of the string that opens at `start`. */
function stringEnd(json: string, start: number): number {
  let at = start + 1;
  while (json[at] !== '"') at += json[at] === '\\' ? 2 : 1;
  return at + 1;
}

function followedByColon(json: string, at: number): boolean {
  let next = at;
  while (/\s/.test(json[next] ?? '')) next++;
  return json[next] === ':';
}
