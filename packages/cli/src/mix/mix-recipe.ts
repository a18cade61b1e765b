import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { counted, defined, fileError, type Finding, formatFinding, SdgError } from '@sdg/values';
import { findDefaultRecipe, sampleSize, type DatasetSpec, type Dedupe, type Recipe, type RowFormat } from '@sdg/mixer/mix';
import type { MixInvocation } from '../commands/mix.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** Folder of the recipes and dataset formats that come with the commands. */
const shippedRecipes = (): string => dirname(createRequire(import.meta.url).resolve('@sdg/recipes/package.json'));

function refuse(kind: string, findings: readonly Finding[], complain: (line: string) => void): void {
  for (const finding of findings) complain(formatFinding(finding));
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  if (errors > 0) {
    throw new SdgError('config', `${kind} has ${counted(errors, 'error')}`, { remedy: 'nothing was written' });
  }
}

/** All formats that are known: those of the files named first, then the shipped ones. */
export async function loadFormats(files: readonly string[], complain: (line: string) => void): Promise<RowFormat[]> {
  const formats: RowFormat[] = [];
  for (const file of [...files, join(shippedRecipes(), 'formats.yaml')]) {
    const text = await readFile(file, 'utf8').catch((error: unknown) => {
      throw fileError('read', file, error, '--formats');
    });
    const { parseFormats } = await import('@sdg/mixer/recipe');
    const parsed = parseFormats(text, file);
    refuse(file, parsed.findings, complain);
    formats.push(...parsed.formats);
  }
  return formats;
}

/** Reads a recipe; findings go to `complain`, errors among them end it. */
export async function openRecipe(file: string, env: Environment, complain: (line: string) => void): Promise<Recipe> {
  const { readRecipe } = await import('@sdg/mixer/recipe');
  const { recipe, findings } = await readRecipe(file, env);
  refuse(`recipe ${file}`, findings, complain);
  return recipe!;
}

/** The default recipe of the data folders, where there is one; told to `say`. */
export async function openDefaultRecipe(
  kind: 'skills' | 'knowledge',
  env: Environment,
  say: (line: string) => void,
): Promise<Recipe | undefined> {
  const file = findDefaultRecipe(kind, env);
  if (file === undefined) return undefined;
  say(`default recipe ${file}`);
  return openRecipe(file, env, say);
}

/** The default recipes that the data folders have. */
export async function defaultRecipes(env: Environment, say: (line: string) => void): Promise<{ skills?: Recipe; knowledge?: Recipe }> {
  const skills = await openDefaultRecipe('skills', env, say);
  const knowledge = await openDefaultRecipe('knowledge', env, say);
  return { ...(skills && { skills }), ...(knowledge && { knowledge }) };
}

/** `path=SIZE` as a dataset; without a size all of it. A `=` in the path is no size unless a number follows. */
export function datasetOf(argument: string, hasTotal: boolean): DatasetSpec {
  const at = argument.lastIndexOf('=');
  const text = at === -1 ? '' : argument.slice(at + 1);
  const isSized = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text);
  if (at !== -1 && !isSized && text !== '' && !/[/\\.]/.test(text)) {
    throw new SdgError('usage', `"${argument}": ${text} is no size`, {
      remedy: 'give a share such as 0.3, or a number of rows such as 300 or 1e3',
    });
  }
  const path = isSized ? argument.slice(0, at) : argument;
  const size = isSized ? sampleSize(text) : { kind: 'ratio' as const, value: 1 };
  if (size.value < 0) throw new SdgError('usage', `"${argument}": a size cannot be below 0`);
  const asWeight = hasTotal && isSized && (size.kind === 'ratio' || size.value === 1);
  return { name: path, path, size: asWeight ? { kind: 'weight', value: size.value } : size };
}

/** Whether all rows of a dataset are asked for, once. */
export const isWhole = ({ size }: DatasetSpec): boolean => size.kind === 'ratio' && size.value === 1;

/** `FILE` or `FILE:N` of --decontaminate: an evaluation file, and how many words in a row make an overlap. */
export function evaluationOf(argument: string): { path: string; ngram?: number } {
  const [, path, ngram] = /^(.+):([^:/\\]*)$/.exec(argument) ?? [];
  // A file may be called so.
  if (path === undefined || ngram === undefined || (!/^\d+$/.test(ngram) && existsSync(argument))) return { path: argument };
  if (!/^0*[1-9]\d{0,5}$/.test(ngram)) {
    throw new SdgError('usage', `--decontaminate ${argument}: "${ngram}" is no number of words in a row`, {
      remedy: `give a whole number from 1 on, as in ${path}:8, or ${path} alone for 13`,
    });
  }
  return { path, ngram: Number(ngram) };
}

/** What contradicts itself among the flags of repeats. */
function dedupeFault(flags: MixInvocation['flags'], mode: Dedupe['mode'] | undefined): string | undefined {
  const { 'dedupe-threshold': threshold } = flags;
  const lost = (['dedupe-scope', 'dedupe-score'] as const).find((name) => flags[name] !== undefined);
  if (lost !== undefined && mode !== 'semantic') return `--${lost} needs --dedupe semantic`;
  if (threshold === undefined) return undefined;
  if (mode !== 'near' && mode !== 'semantic') return '--dedupe-threshold needs --dedupe near or semantic';
  return threshold > 0 && threshold <= 1 ? undefined : '--dedupe-threshold is a number above 0, 1 at most';
}

/** Flags that say how repeats are found; they refine what a recipe says, or fail with `usage` where nothing is to be found. */
function dedupeBy(flags: MixInvocation['flags'], { dedupe }: Recipe): Pick<Recipe, 'dedupe'> {
  const { 'dedupe-threshold': threshold, 'dedupe-scope': scope, 'dedupe-score': scoreColumn } = flags;
  const mode = flags.dedupe ?? dedupe?.mode;
  const fault = dedupeFault(flags, mode);
  if (fault !== undefined) throw new SdgError('usage', fault);
  if (mode === undefined) return {};
  const kept = dedupe?.mode === mode ? dedupe : undefined;
  return {
    dedupe: {
      ...{ ...kept, mode },
      ...defined({ threshold, scope, scoreColumn }),
    },
  };
}

/** Flags that choose a subset, over what a recipe says. */
function selectBy(flags: MixInvocation['flags'], { select }: Recipe): Pick<Recipe, 'select'> {
  const { 'select-balance': balance, 'select-weight': weightColumn } = flags;
  const count = flags.select ?? select?.count;
  if (count === undefined && (balance !== undefined || weightColumn !== undefined)) {
    throw new SdgError('usage', `--select-${balance === undefined ? 'weight' : 'balance'} needs --select`);
  }
  if (count === undefined) return {};
  return { select: { ...select, count, ...defined({ balance, weightColumn }) } };
}

/** One recipe of all that was asked for: recipes in turn, then the datasets of the command line, flags over all. */
export function joinRecipes(recipes: readonly Recipe[], own: readonly DatasetSpec[], flags: MixInvocation['flags']): Recipe {
  const joined = Object.assign({}, ...recipes) as Recipe;
  const prompt = flags['system-prompt'];
  const keep = [...new Set([...recipes.flatMap((recipe) => recipe.keep ?? []), ...(flags.keep ?? [])])];
  const drawn = { ...(flags.exhausted !== undefined && { exhausted: flags.exhausted }), ...(flags.replacement && { replacement: true }) };
  return {
    ...joined,
    datasets: [
      ...recipes.flatMap(({ datasets }) => datasets.map((dataset) => ({ ...drawn, ...dataset }))),
      ...own.map((dataset) => ({ ...dataset, ...drawn })),
    ],
    ...(keep.length > 0 && { keep }),
    ...defined({ reasoning: flags.reasoning, totalSamples: flags['total-samples'] }),
    ...(prompt !== undefined && { systemPrompt: prompt === '' ? null : prompt }),
    ...(flags.shuffle && { shuffle: true }),
    ...dedupeBy(flags, joined),
    ...selectBy(flags, joined),
    ...(flags.decontaminate && { decontaminate: { files: flags.decontaminate.map(evaluationOf) } }),
  };
}
