// What is known of the row that was read last: places in memory, for the host to look at and for what writes the row.

/** More messages than this, and more columns that are none of a training row's own, are left to others. */
export const MAX_MESSAGES: usize = 4096;
export const MAX_COLUMNS: usize = 256;

/** Where values begin (0: the row has none) and end, two numbers each; see the offsets below. */
export const FOUND: usize = memory.data(96);
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
/** Tools: a list, or the JSON text of one. */
export const TOOLS: usize = 56;
/** How many fields messages have beside role and content, and how many messages call tools. */
export const FIELD_COUNT: usize = 64;
export const CALL_COUNT: usize = 68;

/** The text of a column that is the row's system message. */
export const SYSTEM: usize = 72;
/** Of a row of one question and one answer what the question is about, and the answer. */
export const INPUT: usize = 80;
export const ANSWER: usize = 88;

/** By column, four numbers: where its name (without quotes) and its value begin and end. */
export const COLUMN_LIST: usize = memory.data(4096);
/** By message, the system's aside, four numbers: where its role and its content begin and end, quotes included. */
export const MESSAGE_LIST: usize = memory.data(65536);
/** More fields than this, in all messages of a row, are left to others. */
export const MAX_FIELDS: usize = 4096;
/** By field of a message beside role and content, as by column. */
export const FIELD_LIST: usize = memory.data(65536);
/** By message, how many fields there are in the list up to its last, and whether it calls tools. */
export const MESSAGE_ENDS: usize = memory.data(32768);
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

/** How many fields there are up to the last one of a message. */
export function fieldsUpTo(message: usize): usize {
  return load<u32>(MESSAGE_ENDS + 8 * message);
}

/** Takes note of where the fields of a message end. */
export function endMessage(message: usize, isCall: bool): void {
  store<u32>(MESSAGE_ENDS + 8 * message, <u32>count(FIELD_COUNT));
  store<u32>(MESSAGE_ENDS + 8 * message, isCall ? 1 : 0, 4);
  if (isCall) store<u32>(FOUND + CALL_COUNT, <u32>count(CALL_COUNT) + 1);
}

/** Forgets the row before. */
export function clear(): void {
  memory.fill(FOUND, 0, 96);
}
