/** 32-bit FNV-1a over UTF-16 units, with a last mix so that all bits depend on all. */
function hash32(text: string, from: number, to: number): number {
  let hash = 0x811c9dc5;
  for (let i = from; i < to; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}

/** The set of a text's `size`-grams of characters, hashed; of the whole text where it is shorter. Case and white space even. */
export function shingles(text: string, size: number): Set<number> {
  const plain = text.normalize('NFKC').toLowerCase().replace(/\s+/gu, ' ').trim();
  const set = new Set<number>();
  for (let i = 0; i <= Math.max(0, plain.length - size); i++) set.add(hash32(plain, i, Math.min(plain.length, i + size)));
  return set;
}

/**
 * MinHash (Broder 1997): the least value of each of many hash functions over a set. The share of places in which two
 * signatures agree estimates the Jaccard similarity of the sets, with standard error below 1 / (2 √length).
 * The functions are x ↦ mix(a·x + b) with `a` odd, drawn once from `coefficients`.
 */
export function minHash(set: ReadonlySet<number>, coefficients: Uint32Array): Uint32Array {
  const signature = new Uint32Array(coefficients.length / 2).fill(0xffffffff);
  for (const value of set) {
    for (let i = 0; i < signature.length; i++) {
      const mixed = (Math.imul(coefficients[2 * i]!, value) + coefficients[2 * i + 1]!) | 0;
      const hash = (mixed ^ (mixed >>> 15)) >>> 0;
      if (hash < signature[i]!) signature[i] = hash;
    }
  }
  return signature;
}

/** Share of the places in which two signatures agree. */
export function similarity(a: Uint32Array, b: Uint32Array): number {
  let equal = 0;
  for (let i = 0; i < a.length; i++) if (a[i] === b[i]) equal++;
  return equal / a.length;
}

/**
 * Rows of a band such that pairs at `threshold` meet in some band with probability 0.95 or more: the most rows, hence
 * the fewest needless comparisons, that keep 1 − (1 − tʳ)^(n/r) there.
 */
export function rowsPerBand(length: number, threshold: number): number {
  const meets = (rows: number): boolean => 1 - (1 - threshold ** rows) ** Math.floor(length / rows) >= 0.95;
  let rows = 1;
  while (rows < length && meets(rows + 1)) rows++;
  return rows;
}
