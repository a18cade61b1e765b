import { readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileError, SdgError } from '@sdg/values';
import { stringify } from 'yaml';
import type { OutputFormat } from '../formats/output-format.js';
import { openFile } from '../sources/open-source.js';

/** Programs that want to be told how a file is to be read. */
export const CONFIGURED = ['llama-factory', 'axolotl'] as const;
export type ConfiguredProgram = (typeof CONFIGURED)[number];

const TURNS = {
  role_tag: 'role',
  content_tag: 'content',
  user_tag: 'user',
  assistant_tag: 'assistant',
  system_tag: 'system',
  observation_tag: 'tool',
  function_tag: 'function_call',
};

/** An entry of LLaMA-Factory's dataset_info.json. */
interface Entry {
  readonly formatting: string;
  readonly columns: Readonly<Record<string, string>>;
  readonly tags?: object;
  /** Columns that go by their name where the file has them: it fails for one that no row has. */
  readonly optional: readonly string[];
}

const MEDIA = ['images', 'videos', 'audios'] as const;

/** How LLaMA-Factory reads each form. */
const LLAMA_FACTORY: Partial<Record<OutputFormat, Entry>> = {
  sharegpt: { formatting: 'sharegpt', columns: { messages: 'conversations' }, optional: ['tools', ...MEDIA] },
  messages: { formatting: 'sharegpt', columns: { messages: 'messages' }, tags: TURNS, optional: MEDIA },
  alpaca: {
    formatting: 'alpaca',
    columns: { prompt: 'instruction', query: 'input', response: 'output' },
    optional: ['system', 'history', 'tools', ...MEDIA],
  },
};

/** How Axolotl reads each form, as an entry of `datasets:`. */
const AXOLOTL: Partial<Record<OutputFormat, object>> = {
  messages: { type: 'chat_template', field_messages: 'messages' },
  sharegpt: {
    type: 'chat_template',
    field_messages: 'conversations',
    message_property_mappings: { role: 'from', content: 'value' },
    roles: { user: ['human'], assistant: ['gpt'], system: ['system'], tool: ['observation'] },
  },
  alpaca: { type: 'alpaca' },
  chatml: { type: 'completion', field: 'text' },
};

/** Which of some columns the rows of a file have. */
async function columnsIn(file: string, names: readonly string[]): Promise<string[]> {
  const found = new Set<string>();
  for await (const { bytes } of (await openFile(file)).blocks()) {
    const asked = names.filter((name) => !found.has(name) && bytes.includes(`"${name}":`));
    if (asked.length === 0) continue;
    for (const line of bytes.toString('utf8').split('\n')) {
      if (line.trim() === '') continue;
      const row = JSON.parse(line) as object;
      for (const name of asked) if (Object.hasOwn(row, name)) found.add(name);
    }
  }
  return names.filter((name) => found.has(name));
}

async function llamaFactoryEntry(file: string, { optional, columns, ...entry }: Entry): Promise<object> {
  const found = await columnsIn(file, optional);
  return { file_name: basename(file), ...entry, columns: { ...columns, ...Object.fromEntries(found.map((name) => [name, name])) } };
}

const has = <T>(format: OutputFormat, table: Partial<Record<OutputFormat, T>>, program: string): T => {
  const found = table[format];
  if (found) return found;
  throw new SdgError('usage', `${program} does not read --format ${format}`, { remedy: `write ${Object.keys(table).join(', ')} for it` });
};

/** Fails with `usage` where a program does not read a form. */
export function checkProgram(program: ConfiguredProgram, format: OutputFormat): void {
  if (program === 'axolotl') has(format, AXOLOTL, program);
  else has(format, LLAMA_FACTORY, program);
}

/**
 * Writes beside a file of rows what a program wants to know of it: an entry of `dataset_info.json` for LLaMA-Factory,
 * with the columns that the file has, others of that file kept; the lines of `datasets:` for Axolotl in
 * `FILE.axolotl.yaml`. Gives the path written.
 */
export async function writeProgramConfig(program: ConfiguredProgram, file: string, format: OutputFormat): Promise<string> {
  const path = program === 'axolotl' ? `${file}.axolotl.yaml` : join(dirname(file), 'dataset_info.json');
  let text: string;
  if (program === 'axolotl') {
    text = stringify({
      datasets: [{ path: file, ds_type: /\.parquet$/i.test(file) ? 'parquet' : 'json', ...has(format, AXOLOTL, program) }],
    });
  } else {
    const known = await readFile(path, 'utf8').then(
      (found) => JSON.parse(found) as Record<string, unknown>,
      () => ({}),
    );
    const name = basename(file).replace(/\..*$/, '') || 'train';
    text = `${JSON.stringify({ ...known, [name]: await llamaFactoryEntry(file, has(format, LLAMA_FACTORY, program)) }, null, 2)}\n`;
  }
  await writeFile(path, text).catch((error: unknown) => {
    throw fileError('write', path, error);
  });
  return path;
}
