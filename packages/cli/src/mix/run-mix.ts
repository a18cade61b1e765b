import { createReadStream } from 'node:fs';
import type { Embedder } from '@sdg/core';
import { attempt, counted, defined, SdgError, sumOf } from '@sdg/values';
import {
  DEFAULT_SYSTEM_PROMPT,
  isAddress,
  mix,
  openStream,
  type DatasetSpec,
  type MixOptions,
  type MixSummary,
  type Recipe,
  type RowFormat,
} from '@sdg/mixer/mix';
import { embedderOf } from '../embedder-of.js';
import { descriptor } from '../io/descriptor.js';
import type { MixInvocation } from '../commands/mix.js';
import { datasetOf, isWhole, joinRecipes, loadFormats, openDefaultRecipe, openRecipe } from './mix-recipe.js';
import { MixRejects } from './mix-rejects.js';
import { checkOutputs, checkTargets, deliver, outputOf, reusesPieces } from './mix-targets.js';
import { noRows, tellLeftOut, type Fruitless } from './no-rows.js';
import { beginsGenerated, isStdin, sniffStdin, stdinDataset, type StdinRows } from './stdin-input.js';
import type { SampleRows } from './stdin-rows.js';

/** Whether stdin brings anything: a pipe or a file, not a terminal and not nothing at all. */
function hasInput(stdin: NodeJS.ReadStream): boolean {
  if (stdin.isTTY) return false;
  return attempt(() => !descriptor(0).isCharacterDevice(), false);
}

type Opened = Awaited<ReturnType<typeof openRecipe>>;

type Flags = MixInvocation['flags'];

/** What is to be mixed: recipes, datasets by name, and whether samples come in by stdin. */
interface Sources {
  readonly recipes: readonly Opened[];
  readonly named: readonly DatasetSpec[];
  readonly readsStdin: boolean;
}

/** Opens the recipes that are named; where nothing is, the default one of the data folders. */
async function openSources(invocation: MixInvocation): Promise<Sources> {
  const { flags, positionals, env, say, complain, stdin } = invocation;
  const named = positionals.filter((name) => !isStdin(name)).map((name) => datasetOf(name, flags['total-samples'] !== undefined));
  const recipes = await Promise.all((flags.recipe ?? []).map((file) => openRecipe(file, env, complain)));
  const isAlone = named.length === 0 && recipes.length === 0;
  const readsStdin = positionals.some(isStdin) || isAlone || (named.length === 0 && !flags.check && hasInput(stdin));
  const takesDefault = readsStdin && isAlone && !flags.check && !flags['no-default-recipe'] && flags['output-dir'] === undefined;
  const found = takesDefault ? await openDefaultRecipe(flags.phase ?? 'skills', env, say) : undefined;
  return { recipes: found ? [found] : recipes, named, readsStdin };
}

/** Whether samples become rows one by one, as they come: nothing is mixed in, drawn, compared or counted. */
function isStream(invocation: MixInvocation, { recipes }: Sources, { datasets }: Recipe): boolean {
  const { flags } = invocation;
  const looksAtAll = ['total-samples', 'shuffle', 'dedupe', 'select', 'decontaminate', 'skill-samples', 'keep', 'push'] as const;
  if (datasets.length > 0 || recipes.length > 0 || !isWhole(stdinDataset(invocation))) return false;
  if (looksAtAll.some((name) => Boolean(flags[name])) || flags.reasoning === 'drop') return false;
  return outputOf(flags) === undefined && (flags.format ?? 'messages') === 'messages';
}

/** All that `--check` has to do once the recipes are open. */
function tellValid({ length }: readonly Opened[], say: (line: string) => void): number {
  if (length === 0) throw new SdgError('usage', '--check needs a recipe', { remedy: 'pass --recipe FILE' });
  say(length === 1 ? 'the recipe is valid' : 'the recipes are valid');
  return 0;
}

/** The work of `sdg-mix`. */
export async function runMix(invocation: MixInvocation): Promise<number> {
  const { name, flags, complain, view, say } = invocation;
  const sources = await openSources(invocation);
  const { recipes, named, readsStdin } = sources;
  if (flags.check) return tellValid(recipes, say);
  const recipe = joinRecipes(recipes, named, flags);
  checkOutputs(flags, recipe);
  await checkTargets(invocation, recipe);
  const embedder = asksForMeaning(recipe) ? await embedderOf(flags, invocation) : undefined;
  const waits = { title: name, rows: [], facts: ['waits for its input'] };
  const hide = readsStdin && !flags.quiet ? view?.show(() => waits) : undefined;
  const rejects = await MixRejects.open(flags['skip-bad-lines'] === true, flags.rejects, complain);
  try {
    if (flags['output-dir'] !== undefined) {
      const { mixToFolder } = await import('./mix-to-folder.js');
      return await mixToFolder(invocation, recipes, named, rejects, await mixOptions(invocation, rejects, embedder));
    }
    const piped = readsStdin ? await sniffStdin(invocation.stdin) : undefined;
    if (piped?.isGenerated && isStream(invocation, sources, recipe)) {
      return await (await import('./stream-rows.js')).streamRows(invocation, piped.bytes, rejects);
    }
    return await mixRows(invocation, recipe, piped, rejects, await mixOptions(invocation, rejects, embedder));
  } finally {
    hide?.();
    await rejects.close();
    await embedder?.close?.();
  }
}

/** Whether rows are to be compared by what they mean. */
const asksForMeaning = ({ dedupe, select }: Recipe): boolean => dedupe?.mode === 'semantic' || select !== undefined;

/** Options of the library that flags set, the same for one stream and for a folder. */
async function mixOptions(
  { flags, complain, say, interrupted, env }: MixInvocation,
  rejects: MixRejects,
  embedder: Embedder | undefined,
): Promise<MixOptions> {
  const own = flags.formats ?? [];
  let loaded: Promise<readonly RowFormat[]> | undefined;
  const formats = (): Promise<readonly RowFormat[]> => (loaded ??= loadFormats(own, complain));
  return {
    // A file that is named is judged, whether it is needed or not.
    formats: own.length > 0 ? await formats() : formats,
    note: say,
    signal: interrupted,
    open: async (dataset) => (isAddress(dataset.path) ? (await import('./open-hub.js')).openAddress(dataset, env, say) : undefined),
    ...defined({ seed: flags.seed, format: flags.format, threads: flags.threads }),
    ...(rejects.onBadRow && { onBadRow: rejects.onBadRow }),
    ...(embedder && { embedder, onRepeat: rejects.onRepeat }),
  };
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

/** Makes rows of generated samples; `made` holds all such rows, for their accounts. */
function samplesToRows(invocation: MixInvocation, { systemPrompt }: Recipe, rejects: MixRejects) {
  const { flags, env, say } = invocation;
  const made: SampleRows[] = [];
  const open = async (bytes: AsyncIterable<Uint8Array>, name = 'stdin'): Promise<SampleRows> => {
    const [{ AuxiliaryLookup }, { SampleRows, stdinSamples }] = await Promise.all([import('./auxiliary.js'), import('./stdin-rows.js')]);
    const auxiliary = new AuxiliaryLookup(flags.pipeline, env, say);
    const prompt = flags['system-prompt'] ?? systemPrompt ?? DEFAULT_SYSTEM_PROMPT;
    const rows = new SampleRows(stdinSamples(bytes, rejects, auxiliary, name), invocation, auxiliary, flags.phase ?? 'skills', prompt);
    made.push(rows);
    return rows;
  };
  return { made, open };
}

/** What came in where nothing came out: rows of samples count as the samples that they are made of. */
function fruitless({ datasets }: MixSummary, made: readonly SampleRows[], { count: badLines }: MixRejects): Fruitless {
  const accounts = made.map((one) => one.account());
  return {
    read: sumOf(datasets, ({ rows, bad }) => rows - bad) + sumOf(accounts, ({ in: entered, out }) => entered - out),
    badLines,
    reasons: [...new Set([...accounts.map(({ rejected }) => rejected), ...datasets.map(({ dropped }) => dropped)].flatMap(Object.keys))],
  };
}

/** The system message that rows get by the flag: none is set for an empty one. */
const givenPrompt = ({ 'system-prompt': asked }: Flags): Pick<MixOptions, 'systemPrompt'> =>
  asked === undefined ? {} : { systemPrompt: asked === '' ? null : asked };

async function mixRows(
  invocation: MixInvocation,
  recipe: Recipe,
  own: StdinRows | undefined,
  rejects: MixRejects,
  options: MixOptions,
): Promise<number> {
  const { name, flags, say, view } = invocation;
  const generated = await generatedFiles(recipe.datasets);
  const perLeaf = flags['skill-samples'];
  const ofSamples = { format: 'messages', ...(perLeaf !== undefined && { maxPerLeaf: perLeaf }) };
  const datasets = recipe.datasets.map((dataset) =>
    generated.has(dataset.path) ? { ...ofSamples, ...dataset, format: 'messages' } : dataset,
  );
  const samples = samplesToRows(invocation, recipe, rejects);
  if (own) datasets.unshift({ ...stdinDataset(invocation), ...(own.isGenerated && ofSamples), name: 'stdin' });
  const rows = own?.isGenerated ? await samples.open(own.bytes) : undefined;
  const whole = { ...recipe, datasets };
  let summary: MixSummary | undefined;
  const mixing = mix(whole, {
    ...options,
    ...givenPrompt(flags),
    reusesPieces: reusesPieces(flags),
    open: async (dataset) => {
      if (dataset.path === '-') return openStream(rows?.bytes() ?? own!.bytes, 'stdin');
      if (!generated.has(dataset.path)) return options.open?.(dataset);
      say(`${dataset.name} holds generated samples: training rows are made of them`);
      return openStream((await samples.open(createReadStream(dataset.path), dataset.path)).bytes(), dataset.path);
    },
  });
  async function* pieces(): AsyncGenerator<Buffer> {
    summary = yield* mixing;
    // Thrown here, it leaves a file of that name as it was, and pushes nothing.
    if (summary.out === 0) throw noRows(fruitless(summary, samples.made, rejects));
  }
  const read = (): number => sumOf(samples.made, (one) => one.account().in);
  const facts = (): string[] => [read() > 0 ? `${counted(read(), 'sample')} read` : 'mixing'];
  const hide = flags.quiet ? undefined : view?.show(() => ({ title: name, rows: [], facts: facts() }));
  let closed: boolean;
  try {
    closed = await deliver(invocation, pieces(), whole, () => summary!);
  } finally {
    hide?.();
    for (const one of samples.made) tellLeftOut(one.account().rejected, say);
  }
  if (closed || !summary) return 0;
  const output = outputOf(flags);
  say(`${counted(summary.out, 'row')}${output === undefined ? '' : ` in ${output}`}, seed ${summary.seed}`);
  return 0;
}
