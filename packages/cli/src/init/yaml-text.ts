/** A text as a YAML value that YAML 1.1 and yamllint take: in double quotes, as JSON writes it. */
export const quoted = (text: string): string =>
  JSON.stringify(text).replace(/[\u007f-\u009f\u2028\u2029\ufeff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);

// eslint-disable-next-line no-control-regex
const unprintable = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\ufeff\ud800-\udfff]/;

/** A longer text as a block of lines, indented by `indent`; in quotes where a block would not give the text back. */
export function literal(text: string, indent: number): string {
  const lines = text.split('\n').map((line) => line.trimEnd());
  const whole = lines
    .join('\n')
    .trim()
    .replace(/\n{3,}/g, '\n\n');
  if (whole === '' || unprintable.test(whole.replace(/[\ud800-\udbff][\udc00-\udfff]/g, '')) || whole.includes('\t')) return quoted(whole);
  const pad = ' '.repeat(indent);
  return `|-\n${whole
    .split('\n')
    .map((line) => (line === '' ? '' : pad + line))
    .join('\n')}`;
}
