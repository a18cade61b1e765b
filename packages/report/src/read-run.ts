import { createReadStream, existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { contentHash, readNdjson, SdgError, type BlockAccount, type CallRecord, type Lineage, type Sample } from '@sdg/core';
import { CallTally } from './call-figures.js';
import { Reservoirs } from './reservoirs.js';
import type { LeafCounts, RejectFigures, RowFigures, RunData, ShownReject, ShownRow, Step } from './run-data.js';

/** Rows and rejects shown: of each leaf, of each block and reason, and in all. */
const ROWS_A_LEAF = 12;
const MOST_ROWS = 240;
const REJECTS_A_REASON = 8;
const MOST_REJECTS = 160;
/** Characters of a text that are shown. */
const MOST_TEXT = 4000;
/** Characters of all steps of a row. */
const MOST_DESCENT = 24_000;

interface Lock {
  readonly versions: Readonly<Record<string, string>>;
  readonly pipeline: { readonly name: string; readonly files: Readonly<Record<string, string | null>> };
  readonly plugins: Readonly<Record<string, string | null>>;
  readonly inputs: Readonly<Record<string, string | null>>;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly given: { readonly positionals: readonly string[]; readonly flags: Readonly<Record<string, unknown>> };
}

interface StoredExchange {
  readonly sample?: string;
  readonly block: string;
  readonly model?: string;
  readonly prompt: string | readonly { readonly role: string; readonly content: string }[];
  readonly replies?: readonly { readonly text: string; readonly reasoning?: string }[];
  readonly failure?: string;
}

async function json<T>(folder: string, name: string): Promise<T | undefined> {
  const file = join(folder, name);
  if (!existsSync(file)) return undefined;
  try {
    return JSON.parse(await readFile(file, 'utf8')) as T;
  } catch (error) {
    throw new SdgError('bad-input', `${file} is not whole: ${(error as Error).message}`, {
      remedy: 'is it the folder of a run that goes on?',
    });
  }
}

/** Lines of a file of the record; a last line that was cut off by a kill is passed over. */
async function* lines(folder: string, name: string): AsyncGenerator<Record<string, unknown>> {
  const file = join(folder, name);
  if (!existsSync(file)) return;
  yield* readNdjson(createReadStream(file), { name: file, onBadLine: () => undefined });
}

const cut = (text: string, most = MOST_TEXT): string =>
  text.length <= most ? text : `${text.slice(0, most)} … (${text.length - most} more characters)`;

/** Columns as they are shown: long texts cut. */
const shownColumns = (columns: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(columns).map(([name, value]) => [
      name,
      typeof value === 'string' ? cut(value) : JSON.stringify(value).length > MOST_TEXT ? cut(JSON.stringify(value)) : value,
    ]),
  );

const leafOf = (sample: Readonly<Record<string, unknown>>, lineage?: Lineage): string =>
  typeof sample['leaf_node_path'] === 'string' && sample['leaf_node_path'] !== ''
    ? sample['leaf_node_path']
    : (lineage?.origin?.leaf ?? '');

const quoted = (text: string): string => (/^[\w./:@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);

function commandOf({ given: { positionals, flags } }: Lock, folder: string): string {
  const words = Object.entries(flags).flatMap(([name, value]) =>
    [value].flat().flatMap((one) => (one === true ? [`--${name}`] : one === false ? [] : [`--${name}`, String(one)])),
  );
  return ['sdg-run', ...positionals, ...words, '--run-dir', folder].map(quoted).join(' ');
}

const promptText = (prompt: StoredExchange['prompt']): string =>
  typeof prompt === 'string' ? prompt : prompt.map(({ role, content }) => `[${role}]\n${content}`).join('\n\n');

/** The lineage ids of a sample and of all that it was made of, the seed's first. */
export function ancestorsOf({ root, path }: Pick<Lineage, 'root' | 'path'>): string[] {
  const ids = [root];
  for (const step of path) ids.push(contentHash(ids.at(-1)!, step));
  return ids;
}

const toStep = ({ block, model, prompt, replies = [], failure }: StoredExchange): Step => ({
  block,
  ...(model !== undefined && { model }),
  prompt: promptText(prompt),
  reply: failure === undefined ? replies.map(({ text }) => text).join('\n\n') : `no reply: ${failure}`,
  ...(replies.some(({ reasoning }) => reasoning) && { reasoning: replies.map(({ reasoning }) => reasoning ?? '').join('\n\n') }),
});

/** What was asked and answered for some samples, in order; by lineage id. */
export async function exchangesOf(folder: string, wanted: ReadonlySet<string>): Promise<Map<string, Step[]>> {
  const found = new Map<string, Step[]>();
  for await (const line of lines(folder, 'exchanges.jsonl')) {
    const exchange = line as unknown as StoredExchange;
    if (exchange.sample === undefined || !wanted.has(exchange.sample)) continue;
    found.set(exchange.sample, [...(found.get(exchange.sample) ?? []), toStep(exchange)]);
  }
  return found;
}

async function readCalls(folder: string): Promise<CallTally> {
  const tally = new CallTally();
  for await (const line of lines(folder, 'calls.jsonl')) tally.add(line as unknown as CallRecord);
  return tally;
}

async function readRejects(folder: string): Promise<RejectFigures> {
  const shown = new Reservoirs<ShownReject>(REJECTS_A_REASON, 'rejects');
  const counts: Record<string, Record<string, number>> = {};
  let total = 0;
  for await (const line of lines(folder, 'rejects.jsonl')) {
    const { block, reason, message, reply, prompt, sample = {}, _sdg } = line as unknown as ShownReject & { readonly _sdg?: Lineage };
    if (block === 'input') continue;
    total++;
    (counts[block] ??= {})[reason] = (counts[block]![reason] ?? 0) + 1;
    shown.take(`${block}\0${reason}`, {
      ...{ block, reason, leaf: leafOf(sample, _sdg), sample: shownColumns(sample) },
      ...(message !== undefined && { message: cut(message) }),
      ...(reply !== undefined && { reply: cut(reply) }),
      ...(prompt !== undefined && { prompt: cut(prompt) }),
    });
  }
  return { total, counts, shown: shown.all.slice(0, MOST_REJECTS) };
}

/** Different values of a column that still count as scores or kinds. */
const MOST_VALUES = 12;

class ColumnTally {
  readonly lengths = new Map<number, number>();
  readonly values = new Map<string, number>();
  #isMany = false;

  add(value: unknown): void {
    if (typeof value === 'string') {
      const below = 2 ** Math.ceil(Math.log2(Math.max(1, value.length + 1)));
      this.lengths.set(below, (this.lengths.get(below) ?? 0) + 1);
    }
    if (this.#isMany || value === null || typeof value === 'object' || (typeof value === 'string' && value.length > 24)) {
      this.#isMany = true;
      return;
    }
    const key = String(value);
    this.values.set(key, (this.values.get(key) ?? 0) + 1);
    if (this.values.size > MOST_VALUES) this.#isMany = true;
  }

  get isScore(): boolean {
    return !this.#isMany && this.values.size > 0;
  }
}

async function readRows(folder: string): Promise<{ rows: Omit<RowFigures, 'shown'>; chosen: Sample[] }> {
  const chosen = new Reservoirs<Sample>(ROWS_A_LEAF, 'rows');
  const columns = new Map<string, ColumnTally>();
  const byLeaf: Record<string, number> = {};
  let total = 0;
  for await (const row of lines(folder, 'rows.jsonl')) {
    total++;
    const { _sdg, ...own } = row as Sample;
    const leaf = leafOf(own, _sdg);
    byLeaf[leaf] = (byLeaf[leaf] ?? 0) + 1;
    chosen.take(leaf, row as Sample);
    for (const [name, value] of Object.entries(own)) {
      let tally = columns.get(name);
      if (!tally) columns.set(name, (tally = new ColumnTally()));
      tally.add(value);
    }
  }
  const scores = [...columns].filter(([, { isScore }]) => isScore);
  const texts = [...columns].filter(([, { isScore, lengths }]) => !isScore && lengths.size > 0);
  return {
    rows: {
      ...{ total, byLeaf },
      lengths: Object.fromEntries(
        texts.map(([name, { lengths }]) => [name, [...lengths].sort(([a], [b]) => a - b).map(([below, rows]) => ({ below, rows }))]),
      ),
      scores: Object.fromEntries(
        scores.map(([name, { values }]) => [name, Object.fromEntries([...values].sort(([a], [b]) => (a < b ? -1 : 1)))]),
      ),
    },
    chosen: chosen.all.slice(0, MOST_ROWS),
  };
}

/** Rows with what was asked and answered on their way, the oldest first. */
async function withDescent(folder: string, chosen: readonly Sample[]): Promise<ShownRow[]> {
  const ways = chosen.map((row) => (row._sdg ? ancestorsOf(row._sdg) : []));
  const steps = await exchangesOf(folder, new Set(ways.flat()));
  return chosen.map((row, i) => {
    const { _sdg, ...columns } = row;
    let left = MOST_DESCENT;
    const own: Step[] = [];
    for (const step of ways[i]!.flatMap((id) => steps.get(id) ?? [])) {
      const short = { ...step, prompt: cut(step.prompt, Math.min(MOST_TEXT, left)), reply: cut(step.reply, Math.min(MOST_TEXT, left)) };
      left = Math.max(200, left - short.prompt.length - short.reply.length);
      own.push(short);
    }
    return {
      ...{ id: _sdg?.id ?? '', leaf: leafOf(columns, _sdg), columns: shownColumns(columns), path: _sdg?.path ?? [], steps: own },
      origin: { ..._sdg?.origin },
    };
  });
}

/**
 * Reads the folder of a run, whatever its size, with memory for what is shown alone.
 *
 * @throws SdgError `usage` for a folder that holds no run
 */
export async function readRun(folder: string): Promise<RunData> {
  const lock = await json<Lock>(folder, 'lock.json');
  if (!lock) {
    throw new SdgError('usage', `${folder} holds no run`, { remedy: 'name the folder that sdg-run was given with --run-dir' });
  }
  const ledger = await json<{ blocks: BlockAccount[]; written: number; seconds: number; exit: string; cost?: number }>(
    folder,
    'ledger.json',
  );
  const leaves = await json<{ leaves: Record<string, Record<string, LeafCounts>>; leftOut: { exchanges: number; rows: number } }>(
    folder,
    'leaves.json',
  );
  const [calls, rejects, { rows, chosen }] = [await readCalls(folder), await readRejects(folder), await readRows(folder)];
  const figures = calls.figures;
  const notes: string[] = [];
  if (!ledger) {
    notes.push('The run has not ended, or was killed: accounts are written at its end, and what stands here is what was logged so far.');
  }
  if (leaves && leaves.leftOut.rows > 0) {
    notes.push(
      `Of a run of this size ${leaves.leftOut.rows.toLocaleString('en')} rows and ${leaves.leftOut.exchanges.toLocaleString('en')} calls were not kept for looking at; all are in the accounts.`,
    );
  }
  if (!figures && ledger?.blocks.some(({ calls: made, cachedCalls }) => made > cachedCalls)) {
    notes.push('Calls were made by workers or by a teacher in the process, so there is no log of tries.');
  }
  return {
    ...{ folder, pipeline: lock.pipeline.name, command: commandOf(lock, folder), settings: lock.settings, versions: lock.versions },
    files: { ...lock.pipeline.files, ...lock.plugins, ...lock.inputs },
    end: ledger && {
      written: ledger.written,
      seconds: ledger.seconds,
      exit: ledger.exit,
      ...(ledger.cost !== undefined && { cost: ledger.cost }),
    },
    blocks: ledger?.blocks ?? [],
    leaves: leaves?.leaves ?? {},
    calls: figures,
    rejects,
    rows: { ...rows, shown: await withDescent(folder, chosen) },
    notes,
  };
}
