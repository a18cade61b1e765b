import { counted, type Teacher } from '@sdg/core';
import { askMany, type AskManyOptions } from './ask-many.js';
import { trafficOf, type Traffic } from './meter.js';
import type { Row, SuiteReport } from './report.js';
import { ratios, spreadOf } from './spread.js';

export interface JudgeOptions extends Omit<AskManyOptions, 'calls' | 'slots' | 'note'> {
  /** A fresh teacher without a cache that keeps so many calls in flight. */
  readonly open: (concurrency: number | 'auto') => Promise<Teacher>;
  /** Greatest setting tried. Default 256. */
  readonly max?: number;
  /** Rounds over all settings. Default 5. */
  readonly rounds?: number;
  /** Calls in each round, for each call in flight. Default 4; at least 16 calls. */
  readonly callsPerSlot?: number;
  readonly note?: (text: string) => void;
}

type Setting = number | 'auto';

/** Throughput must grow by this factor when the load doubles, or the server has reached its knee. */
const GROWTH = 1.05;

/**
 * Finds out how much load a server can take: first doubles the calls in flight until the throughput stops growing
 * (that also warms it up), then measures every setting, and `auto` among them, in rounds, so that what else goes on
 * falls on all of them. Gives throughput, latency and the setting to use.
 */
export async function judgeServer({ max = 256, rounds = 5, callsPerSlot = 4, note, ...options }: JudgeOptions): Promise<SuiteReport> {
  const { open, ...shape } = options;
  const say = note ?? ((): void => undefined);
  const began = performance.now();
  let asked = 0;
  const measure = async (setting: Setting, slots: number): Promise<Traffic> => {
    const teacher = await open(setting);
    const calls = Math.max(16, callsPerSlot * slots);
    try {
      // Always new prompts: what the server remembers of the last round must not help it.
      const made = await askMany(teacher, { ...shape, calls, slots, note, seed: (shape.seed ?? 42) + asked });
      asked += calls;
      return trafficOf(made);
    } finally {
      await teacher.close?.();
    }
  };

  const settings = await findKnee((slots) => measure(slots, slots), { max, say, signal: shape.signal });
  const seen = new Map<Setting, Traffic[]>();
  for (let round = 0; round < rounds && !shape.signal?.aborted; round++) {
    say(`round ${round + 1} of ${rounds}`);
    for (const setting of [...settings, 'auto'] as const) {
      const traffic = await measure(setting, setting === 'auto' ? settings.at(-1)! : setting);
      seen.set(setting, [...(seen.get(setting) ?? []), traffic]);
    }
  }
  return {
    name: 'Server',
    about: about(asked, rounds, callsPerSlot, shape.maxTokens),
    seconds: (performance.now() - began) / 1000,
    rows: rowsOfServer(seen),
    unmeasured: [],
  };
}

/** Doubles the calls in flight until more of them bring no more answers; gives the settings up to one beyond that. */
async function findKnee(
  measure: (slots: number) => Promise<Traffic>,
  { max, say, signal }: { readonly max: number; readonly say: (text: string) => void; readonly signal: AbortSignal | undefined },
): Promise<readonly number[]> {
  const settings: number[] = [];
  let best = 0;
  let flat = 0;
  for (let slots = 1; slots <= max && flat < 2 && !signal?.aborted; slots *= 2) {
    const { callsPerSecond } = await measure(slots);
    say(`${slots} in flight: ${callsPerSecond.toFixed(1)} calls a second`);
    settings.push(slots);
    flat = callsPerSecond > best * GROWTH ? 0 : flat + 1;
    best = Math.max(best, callsPerSecond);
  }
  // One setting beyond the knee is enough to show that it is one.
  return flat === 2 ? settings.slice(0, -1) : settings;
}

const about = (asked: number, rounds: number, callsPerSlot: number, maxTokens = 128): string =>
  `${asked} calls of about 150 tokens in and at most ${maxTokens} out, no two alike; ${counted(rounds, 'round')} over all settings, ` +
  `${counted(callsPerSlot, 'call')} a round for each call in flight. Rates count the time in which new calls were begun.`;

function rowsOfServer(seen: ReadonlyMap<Setting, readonly Traffic[]>): Row[] {
  const rows: Row[] = [];
  const add = (id: string, title: string, unit: string, values: readonly number[], better?: Row['better'], note?: string): void => {
    const finite = values.filter(Number.isFinite);
    if (finite.length > 0) rows.push({ id, title, unit, value: spreadOf(finite), ...(better && { better }), ...(note && { note }) });
  };
  const rate = (traffic: readonly Traffic[]): number[] => traffic.map(({ callsPerSecond }) => callsPerSecond);
  for (const [setting, traffic] of seen) {
    const label = setting === 'auto' ? '--concurrency auto' : `${setting} in flight`;
    add(`server.${setting}.rate`, `${label}: calls`, 'calls/s', rate(traffic), 'higher');
    add(
      `server.${setting}.tokens`,
      `${label}: tokens out`,
      'tokens/s',
      traffic.map(({ tokensPerSecond }) => tokensPerSecond),
      'higher',
    );
    add(
      `server.${setting}.p50`,
      `${label}: latency, median`,
      'ms',
      traffic.map(({ latencyP50Ms }) => latencyP50Ms),
      'lower',
    );
    add(
      `server.${setting}.p95`,
      `${label}: latency, 95th percentile`,
      'ms',
      traffic.map(({ latencyP95Ms }) => latencyP95Ms),
      'lower',
    );
  }
  const fixed = [...seen].filter((entry): entry is [number, readonly Traffic[]] => entry[0] !== 'auto');
  const medianRate = (traffic: readonly Traffic[]): number => spreadOf(rate(traffic)).median;
  const top = Math.max(...fixed.map(([, traffic]) => medianRate(traffic)));
  const chosen = fixed.find(([, traffic]) => medianRate(traffic) >= 0.95 * top);
  const auto = seen.get('auto');
  if (chosen && auto) {
    add(
      'server.knee',
      'least setting within 5 % of the best throughput',
      'in flight',
      [chosen[0]],
      undefined,
      `pass --concurrency ${chosen[0]}`,
    );
    add(
      'server.auto.share',
      'auto beside that setting, throughput',
      '×',
      ratios(rate(auto), rate(chosen[1])),
      'higher',
      'auto has to find the setting first; long runs come nearer to 1',
    );
  }
  return rows;
}
