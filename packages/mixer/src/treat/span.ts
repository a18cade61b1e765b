/** Where a value stands in a buffer. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Whether `word` stands in the buffer at a place. */
export const spells = (buffer: Uint8Array, at: number, word: Uint8Array): boolean => {
  for (let i = 0; i < word.length; i++) if (buffer[at + i] !== word[i]) return false;
  return true;
};
