import { readFile } from 'node:fs/promises';
import { fileError, safeText, SdgError } from '@sdg/core';
import { traceRow, type Descent } from '@sdg/report';
import { openOutputs } from './kept-outputs.js';
import type { TraceInvocation } from '../commands/trace.js';

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
const indented = (text: string): string => safeText(text).replaceAll('\n', '\n    ');

function linesOf({ lineage, columns, steps }: Descent): string[] {
  const { id, root, path, origin = {}, pipeline, teachers = [] } = lineage;
  const from = [
    ...(origin.file === undefined ? [] : [`${origin.file}${origin.line === undefined ? '' : `:${origin.line}`}`]),
    ...Object.entries(origin)
      .filter(([name]) => name !== 'file' && name !== 'line')
      .map(([name, value]) => `${name} ${textOf(value)}`),
  ];
  return [
    `row ${id}`,
    ...Object.entries(columns).map(([name, value]) => `  ${name}: ${indented(textOf(value))}`),
    `seed ${root}${from.length === 0 ? '' : `: ${safeText(from.join(', '))}`}`,
    `pipeline ${pipeline ?? '?'}${teachers.length === 0 ? '' : `, written by ${safeText(teachers.join(', '))}`}`,
    `way ${path.length === 0 ? 'none: it is a seed' : path.join(' → ')}`,
    ...steps.flatMap(({ block, model, prompt, reply, reasoning }, i) => [
      `${i + 1}. ${block}${model === undefined ? '' : ` · ${safeText(model)}`}`,
      `  prompt: ${indented(prompt)}`,
      ...(reasoning === undefined ? [] : [`  thinking: ${indented(reasoning)}`]),
      `  reply: ${indented(reply)}`,
    ]),
    ...(steps.length === 0
      ? ['no prompt or reply of it is on record: the run was too large to keep all, or made by an earlier version']
      : []),
  ];
}

/** The row that is meant: its id or JSON as given, from stdin, or a line of a file. */
async function rowOf(given: string, stdin: NodeJS.ReadStream): Promise<string> {
  const [, file, number] = given === '-' ? ['', 'stdin', '1'] : (/^([^{].*):(\d+)$/.exec(given) ?? []);
  if (file === undefined) return given;
  const text =
    given === '-'
      ? Buffer.concat((await stdin.toArray()) as Buffer[]).toString()
      : await readFile(file, 'utf8').catch((error: unknown) => {
          throw fileError('read', file, error);
        });
  const line = text.split('\n')[Number(number) - 1]?.trim();
  if (line) return line;
  throw new SdgError('bad-input', `${file} has no line ${number}`, { remedy: 'name a line that holds a row' });
}

/** The work of `sdg trace`. */
export async function runTrace({ flags, positionals, env, stdout, stdin }: TraceInvocation): Promise<number> {
  const folder = flags['run-dir'];
  if (folder === undefined) throw new SdgError('usage', '--run-dir is missing', { remedy: 'name the folder of the run that made the row' });
  const wanted = await rowOf(positionals[0]!, stdin);
  const outputs = openOutputs(folder, flags.cache, env);
  let descent: Descent;
  try {
    descent = await traceRow(folder, wanted, outputs.find);
  } finally {
    await outputs.close();
  }
  stdout.write(flags.format === 'json' ? `${JSON.stringify(descent)}\n` : `${linesOf(descent).join('\n')}\n`);
  return 0;
}
