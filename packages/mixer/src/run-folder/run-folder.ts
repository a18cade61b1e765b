import { sumOf } from '@sdg/values';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { collect, counted, fromGated, LINEAGE, Run, type Sample } from '@sdg/core';
import { writeAtomically } from '../files/atomic-file.js';
import { mmluTask } from '../eval/mmlu-task.js';
import { mix } from '../mix/mix.js';
import type { MixOptions } from '../mix/mix-options.js';
import type { MixSummary } from '../mix/mix-summary.js';
import { writeRows } from '../output/write-rows.js';
import type { DatasetSpec, Recipe } from '../recipe/recipe.js';
import { ROW_COLUMNS, type TrainingRow } from '../rows/training-row.js';
import { trainingRows, type Phase, type TrainingRowOptions } from '../rows/training-rows.js';
import { LeafFiles, readLeaf, type LeafFile } from './leaf-files.js';
import { messageRows, trainRows } from './plain-rows.js';
import { recipeText } from './recipe-text.js';
import { RunNames } from './run-names.js';

/** Rows of every skill leaf in the mix, unless the user says otherwise: what upstream takes. */
export const SKILL_SAMPLES = 30;
/** Share of the precomputed skills that every knowledge leaf reaches at least. */
export const KNOWLEDGE_FLOOR = 0.03;

/** Begins the names of the run's own leaves. */
const OWN = 'node_datasets/';

export interface RunFolderOptions extends Pick<TrainingRowOptions, 'auxiliaryInstructions' | 'onSingleDocument'> {
  readonly folder: string;
  /** Ends every name: `2024-10-27T08_34_48`; a later second where the folder has another run of this one. */
  readonly suffix: string;
  /** Empty: rows have the system messages that they come with. */
  readonly systemPrompt: string;
  readonly seed: number;
  /** Default 30. */
  readonly skillSamples?: number;
  /** Recipes whose datasets come before the leaves. */
  readonly recipes?: Partial<Record<Phase, Recipe>>;
  readonly mix: Omit<MixOptions, 'seed' | 'systemPrompt'>;
  readonly note?: (text: string) => void;
}

/** What was written and what became of the samples. */
export interface RunFolderSummary {
  readonly samples: number;
  /** Samples with nothing to learn, by reason. */
  readonly rejected: Readonly<Record<string, number>>;
  readonly mixes: Partial<Record<Phase, MixSummary>>;
  readonly files: readonly string[];
}

/** Writes the files that upstream writes after generation, each whole or not at all. */
export class RunFolder {
  readonly #options: RunFolderOptions;
  readonly #rejected: Record<string, number> = {};
  readonly #files: string[] = [];
  readonly #evaluations = new Map<string, readonly object[]>();
  readonly #names: RunNames;

  constructor(options: RunFolderOptions) {
    this.#options = options;
    this.#names = new RunNames(options.folder, options.suffix);
  }

  async #write(name: string, rows: Iterable<object> | AsyncIterable<object>): Promise<void> {
    await writeRows(this.#names.path(name), linesOf(rows));
    this.#files.push(name);
  }

  /** Sorts samples by leaf into `<kind>_<suffix>/`. */
  async leaves(kind: 'preprocessed' | 'generated', samples: AsyncIterable<Sample> | Iterable<Sample>): Promise<readonly LeafFile[]> {
    await this.#names.claim(kind);
    const name = `${kind}_${this.#names.suffix}`;
    const files = await this.#names.fill(name, async (path) => {
      const leaves = new LeafFiles(path);
      for await (const sample of samples) await leaves.add(sample);
      await leaves.flush();
      return leaves.files;
    });
    this.#files.push(`${name}/`);
    return files.map((file) => ({ ...file, path: join(this.#names.path(name), `${file.stem}.jsonl`) }));
  }

  /** The training rows of a leaf. `count`: those left out go on the account. */
  async *#rows(leaf: LeafFile, phase: Phase, count: boolean): AsyncGenerator<TrainingRow> {
    const { systemPrompt, seed, auxiliaryInstructions, onSingleDocument } = this.#options;
    const run = new Run({ seed });
    const options = {
      phase,
      systemPrompt,
      seed,
      ...(auxiliaryInstructions && { auxiliaryInstructions }),
      ...(onSingleDocument && { onSingleDocument }),
    };
    yield* collect(fromGated(readLeaf(leaf), { gate: run.gate }).pipe(trainingRows(options, run.block('rows'))), run.gate);
    if (!count) return;
    for (const [reason, n] of Object.entries(run.ledger.toJSON()[0]!.rejected)) this.#rejected[reason] = (this.#rejected[reason] ?? 0) + n;
  }

  /** Training rows by leaf, `train_`, `messages_`, the two recipes and the two mixes, of the leaves generated. */
  async finish(leaves: readonly LeafFile[]): Promise<RunFolderSummary> {
    const { systemPrompt, note } = this.#options;
    const suffix = this.#names.suffix;
    const node = `node_datasets_${suffix}`;
    const datasets: Record<Phase, DatasetSpec[]> = { skills: [], knowledge: [] };
    await this.#names.fill(node, async (path) => {
      for (const leaf of leaves) {
        const write = async (phase: Phase, ending: string, rows: AsyncIterable<object>): Promise<void> => {
          const name = `${leaf.stem}${ending}.jsonl`;
          let written = 0;
          await writeRows(
            join(path, name),
            linesOf(rows, () => written++),
          );
          if (written > 0) datasets[phase].push(this.#dataset(phase, name, `${node}/${name}`, leaf));
        };
        if (leaf.isKnowledge) {
          await write('knowledge', '_p07', this.#rows(leaf, 'knowledge', true));
          await write('skills', '_p10', this.#rows(leaf, 'skills', false));
        } else await write('skills', '', withColumns(this.#rows(leaf, 'skills', true)));
      }
      await this.#writeEvaluations(path, node);
    });
    this.#files.push(`${node}/`);
    await this.#write(`train_${suffix}.jsonl`, trainRows(leaves, systemPrompt));
    await this.#write(`messages_${suffix}.jsonl`, messageRows(leaves, systemPrompt));
    const mixes: Partial<Record<Phase, MixSummary>> = {};
    for (const phase of ['skills', 'knowledge'] as const) {
      const recipe = this.#options.recipes?.[phase];
      if (datasets[phase].length === 0) continue;
      const all = [...(recipe?.datasets ?? []), ...datasets[phase]];
      const prompt = recipe?.systemPrompt ?? systemPrompt;
      await writeAtomically(this.#names.path(`${phase}_recipe_${suffix}.yaml`), (handle) => handle.writeFile(recipeText(all, prompt)));
      this.#files.push(`${phase}_recipe_${suffix}.yaml`);
      mixes[phase] = await this.#mix(phase, { ...recipe, datasets: all }, prompt);
      note?.(`${phase}: ${counted(mixes[phase].out, 'row')} in ${phase}_train_msgs_${suffix}.jsonl`);
    }
    const samples = sumOf(leaves, ({ rows }) => rows);
    return { samples, rejected: this.#rejected, mixes, files: this.#files };
  }

  /**
   * The name has no time of day in it: what is drawn depends on the name. Knowledge in the skills mix is raised to its
   * share of the precomputed skills, the first dataset of the recipe.
   */
  #dataset(phase: Phase, name: string, path: string, { isKnowledge }: LeafFile): DatasetSpec {
    const precomputed = phase === 'skills' && isKnowledge ? this.#options.recipes?.skills?.datasets[0]?.path : undefined;
    const isCounted = phase === 'skills' && !isKnowledge;
    return {
      name: `${OWN}${name}`,
      path,
      size: isCounted ? { kind: 'count', value: this.#options.skillSamples ?? SKILL_SAMPLES } : { kind: 'ratio', value: 1 },
      format: 'messages',
      exhausted: 'repeat',
      ...(precomputed !== undefined && { upsample: { floor: KNOWLEDGE_FLOOR, of: precomputed } }),
    };
  }

  async #mix(phase: Phase, recipe: Recipe, systemPrompt: string): Promise<MixSummary> {
    const here = recipe.datasets.map((dataset) =>
      dataset.name.startsWith(OWN) ? { ...dataset, path: this.#names.path(dataset.path) } : dataset,
    );
    const { note } = this.#options.mix;
    const mixing = mix(
      { ...recipe, datasets: here },
      {
        ...this.#options.mix,
        ...{ seed: this.#options.seed, systemPrompt: systemPrompt === '' ? null : systemPrompt },
        // Of our own leaves only what is out of the ordinary is worth a line.
        ...(note && { note: (text, dataset) => (!dataset?.startsWith(OWN) || text.includes('; ')) && note(text) }),
      },
    );
    let summary: MixSummary | undefined;
    async function* pieces(): AsyncGenerator<Buffer> {
      summary = yield* mixing;
    }
    const name = `${phase}_train_msgs_${this.#names.suffix}.jsonl`;
    await writeRows(this.#names.path(name), pieces());
    this.#files.push(name);
    return summary!;
  }

  /** Evaluation rows of the knowledge leaves, with a task of the evaluation harness for each; written with `finish`. */
  addEvaluation(stem: string, rows: readonly object[]): void {
    if (rows.length > 0) this.#evaluations.set(stem, rows);
  }

  async #writeEvaluations(partial: string, node: string): Promise<void> {
    for (const [stem, rows] of this.#evaluations) {
      const name = `mmlubench_${stem}.jsonl`;
      await writeRows(join(partial, name), linesOf(rows));
      await writeFile(join(partial, `${stem}_task.yaml`), mmluTask(stem, resolve(this.#names.path(node), name)));
    }
  }

  /** The test file, of the seed samples' own questions. */
  async writeTest(rows: Iterable<object>): Promise<void> {
    await this.#write(`test_${this.#names.suffix}.jsonl`, rows);
  }
}

/** Skill rows as the leaf's own file has them: the columns stay columns. */
async function* withColumns(rows: AsyncIterable<TrainingRow>): AsyncGenerator<object> {
  for await (const row of rows) yield columnsOf(row);
}

function columnsOf(row: TrainingRow): object {
  const { [LINEAGE]: lineage, ...columns } = JSON.parse(row.metadata) as Record<string, unknown>;
  const kept = Object.entries(columns).filter(([name]) => !ROW_COLUMNS.has(name));
  return { ...Object.fromEntries(kept), id: row.id, messages: row.messages, unmask: row.unmask, [LINEAGE]: lineage };
}

/** Characters that become bytes at once. */
const PIECE = 1 << 16;

/** Rows as NDJSON, in pieces. `onRow` is told of each. */
async function* linesOf(rows: Iterable<object> | AsyncIterable<object>, onRow: () => void = () => undefined): AsyncGenerator<Buffer> {
  let text = '';
  for await (const row of rows) {
    onRow();
    text += `${JSON.stringify(row)}\n`;
    if (text.length < PIECE) continue;
    yield Buffer.from(text);
    text = '';
  }
  if (text !== '') yield Buffer.from(text);
}
