import { counted, DEFAULT_SEED, SdgError, type Sample } from '@sdg/core';
import { DEFAULT_SYSTEM_PROMPT, lacksWeights, RunFolder, timeSuffix, type DatasetSpec, type MixOptions, type Recipe } from '@sdg/mixer';
import { count } from '../progress/format.js';
import { AuxiliaryLookup } from './auxiliary.js';
import type { MixInvocation } from '../commands/mix.js';
import { defaultRecipes, isWhole, joinRecipes } from './mix-recipe.js';
import type { MixRejects } from './mix-rejects.js';
import { noRows, tellAlone, tellLeftOut } from './no-rows.js';
import { stdinBytes, stdinDataset } from './stdin-input.js';
import { stdinSamples } from './stdin-rows.js';

/** Datasets that a message names. */
const SHOWN = 3;

/** The names of datasets, of many the first ones. */
const namesOf = ({ datasets }: Recipe): string => {
  const more = datasets.length - SHOWN;
  return (
    datasets
      .slice(0, SHOWN)
      .map(({ name }) => name)
      .join(', ') + (more > 0 ? ` and ${count(more)} more` : '')
  );
};

/** The samples, if there is at least one; otherwise it fails before anything is written. */
async function atLeastOne(
  samples: AsyncGenerator<Sample>,
  interrupted: AbortSignal,
  fail: () => SdgError,
): Promise<AsyncGenerator<Sample>> {
  const first = await samples.next();
  if (first.done && !interrupted.aborted) throw fail();
  return (async function* () {
    if (!first.done) yield first.value;
    yield* samples;
  })();
}

/** What fails where datasets are asked for by name, and there are no samples that they are mixed with. */
const nothingToMixWith = (recipe: Recipe): SdgError =>
  new SdgError(
    'bad-input',
    `stdin brought no samples, and --output-dir mixes datasets with theirs: ${namesOf(recipe)} would be in no file`,
    {
      remedy: 'pipe samples in, or pass -o FILE in place of --output-dir',
    },
  );

/** What is mixed with the samples: a recipe of the user's for one phase, or the default ones for both. */
interface FolderRecipes {
  /** Datasets and recipes that are asked for by name; undefined: none are. */
  readonly given: Recipe | undefined;
  readonly byPhase: Readonly<Partial<Record<Phase, Recipe>>>;
}

type Phase = 'skills' | 'knowledge';

async function folderRecipes(
  { flags, env, say }: MixInvocation,
  recipes: readonly Recipe[],
  named: readonly DatasetSpec[],
  phase: Phase,
): Promise<FolderRecipes> {
  const isGiven = recipes.length > 0 || named.length > 0;
  const given = isGiven ? joinRecipes(recipes, named, flags) : undefined;
  const { skills, knowledge } = isGiven || flags['no-default-recipe'] ? {} : await defaultRecipes(env, say);
  const join = (found: Recipe | undefined): Recipe => joinRecipes(found ? [found] : [], [], flags);
  const byPhase = given ? { [phase]: given } : { skills: join(skills), knowledge: join(knowledge) };
  if (Object.values(byPhase).every(lacksWeights)) {
    throw new SdgError('usage', 'the total is shared out by weight, and no dataset has one', {
      remedy: 'give each a share, as in a.jsonl=1.0; rows of stdin come in addition',
    });
  }
  if (given) return { given, byPhase };
  return { given, byPhase: Object.fromEntries(Object.entries(byPhase).map(([name, recipe]) => [name, ifShared(recipe)])) };
}

function checkWhole(invocation: MixInvocation): void {
  if (isWhole(stdinDataset(invocation))) return;
  throw new SdgError('usage', '--output-dir takes all of stdin', {
    remedy: 'leave the size of - out; --skill-samples says how many rows of each leaf are mixed in',
  });
}

/**
 * Writes the whole set of files that InstructLab writes. `mix`: what flags set. Datasets that are asked for by name are
 * in one of the files, or it fails with `bad-input`; where stdin is empty it fails before it writes anything.
 */
export async function mixToFolder(
  invocation: MixInvocation,
  recipes: readonly Recipe[],
  named: readonly DatasetSpec[],
  rejects: MixRejects,
  mix: MixOptions,
): Promise<number> {
  const { flags, env, say } = invocation;
  const folder = flags['output-dir']!;
  checkWhole(invocation);
  const auxiliary = new AuxiliaryLookup(flags.pipeline, env, say);
  const samples = stdinSamples(stdinBytes(invocation), rejects, auxiliary);
  const phase = flags.phase ?? 'skills';
  const { given, byPhase } = await folderRecipes(invocation, recipes, named, phase);
  const suffix = timeSuffix(new Date());
  const wanted = given && given.datasets.length > 0 ? given : undefined;
  const some = await atLeastOne(samples, invocation.interrupted, () =>
    wanted ? nothingToMixWith(wanted) : noRows({ read: 0, badLines: rejects.count, reasons: [] }),
  );
  const output = new RunFolder({
    ...{ folder, suffix, mix, note: say, seed: flags.seed ?? DEFAULT_SEED },
    systemPrompt: flags['system-prompt'] ?? given?.systemPrompt ?? DEFAULT_SYSTEM_PROMPT,
    auxiliaryInstructions: auxiliary.find,
    onSingleDocument: tellAlone(say),
    recipes: byPhase,
    ...(flags['skill-samples'] !== undefined && { skillSamples: flags['skill-samples'] }),
  });
  const summary = await output.finish(await output.leaves('generated', some));
  tellLeftOut(summary.rejected, say);
  say(`${counted(summary.samples, 'sample')}; wrote to ${folder}: ${summary.files.join(', ')}`);
  if (invocation.interrupted.aborted) return 130;
  if (wanted && !summary.mixes[phase]) {
    throw new SdgError(
      'bad-input',
      `the samples made no rows for the ${phase} mix, so it was not written, and ${namesOf(wanted)} is in no file`,
      { remedy: `pass --phase ${phase === 'skills' ? 'knowledge' : 'skills'} if they are for that mix` },
    );
  }
  if (Object.keys(summary.mixes).length === 0) {
    throw noRows({ read: summary.samples, badLines: rejects.count, reasons: Object.keys(summary.rejected) });
  }
  return 0;
}

/** A recipe without a total that it has no use for. */
function ifShared(recipe: Recipe): Recipe {
  if (!lacksWeights(recipe)) return recipe;
  const { totalSamples: _, ...rest } = recipe;
  return rest;
}
