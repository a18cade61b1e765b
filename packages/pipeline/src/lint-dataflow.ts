import { type Catalog, type ConfigFile, type Finding, type Place, suggest } from '@sdg/core';
import type { YamlSource } from '@sdg/config';
import { findUse } from './find-use.js';
import type { LeafKind, PipelineBlock } from './pipeline.js';
import { isSeedColumn } from './seed-columns.js';
import { traceColumns, type Known, type TracedBlock } from './trace-columns.js';

/** A chain to judge: its blocks as loaded up to the first that could not be. */
export interface DataflowInput {
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

/**
 * Follows the columns through a chain and finds what can never work: a column that nothing provides, one that was
 * dropped before it is used, a filter that nothing can pass, blocks that nothing can reach.
 */
export function lintDataflow({ source, kind, blocks, files, written, catalog }: DataflowInput): Finding[] {
  const findings: Finding[] = [];
  const traced = traceColumns(blocks, kind, catalog);
  const named = new Set<string>();
  let blocked: string | undefined;

  const report = (
    { block }: TracedBlock,
    finding: Omit<Finding, 'severity' | 'path'> & { severity?: Finding['severity'] },
    place: Place,
  ): void => {
    findings.push({ severity: 'error', path: `block ${block.name}`, ...finding, ...place });
  };
  const missing = (at: TracedBlock, column: string, place: Place, { columns, gone }: Known): void => {
    // Once is enough: whoever mends the first use sees the others in the next run.
    if (named.has(column)) return;
    named.add(column);
    const dropped = gone.get(column);
    if (dropped !== undefined) {
      report(
        at,
        {
          rule: 'dataflow/dropped-column',
          message: `column "${column}" is used here, and block ${dropped} has taken it away`,
          remedy: `keep it there, or use what ${dropped} left`,
        },
        place,
      );
      return;
    }
    const meant = suggest(column, [...columns]);
    const later = traced.find(({ effect }) => effect.adds.includes(column));
    // Where the input is not known, what is only like another name, or what a block replaces in place, may well come with it.
    const sure = kind !== undefined || (meant !== undefined && isSlip(column, meant)) || (later !== undefined && later !== at);
    report(
      at,
      {
        severity: sure ? 'error' : 'warning',
        rule: 'dataflow/unknown-column',
        message: sure
          ? `no earlier block and no seed provides column "${column}"`
          : `column "${column}" must come with the input: no earlier block provides it`,
        ...(later && sure
          ? { remedy: `block ${later.block.name} provides it, but only ${later === at ? 'when it is done' : 'later'}` }
          : column === 'num_samples'
            ? { remedy: 'set batch_kwargs.num_samples' }
            : meant
              ? { remedy: `did you mean "${meant}"?` }
              : sure && {
                  remedy: `there are ${[...columns].sort().join(', ')}${kind === undefined ? '' : '; a pipeline that is given as a file, not as a folder, takes columns of your own from its input'}`,
                }),
      },
      place,
    );
  };

  for (const at of traced) {
    const { block, spec, effect, before, after } = at;
    const base = ['blocks', block.index, 'config'];
    const used = (column: string): Place => findUse(column, source, base, written.get(block.index), files.get(block.index) ?? []);
    if (blocked !== undefined) {
      report(
        at,
        { rule: 'dataflow/unreachable', message: `no sample can ever reach this block: block ${blocked} lets none through` },
        block.place,
      );
      break;
    }
    for (const column of effect.reads) {
      if (!before.columns.has(column) && !(isSeedColumn(column, kind) && !before.gone.has(column))) {
        missing(at, column, used(column), before);
      }
    }
    for (const column of effect.prints ?? []) {
      const maker = before.nulls.get(column);
      if (maker === undefined) continue;
      const remedy = `write {{ ${column} or "" }}, or {% if ${column} %}`;
      report(
        at,
        {
          severity: 'warning',
          rule: 'dataflow/null',
          message: `column "${column}" may be null here (block ${maker}), and the prompt would read None`,
          remedy,
        },
        used(column),
      );
    }
    for (const { column, test, neverText, lacking } of effect.demands ?? []) {
      const values = before.values.get(column);
      const unmet = values?.filter((value) => !test(value)) ?? [];
      if (lacking !== undefined && unmet.length > 0 && unmet.length < values!.length) {
        const which = unmet.map((value) => JSON.stringify(value)).join(' or ');
        report(
          at,
          {
            severity: 'warning',
            rule: 'dataflow/lacking',
            message: `column "${column}" can be ${which} here, and there is no ${lacking} for that`,
            remedy: 'add one, or filter these samples out before',
          },
          used(column),
        );
      }
      if (values && !values.some(test)) {
        report(
          at,
          {
            rule: 'dataflow/never',
            message: `nothing can pass: column "${column}" is always ${values.map((value) => JSON.stringify(value)).join(' or ')} here`,
          },
          used(column),
        );
        blocked = block.name;
      } else if (neverText && before.texts.has(column)) {
        report(at, { rule: 'dataflow/never', message: `nothing can pass: ${neverText.message}`, remedy: neverText.remedy }, used(column));
        blocked = block.name;
      }
    }
    if (spec.cost(block.config, { scaleFactor: 1 }).fanOut === 0) blocked = block.name;
    const own: Known = {
      ...after,
      columns: new Set(
        [...before.columns, ...effect.adds].filter((column) => !effect.removes.includes(column) || effect.adds.includes(column)),
      ),
    };
    block.dropDuplicates.forEach((column, i) => {
      if (!own.columns.has(column) && !isSeedColumn(column, kind)) {
        missing(at, column, source.placeOf(['blocks', block.index, 'drop_duplicates', i]), own);
      }
    });
    block.dropColumns.forEach((column, i) => {
      const meant = own.columns.has(column) || isSeedColumn(column, kind) ? undefined : suggest(column, [...own.columns]);
      if (meant === undefined) return;
      const place = source.placeOf(['blocks', block.index, 'drop_columns', i]);
      report(
        at,
        {
          severity: 'warning',
          rule: 'dataflow/drop',
          message: `there is no column "${column}" to drop`,
          remedy: `did you mean "${meant}"?`,
        },
        place,
      );
    });
  }
  return findings;
}
