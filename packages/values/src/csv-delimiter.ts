/**
 * The sign that parts the cells of a CSV file, by its first line: a comma, or where that has none outside of quotes a semicolon,
 * as Excel writes it where the comma stands in numbers, or a tab.
 *
 * @example
 * csvDelimiter('question;answer\n'); // ';'
 */
export function csvDelimiter(text: string): string {
  const header = (/^\ufeff?((?:"(?:[^"]|"")*"|[^"\r\n])*)/.exec(text)?.[1] ?? '').replace(/"(?:[^"]|"")*"/g, '');
  return [',', ';', '\t'].find((sign) => header.includes(sign)) ?? ',';
}
