/** 32-bit FNV-1a over UTF-16 units, with a last mix so that all bits depend on all. */
function hash32(units: Uint16Array, from: number, to: number): number {
  let hash = 0x811c9dc5;
  for (let i = from; i < to; i++) hash = Math.imul(hash ^ units[i]!, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}

const mix = (value: number): number => {
  let hash = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
};

/** The UTF-16 units of a text without case, compatibility forms, and white space but for single spaces. */
function unitsOf(text: string): Uint16Array {
  // A single space is left alone: in most texts there is no other white space, and each replacement costs.
  const plain = text.normalize('NFKC').toLowerCase().replace(/\s{2,}|[^\S ]/gu, ' ').trim();
  const units = new Uint16Array(plain.length);
  for (let i = 0; i < units.length; i++) units[i] = plain.charCodeAt(i);
  return units;
}

const EMPTY = 0xffffffff;

/**
 * MinHash of a text's n-grams of characters (of the whole text, where it is shorter); case, white space and
 * compatibility forms do not count. The share of places in which two signatures agree estimates the Jaccard similarity
 * of the sets of n-grams, with a standard error of about 1 / (2 √length).
 *
 * One hash of each n-gram falls into one of `length` bins, whose least value counts; empty bins borrow from others,
 * chosen by hashing (A. Shrivastava, Optimal Densification for Fast and Accurate Minwise Hashing, 2017). So the time is
 * that of reading the text, where one hash function for each place would take `length` times as long.
 */
export function minHash(text: string, size: number, length: number): Uint32Array {
  const units = unitsOf(text);
  const bins = new Uint32Array(length).fill(EMPTY);
  const last = Math.max(0, units.length - size);
  for (let i = 0; i <= last; i++) {
    const hash = hash32(units, i, Math.min(units.length, i + size));
    const bin = Math.floor((hash / 4294967296) * length);
    const value = Math.min(mix(hash), EMPTY - 1);
    if (value < bins[bin]!) bins[bin] = value;
  }
  return bins.map((value, bin) => {
    let source = bin;
    for (let attempt = 1; bins[source] === EMPTY; attempt++) source = mix(bin * 0x9e3779b1 + attempt) % length;
    return source === bin ? value : bins[source]!;
  });
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
