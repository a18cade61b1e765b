import type { BlockExample, BlockSpec, Catalog } from '@sdg/core';
import { stringify } from 'yaml';
import { fieldsOf } from './schema-text.js';

const yaml = (value: unknown): string => stringify(value, { lineWidth: 0 }).trimEnd();
const fenced = (language: string, text: string): string => `\`\`\`${language}\n${text}\n\`\`\``;
const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
const lines = (samples: readonly unknown[]): string => samples.map((sample) => JSON.stringify(sample)).join('\n');

/** What a block does with the stream, beside what it does to a sample. */
export function natureOf({ holds, barrier, isBarrier }: BlockSpec): string {
  const parts = [
    barrier ? 'waits for the whole input before anything comes out' : isBarrier ? 'with some configs it waits for the whole input' : '',
    holds && !barrier ? 'holds samples while they wait for the teacher' : '',
  ].filter(Boolean);
  return parts.length === 0 ? 'Passes samples on at once.' : `${parts.join('; ').replace(/^./, (letter) => letter.toUpperCase())}.`;
}

function exampleText(type: string, { title, config, files = {}, input, replies = [], output }: BlockExample): string {
  return [
    `*${title}*`,
    fenced('yaml', yaml({ type, config })),
    ...Object.entries(files).map(([name, text]) => `\`${name}\`:\n\n${fenced('yaml', text.trimEnd())}`),
    `In:\n\n${fenced('json', lines(input))}`,
    ...(replies.length > 0
      ? [
          `The teacher says:\n\n` +
            `${fenced('text', replies.map((reply) => (typeof reply === 'string' ? reply : JSON.stringify(reply))).join('\n---\n'))}`,
        ]
      : []),
    `Out:\n\n${fenced('json', lines(output))}`,
  ].join('\n\n');
}

/** The reference of one block, in Markdown. */
export function blockReference(spec: BlockSpec): string {
  const fields = fieldsOf(spec.config);
  const table = [
    '| field | type | |',
    '| --- | --- | --- |',
    ...fields.map(
      ({ name, type, required, description }) => `| \`${name}\`${required ? ' (required)' : ''} | ${cell(type)} | ${cell(description)} |`,
    ),
  ];
  return [
    `## ${spec.type}`,
    spec.summary,
    natureOf(spec),
    ...(fields.length > 0 ? [table.join('\n')] : []),
    ...spec.examples.map((example) => exampleText(spec.type, example)),
  ].join('\n\n');
}

/** The reference of a catalogue, in Markdown: what is said here comes from the specs, and its examples run as tests. */
export function catalogReference(catalog: Catalog): string {
  const specs = [...catalog.values()];
  return `${[
    '# Blocks',
    'Generated from the specs of the blocks by `npm run generate`; the examples run as tests. A block takes samples and gives ' +
      'samples: in a pipeline by its type and config, in code as an RxJS operator.',
    [
      '| block | what it does |',
      '| --- | --- |',
      ...specs.map(({ type, summary }) => `| [${type}](#${type.toLowerCase()}) | ${cell(summary)} |`),
    ].join('\n'),
    'Any block may have `drop_columns` (columns removed from what comes out) and `drop_duplicates` (of samples that agree in all ' +
      'of these columns the first comes out, for each leaf).',
    ...specs.map(blockReference),
  ].join('\n\n')}\n`;
}
