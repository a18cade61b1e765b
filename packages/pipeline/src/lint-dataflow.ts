import { type Catalog, type ConfigFile, type Finding, type Place, suggest } from '@sdg/core';
import type { YamlSource } from '@sdg/config';
import { findUse } from './find-use.js';
import type { LeafKind, PipelineBlock } from './pipeline.js';
import { isSeedColumn } from './seed-columns.js';
import { traceColumns, type Known, type TracedBlock } from './trace-columns.js';

/** A chain to judge: its blocks as loaded up to the first that could not be. */
interface DataflowInput {
  readonly source: YamlSource;
  readonly kind: LeafKind | undefined;
  readonly blocks: readonly PipelineBlock[];
  /** Files that each block names, by index of the block in the file. */
  readonly files: ReadonlyMap<number, readonly ConfigFile[]>;
  /** The configs as written, by index of the block in the file. */
  readonly written: ReadonlyMap<number, unknown>;
  readonly catalog: Catalog;
}

/** Whether two names differ as by a slip of the hand: in case, in one letter, or in two neighbours swapped. Digits are no slips. */
export function isSlip(name: string, meant: string): boolean {
  const [a, b] = [name.toLowerCase(), meant.toLowerCase()];
  // Short words are near each other by chance.
  if (Math.min(a.length, b.length) < 5) return a === b;
  let start = 0;
  while (start < Math.min(a.length, b.length) && a[start] === b[start]) start++;
  let end = 0;
  while (end < Math.min(a.length, b.length) - start && a.at(-1 - end) === b.at(-1 - end)) end++;
  const [x, y] = [a.slice(start, a.length - end), b.slice(start, b.length - end)];
  if (/\d/.test(x + y)) return false;
  return (x.length <= 1 && y.length <= 1) || (x.length === 2 && x === y[1]! + y[0]!);
}

/** Instructions for auxiliary rows of a dataset type that no sample has: nobody is given them. */
export function lintAuxiliary(
  source: YamlSource,
  types: readonly string[],
  blocks: readonly PipelineBlock[],
  kind: LeafKind | undefined,
  catalog: Catalog,
): Finding[] {
  const given = traceColumns(blocks, kind, catalog).at(-1)?.after.values.get('dataset_type');
  if (types.length === 0 || !given) return [];
  const known = given.filter((value) => typeof value === 'string');
  return types
    .filter((type) => !known.includes(type))
    .map((type): Finding => {
      const meant = suggest(type, known);
      const path = ['datamixing', 'auxiliary_instructions', type];
      return {
        severity: meant ? 'error' : 'warning',
        rule: 'pipeline/auxiliary',
        path: path.slice(0, 2).join('.'),
        message: `no sample has dataset_type "${type}", so these instructions go nowhere`,
        remedy: meant ? `did you mean "${meant}"?` : `there are ${known.join(', ')}`,
        ...source.placeOfKey(path),
      };
    });
}

type Reported = Omit<Finding, 'severity' | 'path'> & { readonly severity?: Finding['severity'] };

const asJson = (values: readonly unknown[]): string => values.map((value) => JSON.stringify(value)).join(' or ');

/** Follows the columns of one chain from block to block. */
class DataflowLint {
  readonly findings: Finding[] = [];
  readonly #input: DataflowInput;
  readonly #traced: readonly TracedBlock[];
  /** Columns that have been said to be missing. */
  readonly #named = new Set<string>();

  constructor(input: DataflowInput) {
    this.#input = input;
    this.#traced = traceColumns(input.blocks, input.kind, input.catalog);
  }

  run(): void {
    let blockedBy: string | undefined;
    for (const at of this.#traced) {
      const { name, place } = at.block;
      if (blockedBy !== undefined) {
        const message = `no sample can ever reach this block: block ${blockedBy} lets none through`;
        return this.#report(at, { rule: 'dataflow/unreachable', message }, place);
      }
      this.#checkReads(at);
      this.#checkNulls(at);
      const letsNoneThrough = this.#checkDemands(at);
      if (letsNoneThrough || at.spec.cost(at.block.config, { scaleFactor: 1 }).fanOut === 0) blockedBy = name;
      this.#checkDropped(at);
    }
  }

  #report({ block }: TracedBlock, finding: Reported, place: Place): void {
    this.findings.push({ severity: 'error', path: `block ${block.name}`, ...finding, ...place });
  }

  /** Where a block's config or its files use a column. */
  #placeOfUse({ block: { index } }: TracedBlock, column: string): Place {
    const { source, files, written } = this.#input;
    return findUse(column, source, ['blocks', index, 'config'], written.get(index), files.get(index) ?? []);
  }

  #checkReads(at: TracedBlock): void {
    const { effect, before } = at;
    for (const column of effect.reads) {
      const mayBeSeeds = isSeedColumn(column, this.#input.kind) && !before.gone.has(column);
      if (!before.columns.has(column) && !mayBeSeeds) this.#reportMissing(at, column, this.#placeOfUse(at, column), before);
    }
  }

  /** Columns that a prompt prints, and that may be null. */
  #checkNulls(at: TracedBlock): void {
    for (const column of at.effect.prints ?? []) {
      const maker = at.before.nulls.get(column);
      if (maker === undefined) continue;
      const message = `column "${column}" may be null here (block ${maker}), and the prompt would read None`;
      const remedy = `write {{ ${column} or "" }}, or {% if ${column} %}`;
      this.#report(at, { severity: 'warning', rule: 'dataflow/null', message, remedy }, this.#placeOfUse(at, column));
    }
  }

  /** What a block demands of values; true where one demand is never met. */
  #checkDemands(at: TracedBlock): boolean {
    const { effect, before } = at;
    let isNeverMet = false;
    for (const { column, test, neverText, lacking } of effect.demands ?? []) {
      const values = before.values.get(column);
      const unmet = values?.filter((value) => !test(value)) ?? [];
      if (lacking !== undefined && unmet.length > 0 && unmet.length < values!.length) {
        const message = `column "${column}" can be ${asJson(unmet)} here, and there is no ${lacking} for that`;
        const remedy = 'add one, or filter these samples out before';
        this.#report(at, { severity: 'warning', rule: 'dataflow/lacking', message, remedy }, this.#placeOfUse(at, column));
      }
      const never =
        values && unmet.length === values.length
          ? { message: `nothing can pass: column "${column}" is always ${asJson(values)} here` }
          : neverText && before.texts.has(column) && { ...neverText, message: `nothing can pass: ${neverText.message}` };
      if (!never) continue;
      isNeverMet = true;
      this.#report(at, { rule: 'dataflow/never', ...never }, this.#placeOfUse(at, column));
    }
    return isNeverMet;
  }

  /** Columns behind the block by which duplicates are found, or that are dropped. */
  #checkDropped(at: TracedBlock): void {
    const { source, kind } = this.#input;
    const { block, effect, before, after } = at;
    const left = [...before.columns].filter((column) => !effect.removes.includes(column));
    const known: Known = { ...after, columns: new Set([...left, ...effect.adds]) };
    const isThere = (column: string): boolean => known.columns.has(column) || isSeedColumn(column, kind);
    for (const [i, column] of block.dropDuplicates.entries()) {
      if (isThere(column)) continue;
      this.#reportMissing(at, column, source.placeOf(['blocks', block.index, 'drop_duplicates', i]), known);
    }
    for (const [i, column] of block.dropColumns.entries()) {
      const meant = isThere(column) ? undefined : suggest(column, [...known.columns]);
      if (meant === undefined) continue;
      const finding = { message: `there is no column "${column}" to drop`, remedy: `did you mean "${meant}"?` };
      const place = source.placeOf(['blocks', block.index, 'drop_columns', i]);
      this.#report(at, { severity: 'warning', rule: 'dataflow/drop', ...finding }, place);
    }
  }

  #reportMissing(at: TracedBlock, column: string, place: Place, known: Known): void {
    // Once is enough: whoever mends the first use sees the others in the next run.
    if (this.#named.has(column)) return;
    this.#named.add(column);
    const droppedBy = known.gone.get(column);
    if (droppedBy !== undefined) {
      const message = `column "${column}" is used here, and block ${droppedBy} has taken it away`;
      const remedy = `keep it there, or use what ${droppedBy} left`;
      return this.#report(at, { rule: 'dataflow/dropped-column', message, remedy }, place);
    }
    const meant = suggest(column, [...known.columns]);
    const provider = this.#traced.find(({ effect }) => effect.adds.includes(column));
    // Where the input is not known, what is only like another name, or what a block replaces in place, may well come with it.
    const isSlipped = meant !== undefined && isSlip(column, meant);
    const isSure = this.#input.kind !== undefined || isSlipped || (provider !== undefined && provider !== at);
    const remedy = this.#remedyFor(column, { meant, known, at, provider, isSure });
    this.#report(
      at,
      {
        severity: isSure ? 'error' : 'warning',
        rule: 'dataflow/unknown-column',
        message: isSure
          ? `no earlier block and no seed provides column "${column}"`
          : `column "${column}" must come with the input: no earlier block provides it`,
        ...(remedy !== undefined && { remedy }),
      },
      place,
    );
  }

  #remedyFor(
    column: string,
    {
      meant,
      known,
      at,
      provider,
      isSure,
    }: {
      readonly meant: string | undefined;
      readonly known: Known;
      readonly at: TracedBlock;
      readonly provider: TracedBlock | undefined;
      readonly isSure: boolean;
    },
  ): string | undefined {
    if (provider && isSure) return `block ${provider.block.name} provides it, but only ${provider === at ? 'when it is done' : 'later'}`;
    if (column === 'num_samples') return 'set batch_kwargs.num_samples';
    if (meant) return `did you mean "${meant}"?`;
    if (!isSure) return undefined;
    const there = `there are ${[...known.columns].sort().join(', ')}`;
    return `${there}; a pipeline that is given as a file, not as a folder, takes columns of your own from its input`;
  }
}

/**
 * Follows the columns through a chain and finds what can never work: a column that nothing provides, one that was
 * dropped before it is used, a filter that nothing can pass, blocks that nothing can reach.
 */
export function lintDataflow(input: DataflowInput): Finding[] {
  const lint = new DataflowLint(input);
  lint.run();
  return lint.findings;
}
