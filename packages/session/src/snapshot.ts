import type { Run, Teacher, Waiting } from '@sdg/core';
import type { Silence } from './server-watch.js';

/** How a run stands at one moment: everything that a view shows. */
export interface Snapshot {
  readonly seconds: number;
  readonly blocks: readonly BlockProgress[];
  readonly inFlight: number;
  readonly queued: number;
  readonly limit: number;
  /** What an adaptive limit is doing, in a word. */
  readonly phase: string | undefined;
  /** Servers that were asked something and have said nothing since, the longest silence first. */
  readonly silences: readonly Silence[];
  /** Samples that go no further yet, and what they wait for: the many first. A reader is named that has taken nothing for a while. */
  readonly waits: readonly Waiting[];
  /** What the numbers in `waits` count: in a run that goes on until it has enough, seeds go round. */
  readonly numbered: 'seed' | 'attempt';
  readonly calls: number;
  readonly cachedCalls: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly tokensEstimated: boolean;
  /** Samples that came out of the pipeline and were taken by the pipe. */
  readonly written: number;
  /** Calls answered by the teacher, not the cache, a second, over the last few seconds. */
  readonly callsPerSecond: number;
  /** Share of the input that was read, where its length is known. */
  readonly share: number | undefined;
  /** Seconds that are probably left, where the length of the input is known. */
  readonly secondsLeft: number | undefined;
}

export interface BlockProgress {
  readonly name: string;
  readonly in: number;
  readonly made: number;
  readonly out: number;
  readonly filtered: number;
  readonly deduplicated: number;
  readonly rejected: number;
  readonly unfinished: number;
  readonly calls: number;
}

/** What is watched. */
export interface Watched {
  readonly run: Run;
  /** Samples that were read and are not over. Default: those in the run's gate. */
  readonly underWay?: () => number;
  /** All that are asked: the run's, and those that blocks have of their own. Default: the run's. */
  readonly teachers?: readonly Pick<Teacher, 'state'>[];
  readonly silences?: () => readonly Silence[];
  /** Default: `seed`. */
  readonly numbered?: Snapshot['numbered'];
  readonly written: () => number;
  readonly bytesRead?: () => number;
  readonly bytesTotal?: number | undefined;
}

/** Seconds for which a reader must have taken nothing before it is named: a full pipe is usual. */
const SLOW_READER = 2;

/** The rate is taken over this many seconds. */
const RATE_WINDOW = 10;

/** What waits; the reader of the output only once it has taken nothing for a while. */
function waitsOf({ gate }: Run, began: number): (written: number, at: number) => Waiting[] {
  let taken = { written: 0, at: began };
  return (written, at) => {
    const waits = gate.waiting();
    if (written !== taken.written || !waits.some((one) => one.for === 'reader')) taken = { written, at };
    return waits.filter((one) => one.for !== 'reader' || at - taken.at > SLOW_READER * 1000);
  };
}

/** Makes snapshots of a run. Each call moves the window of the rate on, so one watcher serves one view. */
export function watch(
  {
    run,
    underWay = () => run.gate.resident,
    teachers = run.teacher ? [run.teacher] : [],
    silences,
    numbered = 'seed',
    written,
    bytesRead,
    bytesTotal,
  }: Watched,
  now: () => number = () => performance.now(),
): () => Snapshot {
  const began = now();
  const waits = waitsOf(run, began);
  const marks: { at: number; calls: number }[] = [{ at: began, calls: 0 }];
  return () => {
    const at = now();
    const blocks = run.ledger.blocks;
    const sum = (field: 'calls' | 'cachedCalls' | 'promptTokens' | 'completionTokens'): number =>
      blocks.reduce((total, block) => total + block[field], 0);
    const calls = sum('calls');
    const cachedCalls = sum('cachedCalls');
    marks.push({ at, calls: calls - cachedCalls });
    while (marks.length > 2 && at - marks[0]!.at > RATE_WINDOW * 1000) marks.shift();
    const since = marks[0]!;
    const count = written();
    const seconds = (at - began) / 1000;
    const share = bytesTotal && bytesRead ? Math.min(1, bytesRead() / bytesTotal) : undefined;
    // Samples under way count as not done: that is too little rather than too much.
    const entered = blocks[0]?.in ?? 0;
    const done = share === undefined || entered === 0 ? 0 : share * (1 - Math.min(entered, underWay()) / entered);
    const states = teachers.flatMap((teacher) => teacher.state?.() ?? []);
    const total = (field: 'inFlight' | 'queued' | 'limit'): number => states.reduce((whole, state) => whole + state[field], 0);
    const phases = new Set(states.flatMap(({ phase }) => phase ?? []));
    return {
      seconds,
      blocks: blocks.map((block) => ({
        name: block.block,
        in: block.in,
        made: block.made,
        out: block.out,
        filtered: block.filtered,
        deduplicated: block.deduplicated,
        rejected: block.rejected,
        unfinished: block.unfinished,
        calls: block.calls,
      })),
      inFlight: total('inFlight'),
      queued: total('queued'),
      limit: total('limit'),
      phase: phases.size > 0 ? [...phases].join(', ') : undefined,
      silences: silences?.() ?? [],
      waits: waits(count, at),
      numbered,
      calls,
      cachedCalls,
      promptTokens: sum('promptTokens'),
      completionTokens: sum('completionTokens'),
      tokensEstimated: blocks.some((block) => block.tokensEstimated),
      written: count,
      callsPerSecond: at > since.at ? ((calls - cachedCalls - since.calls) * 1000) / (at - since.at) : 0,
      share,
      secondsLeft: done > 0.01 ? (seconds * (1 - done)) / done : undefined,
    };
  };
}
