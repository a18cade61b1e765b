import type { BlockSpec, Catalog } from '@sdg/core';
import { stringify } from 'yaml';
import { natureOf } from './block-reference.js';
import { fieldsOf } from './schema-text.js';

/** Words wrapped to a width, every line indented. */
function wrapped(text: string, indent: string, width = 100): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    if (line !== '' && indent.length + line.length + word.length + 1 > width) {
      lines.push(indent + line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, indent + line].join('\n');
}

/** A block for a terminal: summary, fields, and its first example. */
export function blockText(spec: BlockSpec): string {
  const fields = fieldsOf(spec.config).map(({ name, type, required, description }) =>
    [`  ${name} (${type}${required ? ', required' : ''})`, ...(description ? [wrapped(description, '      ')] : [])].join('\n'),
  );
  const [example] = spec.examples;
  return `${[
    `${spec.type}: ${spec.summary}`,
    natureOf(spec),
    ...(fields.length > 0 ? ['config:', ...fields] : []),
    ...(example
      ? [
          `for example (${example.title}):`,
          stringify({ type: spec.type, config: example.config }, { lineWidth: 0 }).trimEnd().replace(/^/gm, '  '),
        ]
      : []),
  ].join('\n')}\n`;
}

/** The catalogue for a terminal: a line a block. */
export function catalogText(catalog: Catalog): string {
  const width = Math.max(...[...catalog.keys()].map((type) => type.length));
  return [...catalog.values()].map(({ type, summary }) => `${type.padEnd(width)}  ${summary}\n`).join('');
}

/** A block as data: what `sdg blocks --format json` prints. */
export const blockJson = ({ type, summary, config, holds, barrier, isBarrier, examples }: BlockSpec) => ({
  type,
  summary,
  config: JSON.parse(JSON.stringify(config)) as unknown,
  holds,
  barrier: barrier || (isBarrier ? 'by config' : false),
  examples,
});
