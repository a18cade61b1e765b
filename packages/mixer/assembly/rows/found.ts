// What is known of the row that was read last: places in memory, for the host to look at and for what writes the row.

/** More messages than this, and more columns that are none of a training row's own, are left to others. */
export const MAX_MESSAGES: usize = 4096;
export const MAX_COLUMNS: usize = 256;

/** Where values begin (0: the row has none) and end, two numbers each; see the offsets below. */
export const FOUND: usize = memory.data(56);
export const ID: usize = 0;
export const METADATA: usize = 8;
export const UNMASK: usize = 16;
export const MESSAGES: usize = 24;
/** How many there are in the lists below. */
export const COLUMN_COUNT: usize = 32;
export const MESSAGE_COUNT: usize = 36;
/** Where the row that `find` looked for begins and ends. */
export const ROW: usize = 40;
/** Not 0: the system message of the mix takes the place of another one. */
export const IS_REPLACED: usize = 48;

/** By column, four numbers: where its name (without quotes) and its value begin and end. */
export const COLUMN_LIST: usize = memory.data(4096);
/** By message, the system's aside, four numbers: where its role and its content begin and end, quotes included. */
export const MESSAGE_LIST: usize = memory.data(65536);
/** Bytes of an entry of a list. */
export const ENTRY: usize = 16;

export function start(what: usize): usize {
  return load<u32>(FOUND + what);
}

export function end(what: usize): usize {
  return load<u32>(FOUND + what, 4);
}

export function set(what: usize, from: usize, to: usize): void {
  store<u32>(FOUND + what, <u32>from);
  store<u32>(FOUND + what, <u32>to, 4);
}

export function count(what: usize): usize {
  return load<u32>(FOUND + what);
}

/** Adds an entry to a list, whose count is `what`. */
export function add(list: usize, what: usize, a: usize, b: usize, c: usize, d: usize): void {
  const entry = list + count(what) * ENTRY;
  store<u32>(entry, <u32>a);
  store<u32>(entry, <u32>b, 4);
  store<u32>(entry, <u32>c, 8);
  store<u32>(entry, <u32>d, 12);
  store<u32>(FOUND + what, <u32>count(what) + 1);
}

/** Forgets the row before. */
export function clear(): void {
  memory.fill(FOUND, 0, 56);
}
