import { type BlockAccount, type CallRecord, counted, groupDigits, type Lineage, type Sample, SdgError, sumOf } from '@sdg/core';
import { CallTally, type Pulse } from './call-figures.js';
import { cut, type KeptOutputs, RecordFiles, shownColumns, shownLeaf, within } from './record-files.js';
import { readRows } from './read-rows.js';
import type { CallFigures, LeafCounts, RejectFigures, RunData, RunStanding, ShownReject } from './run-data.js';
import { Reservoirs } from './reservoirs.js';

/** Rejects shown of each block and reason, in all, and what they may take of the page in bytes. */
const A_REASON = 8;
const MOST = 200;
const MOST_BYTES = 300_000;
/** Characters of a text of a sample that was lost. */
const MOST_TEXT = 1500;

type Stored = ShownReject & { readonly _sdg?: Partial<Lineage> };

const shownReject = ({ block, kind = 'rejected', reason, message, reply, prompt, sample = {}, _sdg }: Stored): ShownReject => ({
  ...{ block, kind, reason, leaf: shownLeaf(sample, _sdg), sample: shownColumns(sample, MOST_TEXT) },
  ...(typeof message === 'string' && { message: cut(message, MOST_TEXT) }),
  ...(typeof reply === 'string' && { reply: cut(reply) }),
  ...(typeof prompt === 'string' && { prompt: cut(prompt) }),
});

/** Counts what was rejected, and keeps some of it, and the first of what was filtered and deduplicated, to be shown. */
async function readRejects(files: RecordFiles): Promise<RejectFigures> {
  const shown = new Reservoirs<ShownReject>(A_REASON, MOST, 'rejects');
  let total = 0;
  for await (const line of files.lines('rejects.jsonl', ['block', 'reason'])) {
    const reject = line as unknown as Stored;
    const { block, reason } = reject;
    if (block === 'input') continue;
    total++;
    shown.take(`${block} ${reason}`, shownReject(reject));
  }
  for await (const line of files.lines('dropped.jsonl', ['block', 'kind', 'reason'])) {
    const dropped = line as unknown as Stored;
    shown.take(`${dropped.block} ${dropped.kind} ${dropped.reason}`, shownReject(dropped));
  }
  return { total, shown: within(shown.all, MOST_BYTES) };
}

/** Cells of the table of leaves and blocks at most: of more leaves, those with the least are added up. */
const MOST_CELLS = 2500;
const OTHER_LEAVES = 'all other leaves';

/** What decided a run, as `lock.json` has it. */
interface Lock {
  readonly versions: Readonly<Record<string, string>>;
  readonly pipeline: { readonly name: string; readonly files: Readonly<Record<string, string | null>> };
  readonly plugins: Readonly<Record<string, string | null>>;
  readonly inputs: Readonly<Record<string, string | null>>;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly given: { readonly positionals: readonly string[]; readonly flags: Readonly<Record<string, unknown>> };
}

type Leaves = Record<string, Record<string, LeafCounts>>;
interface LeavesRecord {
  readonly leaves: Leaves;
  /** Rows that came out of each leaf, kept or not. */
  readonly rows: Readonly<Record<string, number>>;
  readonly leftOut: { readonly exchanges: number; readonly rows: number };
}
type LedgerRecord = Omit<RunStanding, 'heard'> & { readonly blocks: readonly BlockAccount[] };

const quoted = (text: string): string => (/^[\w./:@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);

function commandOf({ positionals, flags }: Lock['given'], folder: string): string {
  const words = Object.entries(flags).flatMap(([name, value]) =>
    [value].flat().flatMap((one) => (one === true ? [`--${name}`] : one === false ? [] : [`--${name}`, String(one)])),
  );
  return ['sdg-run', ...positionals, ...words, '--run-dir', folder].map(quoted).join(' ');
}

async function readCalls(files: RecordFiles): Promise<{ calls: CallFigures | undefined; heard: number | undefined }> {
  const tally = new CallTally();
  for await (const line of files.lines('calls.jsonl', ['at', 'queuedMs', 'serviceMs'], 'number')) tally.add(line as unknown as CallRecord);
  let heard: number | undefined;
  for await (const line of files.lines('pulse.jsonl', ['at', 'inFlight', 'queued', 'limit', 'answered'], 'number')) {
    const pulse = line as unknown as Pulse;
    heard = pulse.at;
    tally.addPulse(pulse);
  }
  return { calls: tally.figures, heard };
}

/** The leaves that most went through, the others added up in one. */
function shownLeaves(
  record: Partial<LeavesRecord> | undefined,
  blocks: number,
  kept: Readonly<Record<string, number>>,
): { leaves: Leaves; byLeaf: Readonly<Record<string, number>> } {
  const { leaves = {}, rows: byLeaf = kept } = record ?? {};
  const most = Math.max(20, Math.floor(MOST_CELLS / Math.max(1, blocks)));
  const sizes = Object.entries(leaves).map(
    ([leaf, own]) => [leaf, sumOf(Object.values(own), ({ in: entered, made }) => entered + made)] as const,
  );
  for (const leaf of Object.keys(byLeaf)) if (!leaves[leaf]) sizes.push([leaf, byLeaf[leaf]!]);
  if (sizes.length <= most) return { leaves, byLeaf };
  const shown = new Set(
    sizes
      .sort(([, a], [, b]) => b - a)
      .slice(0, most)
      .map(([leaf]) => leaf),
  );
  const others: Record<string, LeafCounts> = {};
  for (const [leaf, own] of Object.entries(leaves)) {
    if (shown.has(leaf)) continue;
    for (const [block, counts] of Object.entries(own)) {
      const sum = others[block];
      others[block] = sum
        ? (Object.fromEntries(
            Object.entries(counts).map(([name, n]) => [name, sum[name as keyof LeafCounts] + n]),
          ) as unknown as LeafCounts)
        : counts;
    }
  }
  const only = <V>(of: Readonly<Record<string, V>>): Record<string, V> =>
    Object.fromEntries(Object.entries(of).filter(([leaf]) => shown.has(leaf)));
  const rest = Object.entries(byLeaf).reduce((sum, [leaf, rows]) => (shown.has(leaf) ? sum : sum + rows), 0);
  const name = `${OTHER_LEAVES} (${groupDigits(sizes.length - most)})`;
  return { leaves: { ...only(leaves), [name]: others }, byLeaf: { ...only(byLeaf), [name]: rest } };
}

function standing({ written, seconds, exit, cost, costs }: Partial<LedgerRecord>, heard: number | undefined): RunStanding {
  return {
    ...{ written: written ?? 0, seconds: seconds ?? 0, exit: exit ?? 'running' },
    ...(cost !== undefined && { cost }),
    ...(costs && { costs }),
    ...(heard !== undefined && { heard }),
  };
}

/** What is not known of a run, and why. */
function notesOf({
  ledger,
  leaves,
  calls,
}: {
  ledger: Partial<LedgerRecord> | undefined;
  leaves: Partial<LeavesRecord> | undefined;
  calls: CallFigures | undefined;
}): string[] {
  const notes: string[] = [];
  if (!ledger) notes.push('The accounts of this run are not known without its ledger.json; what stands here is what was logged.');
  else if (ledger.exit === 'running') {
    notes.push('The run goes on, or was killed: accounts are those of its last record, and what was under way stands as unfinished.');
  }
  const { rows = 0, exchanges = 0 } = leaves?.leftOut ?? {};
  if (rows + exchanges > 0) {
    notes.push(
      `A run of this size keeps not all for looking at: ${counted(rows, 'row')} and ${counted(exchanges, 'call')} are missing here; ` +
        'all are in the accounts.',
    );
  }
  if (!calls?.tries && ledger?.blocks?.some(({ calls: made, cachedCalls }) => made > cachedCalls)) {
    notes.push(
      'There is no log of tries: calls were made in the process, or by workers that tell nothing of them. ' +
        'The timeline is what the run noted of itself.',
    );
  }
  return notes;
}

export interface ReadRunOptions {
  /** Looks into the call cache for prompts and replies that the folder of a large run has the names of alone. */
  readonly kept?: KeptOutputs | undefined;
  /** Told of every row that is kept, in order. */
  readonly onRow?: ((row: Sample) => void) | undefined;
}

/**
 * Reads the folder of a run, whatever its size, with memory for what is shown alone. What cannot be read of it is in its notes.
 *
 * @throws SdgError `usage` for a folder that holds no run
 * @example const { blocks, rows, notes } = await readRun('run');
 */
export async function readRun(folder: string, { kept, onRow }: ReadRunOptions = {}): Promise<RunData> {
  const files = new RecordFiles(folder, kept);
  const lock = await files.object<Lock>('lock.json');
  if (!lock?.given) {
    throw new SdgError('usage', `${folder} holds no run${files.notes.map((note) => `: ${note.replace(/\.$/, '')}`).join('')}`, {
      remedy: 'name the folder that sdg-run was given with --run-dir',
    });
  }
  const ledger = await files.object<LedgerRecord>('ledger.json');
  const leaves = await files.object<LeavesRecord>('leaves.json');
  const { calls, heard } = await readCalls(files);
  const rejects = await readRejects(files);
  const rows = await readRows(files, onRow);
  const blocks = Array.isArray(ledger?.blocks) ? ledger.blocks : [];
  const shown = shownLeaves(leaves, blocks.length, rows.byLeaf);
  const { positionals = [], flags = {} } = lock.given;
  return {
    ...{ folder, pipeline: lock.pipeline?.name ?? '?', command: commandOf({ positionals, flags }, folder) },
    ...{ settings: lock.settings ?? {}, versions: lock.versions ?? {} },
    files: { ...lock.pipeline?.files, ...lock.plugins, ...lock.inputs },
    end: ledger && standing(ledger, heard),
    ...{ blocks, leaves: shown.leaves, calls, rejects },
    rows: { ...rows, byLeaf: shown.byLeaf },
    notes: [...files.notes, ...notesOf({ ledger, leaves, calls })],
  };
}
