import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import { checkProgram, writeProgramConfig } from './program-config.js';

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'config-'))));
afterAll(() => rm(folder, { recursive: true }));

it('adds an entry to dataset_info.json, and keeps the others', async () => {
  await writeFile(join(folder, 'dataset_info.json'), '{"other":{"file_name":"o.json"}}');
  await writeFile(join(folder, 'train.jsonl'), '{"conversations":[]}\n{"conversations":[{"value":"\\"images\\":"}],"tools":null}\n');
  const path = await writeProgramConfig('llama-factory', join(folder, 'train.jsonl'), 'sharegpt');
  expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({
    other: { file_name: 'o.json' },
    train: { file_name: 'train.jsonl', formatting: 'sharegpt', columns: { messages: 'conversations', tools: 'tools' } },
  });
});

it('names no column that the file does not have', async () => {
  const columnsOf = async (row: object): Promise<unknown> => {
    await writeFile(join(folder, 'a.json'), JSON.stringify([{ instruction: 'q', input: '', output: 'a' }, row]));
    const path = await writeProgramConfig('llama-factory', join(folder, 'a.json'), 'alpaca');
    return (JSON.parse(await readFile(path, 'utf8')) as { a: { columns: unknown } }).a.columns;
  };
  const always = { prompt: 'instruction', query: 'input', response: 'output' };
  expect(await columnsOf({})).toEqual(always);
  expect(await columnsOf({ history: [['q', 'a']], images: ['x.png'] })).toEqual({ ...always, history: 'history', images: 'images' });
});

it('writes the lines of datasets: for Axolotl', async () => {
  const file = join(folder, 'train.parquet');
  expect(parse(await readFile(await writeProgramConfig('axolotl', file, 'messages'), 'utf8'))).toEqual({
    datasets: [{ path: file, ds_type: 'parquet', type: 'chat_template', field_messages: 'messages' }],
  });
});

it('refuses forms that a program does not read', () => {
  expect(() => checkProgram('axolotl', 'kto')).toThrow(
    'axolotl does not read --format kto; write messages, sharegpt, alpaca, chatml for it',
  );
  expect(() => checkProgram('llama-factory', 'alpaca')).not.toThrow();
});
