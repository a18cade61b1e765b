import type { Link } from './link.js';
import type { WorkerRecord } from './living-workers.js';
import type { Manifest, RunState } from './manifest.js';
import { bucketName, keysOf, openBuckets, RunNames, type Buckets } from './names.js';
import { Parcels } from './parcel.js';

/** One run as it stands at the server. */
export interface RunStatus {
  readonly run: string;
  /** Its name; `?` where nobody knows. */
  readonly pipeline: string;
  readonly status: RunState['status'];
  /** When it was begun or taken up again, milliseconds since 1970. */
  readonly at: number;
  /** Units that wait for a worker, that workers have, and that have been answered. */
  readonly waiting: number;
  readonly inHand: number;
  readonly answered: number;
  /** Bytes that its streams take. */
  readonly bytes: number;
}

export interface ClusterStatus {
  readonly runs: readonly RunStatus[];
  readonly workers: readonly WorkerRecord[];
  /** Replies that are kept, and calls that workers have claimed. */
  readonly replies: number;
}

/** Of a run that was half removed, or begun by another version, there is what there is: it is to be seen, and removed. */
async function runStatus(link: Link, buckets: Buckets, run: string): Promise<RunStatus | undefined> {
  const [spec, state] = await Promise.all([buckets.runs.get(`${run}.spec`), buckets.runs.get(`${run}.state`)]);
  if (state?.operation !== 'PUT') return undefined;
  const names = new RunNames(link.prefix, run);
  const pipelineOf = async (): Promise<string> => ((await new Parcels(link, names.objects).unpack(spec!.value)) as Manifest).pipeline;
  const { status = 'stopped', at = state.created.getTime() } = await Promise.resolve()
    .then(() => state.json<RunState>())
    .catch((): Partial<RunState> => ({}));
  const none = { messages: 0, bytes: 0 };
  const info = async (name: string) => (await link.jsm.streams.info(name).catch(() => undefined))?.state ?? none;
  const streams = await Promise.all([names.work, names.answers, `OBJ_${names.objects}`].map(info));
  const [work, answers] = streams as [typeof none, typeof none];
  const inHand = await unitsInHand(link, names).catch(() => 0);
  return {
    ...{ run, pipeline: await pipelineOf().catch(() => '?'), status, at, inHand },
    waiting: work.messages - inHand,
    answered: answers.messages,
    bytes: streams.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}

async function unitsInHand(link: Link, names: RunNames): Promise<number> {
  let inHand = 0;
  for await (const { num_ack_pending } of link.jsm.consumers.list(names.work)) inHand += num_ack_pending;
  return inHand;
}

/** What is going on at a server. */
export async function clusterStatus(link: Link): Promise<ClusterStatus> {
  const buckets = await openBuckets(link);
  const runs: RunStatus[] = [];
  for (const key of await keysOf(link, bucketName(link, 'runs'), '*.state')) {
    const status = await runStatus(link, buckets, key.replace(/\.state$/, ''));
    if (status) runs.push(status);
  }
  const workers: WorkerRecord[] = [];
  for (const key of await keysOf(link, bucketName(link, 'workers'), '>')) {
    const entry = await buckets.workers.get(key);
    if (entry?.operation === 'PUT') workers.push(entry.json<WorkerRecord>());
  }
  const replies = (await buckets.replies.status()).values;
  return { runs, workers, replies };
}
