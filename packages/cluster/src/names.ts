import { AckPolicy, DiscardPolicy, JetStreamApiError, RetentionPolicy, StorageType, type StreamConfig } from '@nats-io/jetstream';
import { Kvm, type KV } from '@nats-io/kv';
import { nanos } from '@nats-io/transport-node';
import type { Link } from './link.js';
import { isMissing } from './server-errors.js';
import type { Failure } from './messages.js';

/** There is a stream of this name with another configuration. */
const isAnother = (error: unknown): boolean => error instanceof JetStreamApiError && error.code === 10058;

/** Names of what one run has at the server. */
export class RunNames {
  constructor(
    readonly prefix: string,
    readonly run: string,
  ) {}

  get work(): string {
    return `${this.prefix}_${this.run}_work`;
  }
  get answers(): string {
    return `${this.prefix}_${this.run}_answers`;
  }
  get objects(): string {
    return `${this.prefix}_${this.run}`;
  }
  /** A unit that waits for a worker; of the levels the highest goes first. */
  workSubject(level: number | '*', id = '*'): string {
    return `${this.prefix}.${this.run}.work.${level}.${id}`;
  }
  answerSubject(id = '*'): string {
    return `${this.prefix}.${this.run}.answer.${id}`;
  }
  /** What workers tell the coordinator and need not be kept: that a unit cannot be run at all. */
  get failures(): string {
    return `${this.prefix}.${this.run}.failed`;
  }
  /** What the coordinator tells workers: there is work; how much may be spent. */
  get wake(): string {
    return `${this.prefix}.${this.run}.wake`;
  }
}

/** Seconds after which a worker that says nothing is taken for dead, where nobody says. */
const PATIENCE = 10;
/** Days that a run and its replies are kept, where nobody says. */
const DAYS = 30;
const DAY_MS = 86_400_000;
export const ageMs = ({ options }: Link): number => (options.days ?? DAYS) * DAY_MS;

/** Bytes that the answers of one run may take; undefined: as many as there are. */
export const mostBytes = ({ options }: Link): number | undefined =>
  options.megabytes === undefined ? undefined : options.megabytes * 1_000_000;

/** What a bucket is called at the server. */
export const bucketName = (link: Link, name: keyof Omit<Buckets, 'patienceMs'>): string => `${link.prefix}_${name}`;

/** Makes a bucket, or takes the one that is there; also one that somebody with other options has just made. */
async function bucket(link: Link, name: Parameters<typeof bucketName>[1], options: Parameters<Kvm['create']>[1] = {}): Promise<KV> {
  const open = (): Promise<KV> =>
    link.persist(() => new Kvm(link.nc).create(bucketName(link, name), { replicas: link.replicas, history: 1, ...options }));
  try {
    return await open();
  } catch (error) {
    if (!isAnother(error)) throw error;
    return open();
  }
}

/** Buckets that all runs share. */
export interface Buckets {
  /** Manifests (`ID.spec`) and states (`ID.state`) of runs. */
  readonly runs: KV;
  /** One key for each living worker. */
  readonly workers: KV;
  /** Replies, by the hash of everything that can change them, and claims to those that are under way. */
  readonly replies: KV;
  /**
   * Milliseconds after which a worker that says nothing is taken for dead, and its units are given to others: as whoever came first
   * decided.
   */
  readonly patienceMs: number;
}

/** `patienceMs`: of a server that has lost the buckets that it had. Default: what the options say. */
export async function openBuckets(link: Link, patienceMs = (link.options.patience ?? PATIENCE) * 1000): Promise<Buckets> {
  // All on disk: in memory, claims and living workers would be gone with a server that fell over and is back.
  const [runs, workers, replies] = await Promise.all([
    bucket(link, 'runs'),
    bucket(link, 'workers', { ttl: patienceMs }),
    bucket(link, 'replies', { ttl: ageMs(link) }),
  ]);
  return { runs, workers, replies, patienceMs: (await link.persist(() => workers.status())).ttl };
}

export interface StreamOptions {
  readonly levels: readonly number[];
  readonly patienceMs: number;
}

/** Makes a stream, or gives one that is there the limits of today: who runs the same command again may have raised them. */
async function openStream(link: Link, config: Partial<StreamConfig> & { readonly name: string }): Promise<void> {
  try {
    await link.persist(() => link.jsm.streams.add(config));
  } catch (error) {
    if (!isAnother(error)) throw error;
    await link.persist(() => link.jsm.streams.update(config.name, config));
  }
}

/** Makes the streams of a run, and a consumer for each level; those that are there stay. */
export async function openStreams(link: Link, names: RunNames, { levels, patienceMs }: StreamOptions): Promise<void> {
  const { replicas } = link;
  const common = { num_replicas: replicas, storage: StorageType.File, discard: DiscardPolicy.New, max_age: nanos(ageMs(link)) };
  const bound = { max_bytes: mostBytes(link) ?? -1 };
  await openStream(link, { ...common, name: names.work, subjects: [names.workSubject('*')], retention: RetentionPolicy.Workqueue });
  await openStream(link, {
    ...{ ...common, ...bound, name: names.answers },
    ...{ subjects: [names.answerSubject()], retention: RetentionPolicy.Limits },
  });
  await openConsumers(link, names, { levels, patienceMs });
}

/**
 * Makes what units are asked of, one for each level; those that are there stay. Who has which unit is kept in memory: on disk the
 * server writes a file for it ten times a second and level, a quarter of all that a run costs it. A server that was away has
 * forgotten them: a worker that asks in vain makes them again. Units that are worked on are then given to others too, who wait for
 * the calls that are claimed.
 */
export async function openConsumers(
  link: Link,
  names: RunNames,
  { levels, patienceMs }: StreamOptions,
  leaving?: AbortSignal,
): Promise<void> {
  for (const level of levels) {
    const consumer = {
      durable_name: `level_${level}`,
      filter_subject: names.workSubject(level),
      ack_policy: AckPolicy.Explicit,
      ack_wait: nanos(patienceMs),
      mem_storage: true,
      // For all workers together.
      max_ack_pending: 1_000_000,
      max_deliver: -1,
    };
    await link.persist(() => link.jsm.consumers.add(names.work, consumer), leaving);
  }
}

/** Removes streams; those that are gone already are as good. */
async function removeStreams(link: Link, names: readonly string[]): Promise<void> {
  for (const name of names) {
    try {
      await link.persist(() => link.jsm.streams.delete(name));
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }
}

/** Removes the replies of all runs. */
export const removeReplies = (link: Link): Promise<void> =>
  removeStreams(link, [`KV_${link.prefix}_replies`, `OBJ_${link.prefix}_replies`]);

/** Removes a run for good: whoever coordinates it is told, and ends. */
export async function dismissRun(link: Link, buckets: Buckets, names: RunNames): Promise<void> {
  const failure: Failure = { code: 'config', what: `run ${names.run} was removed at the server`, remedy: 'run the same command again' };
  link.nc.publish(names.failures, JSON.stringify(failure));
  await link.nc.flush();
  await removeRun(link, buckets, names);
}

/** Removes what a run has at the server; the replies stay. */
export async function removeRun(link: Link, { runs }: Buckets, names: RunNames): Promise<void> {
  await removeStreams(link, [names.work, names.answers, `OBJ_${names.objects}`]);
  // The state last: whoever else coordinates the same run puts everything up again when it goes.
  for (const what of ['spec', 'state']) await link.persist(() => runs.purge(`${names.run}.${what}`));
}

/**
 * The keys of a bucket, as the server lists subjects: no consumer is made for it, so it works where a disk is full, and whoever
 * is to see what can be removed sees it.
 */
export async function keysOf(link: Link, bucket: string, pattern: string): Promise<string[]> {
  const prefix = `$KV.${bucket}.`;
  const { state } = await link.jsm.streams.info(`KV_${bucket}`, { subjects_filter: prefix + pattern });
  return Object.keys(state.subjects ?? {}).map((subject) => subject.slice(prefix.length));
}

/** When a stream was last written to, or made, by the server's clock; milliseconds since 1970, 0 where there is none. */
async function writtenAt(link: Link, stream: string): Promise<number> {
  try {
    const { state, created } = await link.jsm.streams.info(stream);
    return Math.max(Date.parse(created), Date.parse(state.last_ts));
  } catch (error) {
    if (isMissing(error)) return 0;
    throw error;
  }
}

/**
 * Removes runs of which nothing was heard for as many days as things are kept: their answers have gone by then, and what is left
 * of them would stay for ever. One that is waited for even so is put up again by whoever coordinates it.
 */
export async function forgetOldRuns(link: Link, buckets: Buckets): Promise<void> {
  const bucketOfRuns = bucketName(link, 'runs');
  // Of servers before 2.10 nobody knows what time it is there.
  const { ts } = await link.jsm.streams.info(`KV_${bucketOfRuns}`);
  if (ageMs(link) === 0 || ts === undefined) return;
  for (const key of await keysOf(link, bucketOfRuns, '*.state')) {
    const names = new RunNames(link.prefix, key.replace(/\.state$/, ''));
    const entry = await buckets.runs.get(key);
    if (entry?.operation !== 'PUT') continue;
    const last = Math.max(
      entry.created.getTime(),
      ...(await Promise.all([names.work, names.answers].map((name) => writtenAt(link, name)))),
    );
    if (Date.parse(ts) - last > ageMs(link)) await removeRun(link, buckets, names);
  }
}
