import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { columnsOf, lineageOf, type Sample, seedSample, sumOf } from '@sdg/core';
import { readTaxonomy } from '@sdg/taxonomy';

/** The small taxonomy of the end-to-end tests: true facts, real length. */
export const taxonomyFolder = fileURLToPath(new URL('../../../e2e/taxonomy', import.meta.url));

export type LeafKind = 'freeform_skill' | 'grounded_skill' | 'knowledge';

/** The column that makes a copy of a seed another seed. */
const variedColumn: Readonly<Record<LeafKind, string>> = {
  freeform_skill: 'seed_question',
  grounded_skill: 'seed_context',
  knowledge: 'document',
};

/** Shares of five leaves: the first has half of the seeds, the last a thirtieth. */
const LEAF_SHARES = [15, 8, 4, 2, 1];

/** The seeds of one kind as the taxonomy has them. */
export async function baseSeeds(kind: LeafKind): Promise<Sample[]> {
  const seeds: Sample[] = [];
  for await (const sample of readTaxonomy([taxonomyFolder])) if (sample['leaf_node_type'] === kind) seeds.push(sample);
  return seeds;
}

/** So many different seeds of one kind, in leaves of unequal size, leaf after leaf as `sdg-read` gives them. */
export async function seedsOf(kind: LeafKind, number: number): Promise<Sample[]> {
  const base = await baseSeeds(kind);
  const total = sumOf(LEAF_SHARES);
  const ends = LEAF_SHARES.map((_, i) => (sumOf(LEAF_SHARES.slice(0, i + 1)) / total) * number);
  return Array.from({ length: number }, (_, i) => {
    const leaf = ends.findIndex((end) => i < end);
    const sample = base[i % base.length]!;
    const column = variedColumn[kind];
    const columns = {
      ...columnsOf(sample),
      [column]: `${String(sample[column]).trimEnd()} (case ${i + 1})`,
      leaf_node_path: `${String(sample['leaf_node_path'])}_${leaf}`,
    };
    return seedSample(columns, lineageOf(sample).origin);
  });
}

/** Writes seeds as NDJSON and gives the file's name. */
export function writeSeeds(file: string, seeds: readonly Sample[]): string {
  writeFileSync(file, seeds.map((seed) => `${JSON.stringify(seed)}\n`).join(''));
  return file;
}
