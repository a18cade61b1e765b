import { createHash } from 'node:crypto';

/** 128 bits of SHA-256 over the parts, as 32 hex digits. Parts are length-prefixed, so `['ab','c']` ≠ `['a','bc']`. */
export function contentHash(...parts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part.length}:`).update(part);
  return hash.digest('hex').slice(0, 32);
}
