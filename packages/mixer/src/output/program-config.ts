import { readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { SdgError } from '@sdg/core/values';
import { stringify } from 'yaml';
import { fileError } from '../files/file-error.js';
import type { OutputFormat } from '../formats/output-format.js';

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

/** How LLaMA-Factory reads each form, as an entry of its dataset_info.json. */
const LLAMA_FACTORY: Partial<Record<OutputFormat, object>> = {
  sharegpt: { formatting: 'sharegpt', columns: { messages: 'conversations', tools: 'tools' } },
  messages: { formatting: 'sharegpt', columns: { messages: 'messages' }, tags: TURNS },
  alpaca: {
    formatting: 'alpaca',
    columns: { prompt: 'instruction', query: 'input', response: 'output', system: 'system', history: 'history' },
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

const has = (format: OutputFormat, table: Partial<Record<OutputFormat, object>>, program: string): object => {
  const found = table[format];
  if (found) return found;
  throw new SdgError('usage', `${program} does not read --format ${format}`, { remedy: `write ${Object.keys(table).join(', ')} for it` });
};

/** Fails with `usage` where a program does not read a form. */
export function checkProgram(program: ConfiguredProgram, format: OutputFormat): void {
  has(format, program === 'axolotl' ? AXOLOTL : LLAMA_FACTORY, program);
}

/**
 * Writes beside a file of rows what a program wants to know of it: an entry of `dataset_info.json` for LLaMA-Factory,
 * others of that file kept; the lines of `datasets:` for Axolotl in `FILE.axolotl.yaml`. Gives the path written.
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
    text = `${JSON.stringify({ ...known, [name]: { file_name: basename(file), ...has(format, LLAMA_FACTORY, program) } }, null, 2)}\n`;
  }
  await writeFile(path, text).catch((error: unknown) => {
    throw fileError('write', path, error);
  });
  return path;
}
