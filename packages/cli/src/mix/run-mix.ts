import { createReadStream, realpathSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { groupDigits, SdgError } from '@sdg/core/values';
import {
  DEFAULT_SYSTEM_PROMPT,
  isAddress,
  mix,
  openStream,
  pipeRows,
  writeRows,
  writesPieces,
  type DatasetSpec,
  type MixOptions,
  type MixSummary,
  type Recipe,
  type RowFormat,
} from '@sdg/mixer/mix';
import { descriptor } from '../io/descriptor.js';
import type { MixInvocation } from './mix-flags.js';
import { datasetOf, evaluationOf, isWhole, joinRecipes, loadFormats, openDefaultRecipe, openRecipe } from './mix-recipe.js';
import { MixRejects } from './mix-rejects.js';
import { beginsGenerated, isStdin, peek, stdinDataset, type StdinRows } from './stdin-input.js';
import type { SampleRows } from './stdin-rows.js';

/** Whether stdin brings anything: a pipe or a file, not a terminal and not nothing at all. */
function hasInput(stdin: NodeJS.ReadStream): boolean {
  if (stdin.isTTY) return false;
  try {
    return !descriptor(0).isCharacterDevice();
  } catch {
    return false;
  }
}

/** The path behind links; what has none, a file to be made or one that lost its name, as it is. */
function real(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return resolve(path);
  }
}

/** Whether stdout goes to this very file, as after `>>`: a mix would read what it has just written. */
function isStdout(path: string): boolean {
  try {
    const found = statSync(path, { bigint: true });
    const { dev, ino } = descriptor(1);
    return found.isFile() && found.dev === dev && found.ino === ino;
  } catch {
    // Whoever opens it says what is wrong with it.
    return false;
  }
}

/** The file to write; `-` is stdout, as everywhere. */
const outputOf = ({ output }: MixInvocation['flags']): string | undefined => (output === '-' ? undefined : output);

/** Output that is also an input would eat what it reads. */
function checkOutputs(flags: MixInvocation['flags'], { datasets, decontaminate }: Recipe): void {
  const { rejects } = flags;
  const output = outputOf(flags);
  const eaten = output === undefined && flags['output-dir'] === undefined ? datasets.find(({ path }) => isStdout(path)) : undefined;
  if (eaten) {
    throw new SdgError('usage', `the output goes to the file that is read as dataset ${eaten.name}`, { remedy: 'write to another file' });
  }
  if (output !== undefined && flags['output-dir'] !== undefined) {
    throw new SdgError('usage', '--output and --output-dir contradict each other', { remedy: 'keep one of them' });
  }
  if (rejects !== undefined && !flags['skip-bad-lines']) throw new SdgError('usage', '--rejects needs --skip-bad-lines');
  for (const path of [output, rejects].filter((path) => path !== undefined)) {
    const input = datasets.find((dataset) => !isAddress(dataset.path) && real(dataset.path) === real(path));
    if (input) {
      throw new SdgError('usage', `${path} is read as dataset ${input.name} and cannot be written as well`, {
        remedy: 'write to another file',
      });
    }
    const flag = (['recipe', 'formats'] as const).find((name) => flags[name]?.some((file) => real(file) === real(path)));
    if (flag) {
      throw new SdgError('usage', `${path} is read for --${flag} and cannot be written as well`, { remedy: 'write to another file' });
    }
    if (flags.decontaminate?.some((file) => real(evaluationOf(file).path) === real(path))) {
      throw new SdgError('usage', `${path} is read for --decontaminate and cannot be written as well`, { remedy: 'write to another file' });
    }
    if (decontaminate?.files.some((file) => real(typeof file === 'string' ? file : file.path) === real(path))) {
      throw new SdgError('usage', `${path} is read to decontaminate and cannot be written as well`, { remedy: 'write to another file' });
    }
  }
  if (output !== undefined && rejects !== undefined && real(output) === real(rejects)) {
    throw new SdgError('usage', `${output} is named twice for output`, { remedy: 'name two files' });
  }
}

/** Fails where rows could not go where they are to, before any are made. */
async function checkTargets({ flags, env }: MixInvocation, { format }: Recipe): Promise<void> {
  const { push } = flags;
  if (push !== undefined && (flags.output !== undefined || flags['output-dir'] !== undefined)) {
    throw new SdgError('usage', `--push and ${flags.output === undefined ? '--output-dir' : '--output'} contradict each other`, {
      remedy: 'keep one of them',
    });
  }
  if (push === undefined && (flags.private || flags.license !== undefined)) {
    throw new SdgError('usage', `--${flags.private ? 'private' : 'license'} needs --push`);
  }
  if (flags.for !== undefined && outputOf(flags) === undefined) {
    throw new SdgError('usage', '--for needs a file to write beside', { remedy: 'pass -o FILE' });
  }
  if (push === undefined && flags.for === undefined) return;
  const { checkProgram, checkPush } = await import('@sdg/mixer');
  if (push !== undefined) await checkPush({ url: push, env });
  if (flags.for !== undefined) checkProgram(flags.for, flags.format ?? format ?? 'messages');
}

/** The work of `sdg-mix`. */
export async function runMix(invocation: MixInvocation): Promise<number> {
  const { flags, positionals, env, say, complain } = invocation;
  const fromStdin = positionals.some(isStdin);
  const named = positionals.filter((name) => !isStdin(name)).map((name) => datasetOf(name, flags['total-samples'] !== undefined));
  const recipes = await Promise.all((flags.recipe ?? []).map((file) => openRecipe(file, env, complain)));
  if (flags.check) {
    if (recipes.length === 0) throw new SdgError('usage', '--check needs a recipe', { remedy: 'pass --recipe FILE' });
    say(recipes.length === 1 ? 'the recipe is valid' : 'the recipes are valid');
    return 0;
  }
  const readsStdin = fromStdin || (named.length === 0 && (recipes.length === 0 || hasInput(invocation.stdin)));
  const phase = flags.phase === 'knowledge' ? 'knowledge' : 'skills';
  if (readsStdin && recipes.length === 0 && named.length === 0 && !flags['no-default-recipe'] && flags['output-dir'] === undefined) {
    const found = await openDefaultRecipe(phase, env, say);
    if (found) recipes.push(found);
  }
  const recipe = joinRecipes(recipes, named, flags);
  checkOutputs(flags, recipe);
  if (flags.rows && flags['output-dir'] !== undefined) {
    throw new SdgError('usage', '--output-dir writes the rows that InstructLab does', {
      remedy: 'leave --rows out, or write one mix with -o FILE',
    });
  }
  await checkTargets(invocation, recipe);
  const rejects = await MixRejects.open(flags['skip-bad-lines'] === true, flags.rejects, complain);
  try {
    if (flags['output-dir'] !== undefined) {
      const { mixToFolder } = await import('./mix-to-folder.js');
      return await mixToFolder(invocation, recipes, named, rejects, await mixOptions(invocation, rejects));
    }
    const isAll = isWhole(stdinDataset(invocation)) && flags['total-samples'] === undefined;
    const isPlain =
      isAll &&
      recipe.datasets.length === 0 &&
      recipes.length === 0 &&
      !flags.shuffle &&
      !flags.dedupe &&
      !flags.decontaminate &&
      !flags['skill-samples'] &&
      !flags.keep &&
      flags.reasoning !== 'drop';
    const piped = readsStdin ? await peek(invocation.stdin) : undefined;
    const isStream = isPlain && outputOf(flags) === undefined && flags.push === undefined && (flags.format ?? 'messages') === 'messages';
    if (isStream && piped?.isGenerated) return await (await import('./stream-rows.js')).streamRows(invocation, piped.bytes, rejects);
    return await mixRows(invocation, recipe, piped, rejects);
  } finally {
    await rejects.close();
  }
}

/** Options of the library that flags set, the same for one stream and for a folder. */
async function mixOptions({ flags, complain, say, interrupted, env }: MixInvocation, rejects: MixRejects): Promise<MixOptions> {
  const own = flags.formats ?? [];
  let loaded: Promise<readonly RowFormat[]> | undefined;
  const formats = (): Promise<readonly RowFormat[]> => (loaded ??= loadFormats(own, complain));
  return {
    // A file that is named is judged, whether it is needed or not.
    formats: own.length > 0 ? await formats() : formats,
    note: say,
    signal: interrupted,
    open: async (dataset) => (isAddress(dataset.path) ? (await import('./open-hub.js')).openAddress(dataset, env, say) : undefined),
    ...(flags.seed !== undefined && { seed: flags.seed }),
    ...(flags.format !== undefined && { format: flags.format }),
    ...(flags.threads !== undefined && { threads: flags.threads }),
    ...(rejects.onBadRow && { onBadRow: rejects.onBadRow }),
  };
}

/** The exit code: 1 where rows went in and none came out, which is said. */
function verdict({ out, datasets }: MixSummary, complain: (line: string) => void): number {
  const isAsked =
    datasets.some(({ rows, wanted }) => rows > 0 && wanted > 0) || datasets.some(({ rows, available }) => rows > 0 && available === 0);
  if (out > 0 || !isAsked) return 0;
  const reasons = [...new Set(datasets.flatMap(({ dropped }) => Object.keys(dropped)))];
  complain(`no row came out${reasons.length > 0 ? `: all were dropped (${reasons.join(', ')})` : ''}`);
  return 1;
}

/** Files among the datasets that hold generated samples, as sdg-run writes them: training rows are made of them. */
async function generatedFiles(datasets: readonly DatasetSpec[]): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (const { path, format } of datasets) {
    if (format !== undefined || path === '-' || isAddress(path) || !/\.(jsonl|ndjson)$/i.test(path)) continue;
    if (await beginsGenerated(path)) found.add(path);
  }
  return found;
}

async function mixRows(invocation: MixInvocation, recipe: Recipe, own: StdinRows | undefined, rejects: MixRejects): Promise<number> {
  const { flags, env, stdout, say, complain } = invocation;
  const options = await mixOptions(invocation, rejects);
  const asked = flags['system-prompt'];
  const systemPrompt = asked === undefined ? undefined : asked === '' ? null : asked;
  const generated = await generatedFiles(recipe.datasets);
  const perLeaf = flags['skill-samples'];
  const ofSamples = { format: 'messages', ...(perLeaf !== undefined && { maxPerLeaf: perLeaf }) };
  const datasets = recipe.datasets.map((dataset) =>
    generated.has(dataset.path) ? { ...ofSamples, ...dataset, format: 'messages' } : dataset,
  );
  const made: SampleRows[] = [];
  let rows: SampleRows | undefined;
  const samplesOf = async (bytes: AsyncIterable<Uint8Array>, name = 'stdin'): Promise<SampleRows> => {
    const [{ AuxiliaryLookup }, { SampleRows, stdinSamples }] = await Promise.all([import('./auxiliary.js'), import('./stdin-rows.js')]);
    const auxiliary = new AuxiliaryLookup(flags.pipeline, env, say);
    const prompt = asked ?? recipe.systemPrompt ?? DEFAULT_SYSTEM_PROMPT;
    const found = new SampleRows(
      stdinSamples(bytes, rejects, auxiliary, name),
      invocation,
      auxiliary,
      flags.phase === 'knowledge' ? 'knowledge' : 'skills',
      prompt,
    );
    made.push(found);
    return found;
  };
  if (own && !own.isGenerated) {
    datasets.unshift({ ...stdinDataset(invocation), name: 'stdin' });
  } else if (own) {
    rows = await samplesOf(own.bytes);
    datasets.unshift({ ...stdinDataset(invocation), ...ofSamples, name: 'stdin' });
  }
  let summary: MixSummary | undefined;
  const mixing = mix(
    { ...recipe, datasets },
    {
      ...options,
      // Each piece is written before the one after the next is made.
      reusesPieces: flags.push === undefined && (outputOf(flags) === undefined || writesPieces(outputOf(flags)!)),
      ...(systemPrompt !== undefined && { systemPrompt }),
      open: async (dataset) => {
        if (dataset.path === '-') return openStream(rows?.bytes() ?? own!.bytes, 'stdin');
        if (!generated.has(dataset.path)) return options.open?.(dataset);
        say(`${dataset.name} holds generated samples: training rows are made of them`);
        return openStream((await samplesOf(createReadStream(dataset.path), dataset.path)).bytes(), dataset.path);
      },
    },
  );
  async function* pieces(): AsyncGenerator<Buffer> {
    summary = yield* mixing;
  }
  let closed = false;
  const output = outputOf(flags);
  if (flags.push !== undefined) {
    await (await import('./push-mix.js')).pushMix(invocation, pieces(), { ...recipe, datasets }, () => summary!);
  } else if (output !== undefined) await writeRows(output, pieces());
  else ({ closed } = await pipeRows(pieces(), stdout));
  if (flags.for !== undefined && output !== undefined) {
    const { writeProgramConfig } = await import('@sdg/mixer');
    say(`wrote ${await writeProgramConfig(flags.for, output, flags.format ?? recipe.format ?? 'messages')}`);
  }
  for (const [reason, n] of made.flatMap((one) => Object.entries(one.account().rejected))) {
    say(`${groupDigits(n)} samples left out: ${reason}`);
  }
  if (!closed && summary) say(`${groupDigits(summary.out)} rows${output === undefined ? '' : ` in ${output}`}, seed ${summary.seed}`);
  return !closed && summary ? verdict(summary, complain) : 0;
}
