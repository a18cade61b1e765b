import { expect, it } from 'vitest';
import { MESSAGES_FORMAT } from '../formats/row-format.js';
import { ByteSink } from './byte-sink.js';
import { BlockTreatment } from './treat-block.js';

const options = { rules: { dataset: 'd', file: 'd.jsonl', format: MESSAGES_FORMAT, output: 'messages' as const, filter: [] } };
const line = (text: string): Buffer => Buffer.from(`{"messages": [{"role": "user",  "content": "${text}"}], "id": "x", "n": 1.0}\n`, 'latin1');

function treat(...lines: readonly Buffer[]): { text: string; bad: number } {
  const sink = new ByteSink();
  const { bad } = new BlockTreatment(options).treat(Buffer.concat(lines), false, sink);
  return { text: sink.take().toString(), bad: bad.length };
}

it('makes of a row what it makes of it alone, whatever its neighbours in the block are', () => {
  const [row, damaged, broken] = [line('q'), line('\xff'), Buffer.from('{"messages": [\n')];
  const alone = treat(row).text;
  expect(treat(damaged, row, broken, row, damaged)).toEqual({ text: alone + alone, bad: 3 });
});

it('takes rows of symbols alone for no near duplicates of each other', () => {
  const rows = ['\u{1f642}', '\u2264', 'words'].map((content) => JSON.stringify({ messages: [{ role: 'user', content }, { role: 'assistant', content }] }));
  const { marks = [] } = new BlockTreatment({ ...options, marks: { dedupe: 'near' } }).treat(Buffer.from(`${rows.join('\n')}\n`), false, new ByteSink());
  expect(marks.map(({ signature }) => signature !== undefined)).toEqual([false, false, true]);
});

it('filters by paths into columns and metadata', () => {
  const messages = [{ role: 'user', content: 'q' }];
  const rows = [
    { id: 'text', messages, metadata: '{"lang":"en"}' },
    { id: 'object', messages, metadata: { lang: 'en' } },
    { id: 'other', messages, metadata: '{"lang":"de"}' },
    { id: 'column', messages, meta: { lang: 'en' } },
    { id: 'name', messages, 'meta.lang': 'en' },
  ].map((row) => JSON.stringify(row));
  const idsOf = (column: string): unknown => {
    const sink = new ByteSink();
    const rules = { ...options.rules, filter: [{ column, equals: 'en' }] };
    new BlockTreatment({ rules }).treat(Buffer.from(`${rows.join('\n')}\n`), false, sink);
    return sink.take().toString().split('\n').slice(0, -1).map((line) => (JSON.parse(line) as { id: string }).id);
  };
  expect(idsOf('metadata.lang')).toEqual(['text', 'object']);
  expect(idsOf('meta.lang')).toEqual(['column', 'name']);
  expect(idsOf('lang')).toEqual([]);
});
