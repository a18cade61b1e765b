import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { SdgError } from '@sdg/values';
import { isAddress, pipeRows, writeRows, writesPieces, type MixSummary, type Recipe } from '@sdg/mixer/mix';
import { isOf } from '../io/descriptor.js';
import type { MixInvocation } from '../commands/mix.js';
import { evaluationOf } from './mix-recipe.js';

type Flags = MixInvocation['flags'];

/** The path behind links; what has none, a file to be made or one that lost its name, as it is. */
function real(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return resolve(path);
  }
}

/** The file to write; `-` is stdout, as everywhere. */
export const outputOf = ({ output }: Flags): string | undefined => (output === '-' ? undefined : output);

/** What a file is read as, in words; undefined where it is not read. */
function readAs(path: string, flags: Flags, { datasets, decontaminate }: Recipe): string | undefined {
  const isIt = (file: string): boolean => real(file) === real(path);
  const input = datasets.find((dataset) => !isAddress(dataset.path) && isIt(dataset.path));
  if (input) return `read as dataset ${input.name}`;
  const flag = (['recipe', 'formats'] as const).find((name) => flags[name]?.some(isIt));
  if (flag) return `read for --${flag}`;
  if (flags.decontaminate?.some((file) => isIt(evaluationOf(file).path))) return 'read for --decontaminate';
  const isEvaluation = decontaminate?.files.some((file) => isIt(typeof file === 'string' ? file : file.path));
  return isEvaluation ? 'read to decontaminate' : undefined;
}

/** Output that is also an input would eat what it reads. */
export function checkOutputs(flags: Flags, recipe: Recipe): void {
  const { rejects, 'output-dir': folder } = flags;
  const output = outputOf(flags);
  const eaten = output === undefined && folder === undefined ? recipe.datasets.find(({ path }) => isOf(1, path)) : undefined;
  if (eaten) {
    throw new SdgError('usage', `the output goes to the file that is read as dataset ${eaten.name}`, { remedy: 'write to another file' });
  }
  if (output !== undefined && folder !== undefined) {
    throw new SdgError('usage', '--output and --output-dir contradict each other', { remedy: 'keep one of them' });
  }
  if (rejects !== undefined && !flags['skip-bad-lines'] && recipe.dedupe?.mode !== 'semantic') {
    throw new SdgError('usage', '--rejects needs --skip-bad-lines, or --dedupe semantic');
  }
  for (const path of [output, rejects].filter((one) => one !== undefined)) {
    const use = readAs(path, flags, recipe);
    if (use === undefined) continue;
    throw new SdgError('usage', `${path} is ${use} and cannot be written as well`, { remedy: 'write to another file' });
  }
  if (output !== undefined && rejects !== undefined && real(output) === real(rejects)) {
    throw new SdgError('usage', `${output} is named twice for output`, { remedy: 'name two files' });
  }
}

/** Flags that say where rows go, and contradict each other or lack one that they need. */
function checkTargetFlags(flags: Flags): void {
  if (flags.rows && flags['output-dir'] !== undefined) {
    throw new SdgError('usage', '--output-dir writes the rows that InstructLab does', {
      remedy: 'leave --rows out, or write one mix with -o FILE',
    });
  }
  const { push } = flags;
  const other = (['output', 'output-dir'] as const).find((name) => flags[name] !== undefined);
  if (push !== undefined && other !== undefined) {
    throw new SdgError('usage', `--push and --${other} contradict each other`, { remedy: 'keep one of them' });
  }
  if (flags.for !== undefined && outputOf(flags) === undefined) {
    throw new SdgError('usage', '--for needs a file to write beside', { remedy: 'pass -o FILE' });
  }
}

/** Fails where rows could not go where they are to, before any are made. */
export async function checkTargets({ flags, env }: MixInvocation, { format }: Recipe): Promise<void> {
  checkTargetFlags(flags);
  const { push } = flags;
  if (push === undefined && flags.for === undefined) return;
  const { checkProgram, checkPush } = await import('@sdg/mixer');
  if (push !== undefined) await checkPush({ url: push, env });
  if (flags.for !== undefined) checkProgram(flags.for, flags.format ?? format ?? 'messages');
}

/** Where rows go piece by piece, each is written before the one after the next is made. */
export const reusesPieces = (flags: Flags): boolean => {
  const output = outputOf(flags);
  return flags.push === undefined && (output === undefined || writesPieces(output));
};

/** Writes the rows where the flags say; true where whoever read them went away. */
export async function deliver(
  invocation: MixInvocation,
  pieces: AsyncGenerator<Buffer>,
  recipe: Recipe,
  summary: () => MixSummary,
): Promise<boolean> {
  const { flags, stdout, say } = invocation;
  const output = outputOf(flags);
  let closed = false;
  if (flags.push !== undefined) await (await import('./push-mix.js')).pushMix(invocation, pieces, recipe, summary);
  else if (output !== undefined) await writeRows(output, pieces);
  else ({ closed } = await pipeRows(pieces, stdout));
  if (flags.for !== undefined && output !== undefined) {
    const { writeProgramConfig } = await import('@sdg/mixer');
    say(`wrote ${await writeProgramConfig(flags.for, output, flags.format ?? recipe.format ?? 'messages')}`);
  }
  return closed;
}
