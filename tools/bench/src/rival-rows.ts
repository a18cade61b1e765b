import { AdaptiveLimit } from '@sdg/teacher';
import { BatchServer, SlotServer, VirtualClient, type ServerModel, type VirtualLimit } from '@sdg/testing/virtual-server';
import { AimdLimit, Gradient2Limit } from './rival-limits.js';
import { type Measured, row } from './suite.js';

const limits: Readonly<Record<string, () => VirtualLimit>> = {
  auto: () => new AdaptiveLimit(),
  gradient2: () => new Gradient2Limit(),
  aimd: () => new AimdLimit(),
};

const fixed = (value: number): VirtualLimit => ({ value, ended: () => undefined });

interface Case {
  readonly id: string;
  readonly title: string;
  readonly server: (seed: number) => ServerModel;
  /** Fixed limits, of which the best is what the others are beside. */
  readonly best: readonly number[];
  /** Calls in which the load is to be found, not measured. Absent: a job from its first call to its last. */
  readonly search?: number;
  readonly calls: number;
}

const slotCase = (slots: number, overload: 'queue' | 'reject'): Case => ({
  id: `${overload}-${slots}`,
  title: `S = ${slots}, a server that ${overload === 'queue' ? 'queues' : 'answers 429'}`,
  server: (seed) => new SlotServer({ slots, overload, seed }),
  best: [slots],
  search: Math.max(300, 10 * slots),
  calls: Math.max(600, 6 * slots),
});
const batchCase = (calls: number): Case => ({
  id: `batch-${calls}`,
  title: `${calls} calls, first to last, of a server that batches`,
  server: (seed) => new BatchServer({ seed }),
  best: [128, 192, 256, 300, 400],
  calls,
});

const cases: readonly Case[] = [
  ...[1, 32, 256].map((slots) => slotCase(slots, 'queue')),
  ...[32, 256].map((slots) => slotCase(slots, 'reject')),
  ...[300, 1000].map(batchCase),
];

/** Answers in a time, and the most calls in flight, of one limit at one server. */
function play(limit: VirtualLimit, { server, search, calls }: Case, seed: number): { rate: number; inFlight: number } {
  const client = new VirtualClient(server(seed));
  if (search !== undefined) client.play(limit, { calls: search });
  const ends = client.play(limit, { calls, closed: search === undefined });
  const from = search === undefined ? 0 : ends[0]!.at;
  const answered = ends.filter((end) => end.answered).length;
  return { rate: answered / (ends.at(-1)!.at - from), inFlight: Math.max(...ends.map((end) => end.inFlight)) };
}

/** What `auto` and two simpler limits make of the same servers, in virtual time: a moment, and the same each time. */
export function rivalRows(seeds: number): Measured[] {
  const all = Array.from({ length: seeds }, (_, i) => 720_001 + i);
  return cases.flatMap((one) => {
    const best = all.map((seed) => Math.max(...one.best.map((value) => play(fixed(value), one, seed).rate)));
    return Object.entries(limits).flatMap(([name, make]) => {
      const played = all.map((seed) => play(make(), one, seed));
      const id = `auto.rivals.${one.id}.${name}`;
      return [
        row(`${id}.rate`, `${one.title}: throughput of ${name} ÷ best fixed`, '×', played, ({ rate }, i) => rate / best[i]!),
        row(`${id}.in-flight`, `${one.title}: most calls in flight, ${name}`, 'calls', played, ({ inFlight }) => inFlight),
      ];
    });
  });
}
