// Python's idea of white space takes in U+001C to U+001F and U+0085, and leaves out the byte order mark.
const isSpace = (text: string, index: number): boolean => {
  const code = text.charCodeAt(index);
  if (code < 0x80) return code === 0x20 || (code >= 0x09 && code <= 0x0d) || (code >= 0x1c && code <= 0x1f);
  return code === 0x85 || (code !== 0xfeff && /\s/.test(text[index]!));
};

/** White space removed from both ends, as Python's `str.strip()` does it. */
export function strip(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isSpace(text, start)) start++;
  while (end > start && isSpace(text, end - 1)) end--;
  return text.slice(start, end);
}
