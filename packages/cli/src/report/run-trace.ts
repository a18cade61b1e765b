import { readFile } from 'node:fs/promises';
import { safeText, SdgError } from '@sdg/core';
import { traceRow, type Descent } from '@sdg/report';
import { openOutputs } from './kept-outputs.js';
import type { TraceInvocation } from './report-flags.js';

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

/** The work of `sdg trace`. */
export async function runTrace({ flags, positionals, env, stdout, stdin }: TraceInvocation): Promise<number> {
  const folder = flags['run-dir'];
  if (folder === undefined) throw new SdgError('usage', '--run-dir is missing', { remedy: 'name the folder of the run that made the row' });
  let wanted = positionals[0]!;
  if (wanted === '-') {
    wanted = Buffer.concat((await stdin.toArray()) as Buffer[])
      .toString()
      .split('\n')[0]!;
  } else if (/\.jsonl?:\d+$/.test(wanted)) {
    const [, file, line] = /^(.*):(\d+)$/.exec(wanted)!;
    wanted = (await readFile(file!, 'utf8')).split('\n')[Number(line) - 1] ?? '';
  }
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
