import { basename, isAbsolute } from 'node:path';
import { stringify } from 'yaml';
import { counted, groupDigits } from '@sdg/values';
import type { OutputFormat } from '../formats/output-format.js';
import { describeDataset, type MixSummary } from '../mix/mix-summary.js';
import type { Recipe } from '../recipe/recipe.js';

/** What a dataset card says of a mix. */
export interface CardFacts {
  /** `owner/name`. */
  readonly repo: string;
  readonly recipe: Recipe;
  readonly summary: MixSummary;
  readonly format: OutputFormat;
  /** The command line that made it, without secrets. */
  readonly command: string;
  /** The text of recipe files that it names. */
  readonly recipes?: readonly string[];
  readonly version: string;
  readonly shards: number;
  /** Bytes of all shards. */
  readonly bytes: number;
  /** Licence identifier of the Hub. Default: the one that all sources name, else `other`. */
  readonly license?: string | undefined;
}

/** The Hub's words for how many rows a set has. */
function sizeCategory(rows: number): string {
  const steps: readonly (readonly [number, string])[] = [
    [1e3, 'n<1K'],
    [1e4, '1K<n<10K'],
    [1e5, '10K<n<100K'],
    [1e6, '100K<n<1M'],
    [1e7, '1M<n<10M'],
    [1e8, '10M<n<100M'],
  ];
  return steps.find(([most]) => rows < most)?.[1] ?? '100M<n<1B';
}

const cell = (text: string): string => text.replaceAll('|', '\\|');

/** A text in which files of this machine have their names alone: where they lie is nobody's business. */
const withoutFolders = (text: string, { datasets }: Recipe): string =>
  datasets
    .flatMap(({ name, path }) => [path, name])
    .filter(isAbsolute)
    .reduce((shown, path) => shown.replaceAll(path, basename(path)), text);

/** The licence that all sources name; undefined where they name several, or none. */
function commonLicense({ datasets }: MixSummary): string | undefined {
  const [first, ...others] = new Set(datasets.map(({ license }) => license));
  return others.length === 0 && !first?.includes(',') ? first : undefined;
}

/** The README of a dataset: what the Hub reads at its top, sources and counts, and how to make it again. */
export function datasetCard(facts: CardFacts): string {
  const { repo, recipe, summary, format, version, shards, bytes, license = commonLicense(summary) ?? 'other' } = facts;
  const [command, ...recipes] = [facts.command, ...(facts.recipes ?? [])].map((text) => withoutFolders(text, recipe));
  const hub = [
    ...new Set(
      recipe.datasets.map(({ path }) => /^hf:\/\/datasets\/([\w.-]+\/[\w.-]+)/.exec(path)?.[1]).filter((name) => name !== undefined),
    ),
  ];
  const front = stringify({
    license,
    tags: ['synthetic', 'sdg'],
    task_categories: ['text-generation'],
    size_categories: [sizeCategory(summary.out)],
    ...(hub.length > 0 && { source_datasets: hub }),
    configs: [{ config_name: 'default', default: true, data_files: [{ split: 'train', path: 'data/train-*' }] }],
  });
  const sources = summary.datasets.map(
    (dataset) =>
      `| ${cell(withoutFolders(dataset.name, recipe))} | ` +
      `\`${dataset.format}\` | ${cell(dataset.license ?? 'not said')} | ${groupDigits(dataset.rows)} | ${groupDigits(dataset.out)} | ` +
      `${cell(describeDataset(dataset).split('; ').slice(1).join('; '))} |`,
  );
  return (
    `---
${front}---

# ${repo.split('/')[1]}

${counted(summary.out, 'row')} in the form ` +
    `\`${format}\`, in ${shards} Parquet ${shards === 1 ? 'file' : 'files'} of ${(bytes / 1e6).toFixed(1)} MB together. Each row ` +
    `has an \`id\` that is the same in every run, and in its \`metadata\` where it comes from: for generated rows leaf, seed ` +
    `example, document, pipeline and teacher under \`_sdg\`.

## Sources

| source | read as | licence | rows looked at | rows here | what became of the others |
| --- | --- | --- | --- | --- | --- |
${sources.join('\n')}

The licence of each row is that of its source${license === 'other' ? '; none has been said for the whole' : ''}.

## How to make it again

\`\`\`sh
${command}
\`\`\`
${recipes.map((text) => `\nwith the recipe\n\n\`\`\`yaml\n${text.trim()}\n\`\`\`\n`).join('')}
Written by sdg ${version} with seed ${summary.seed}. What comes out depends on the sources, the recipe and the seed alone.
`
  );
}
