// Bytes as run.json names them.

export const hexadecimal = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

/** SHA-256 in hexadecimal; null where the address is not secure, as browsers compute none there. */
export async function fingerprint(bytes: Uint8Array): Promise<string | null> {
  if (globalThis.crypto.subtle === undefined) return null;
  return hexadecimal(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>)));
}

/** A name that nothing else has, of so many random bytes; `crypto.randomUUID` is not there on a page without https. */
export const freshName = (bytes: number): string => hexadecimal(crypto.getRandomValues(new Uint8Array(bytes)));
