// A brace begins a template of the site's, or attributes of what stands before it.
const escaped = (text: string): string => text.replaceAll(/[\\`*_[\]<>|~]/g, (char) => `\\${char}`).replaceAll('{', '&#123;');

/** The text as prose of a page: what stands between backticks stays code, nothing else is taken for Markdown, HTML or a template. */
export const prose = (text: string): string =>
  text
    .replaceAll(/\s*\n\s*/g, ' ')
    .split(/(`[^`]+`)/)
    .map((part, i) => (i % 2 === 1 ? part.replaceAll('|', '\\|') : escaped(part)))
    .join('');

/** The text as code in a cell of a table. */
export function code(text: string): string {
  const fence = text.includes('`') ? '``' : '`';
  const space = fence.length > 1 ? ' ' : '';
  return `${fence}${space}${text.replaceAll(/\s*\n\s*/g, ' ').replaceAll('|', '\\|')}${space}${fence}`;
}

/** A table; its cells are Markdown. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');

/** A page of its paragraphs. */
export const page = (title: string, ...parts: readonly string[]): string =>
  `${[`# ${title}`, '<!-- Written by `npm run generate`. -->', ...parts].join('\n\n')}\n`;
