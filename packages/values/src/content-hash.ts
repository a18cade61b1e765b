import { hash } from 'node:crypto';

/** 128 bits of SHA-256 over the parts, as 32 hex digits. Parts are length-prefixed, so `['ab','c']` ≠ `['a','bc']`. */
export function contentHash(...parts: readonly string[]): string {
  let text = '';
  for (const part of parts) text += `${part.length}:${part}`;
  // In one go: an object of `createHash` costs more than the hashing of most texts.
  return hash('sha256', text, 'hex').slice(0, 32);
}
