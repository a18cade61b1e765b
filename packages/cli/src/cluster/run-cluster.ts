import { setTimeout as pause } from 'node:timers/promises';
import { clusterStatus, dismissRun, Link, openBuckets, refusalOf, removeReplies, RunNames, shown, type ClusterStatus } from '@sdg/cluster';
import { alignColumns, counted, groupDigits as count, SdgError, suggest } from '@sdg/core';
import { clock } from '../progress/format.js';
import type { ClusterInvocation } from '../commands/cluster.js';
import { natsOptions } from './nats-flags.js';

function statusLines({ runs, workers, replies }: ClusterStatus): string[] {
  const now = Date.now();
  const runRows = runs.map(({ run, pipeline, status, at, waiting, inHand, answered, bytes }) => [
    // By the clock of another machine, which may be ahead of this one's.
    ...[run, pipeline, status, clock(Math.max(0, now - at) / 1000)],
    ...[waiting, inHand, answered].map(count),
    `${(bytes / 1e6).toFixed(1)} MB`,
  ]);
  const workerRows = workers.map(({ id, host, slots, inFlight, queued, units, calls, cachedCalls, faults, refuses, waitsFor, ...more }) => [
    ...[id, host],
    ...[slots, inFlight, queued, units].map(count),
    (more.callsPerSecond ?? 0).toFixed(1),
    ...[calls, cachedCalls, faults].map(count),
    [...Object.entries(refuses).map(([run, why]) => `refuses ${run}: ${why}`), ...(waitsFor === undefined ? [] : [waitsFor])].join('; '),
  ]);
  const runHead = ['run', 'pipeline', 'status', 'since', 'waiting', 'in hand', 'answered', 'stored'];
  const workerHead = ['worker', 'host', 'slots', 'in flight', 'queued', 'units', 'calls/s', 'calls', 'cached', 'faults', ''];
  return [
    ...(runs.length === 0 ? ['no runs'] : alignColumns([runHead, ...runRows], (column) => column < 3)),
    '',
    ...(workers.length === 0 ? ['no workers'] : alignColumns([workerHead, ...workerRows], (column) => column < 2)),
    '',
    `${counted(replies, 'reply', 'replies')} kept or under way`,
  ];
}

/** Aborted when nobody reads any more, or wants to. */
function over({ stdout, interrupted }: ClusterInvocation): AbortSignal {
  const gone = new AbortController();
  stdout.once('error', () => gone.abort());
  return AbortSignal.any([gone.signal, interrupted]);
}

async function status(link: Link, invocation: ClusterInvocation): Promise<void> {
  const { flags, stdout } = invocation;
  const signal = over(invocation);
  for (;;) {
    const found = await clusterStatus(link);
    stdout.write(flags.format === 'json' ? `${JSON.stringify(found)}\n` : `${statusLines(found).join('\n')}\n`);
    if (!flags.watch || signal.aborted) return;
    await pause(2000, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return;
    if (flags.format !== 'json') stdout.write('\n');
  }
}

async function remove(link: Link, runs: readonly string[], { flags, say }: ClusterInvocation): Promise<void> {
  if (runs.length === 0 && !flags.replies) {
    throw new SdgError('usage', 'rm needs the name of a run, or --replies', { remedy: 'sdg cluster status lists the runs' });
  }
  const known = (await clusterStatus(link)).runs.map(({ run }) => run);
  for (const run of runs) {
    if (!known.includes(run)) {
      const meant = suggest(run, known);
      throw new SdgError('usage', `there is no run "${run}"`, {
        remedy: meant ? `did you mean ${meant}?` : known.length === 0 ? 'there are none at all' : `there are ${known.join(', ')}`,
      });
    }
  }
  const buckets = await openBuckets(link);
  for (const run of runs) {
    await dismissRun(link, buckets, new RunNames(link.prefix, run));
    say(`run ${run} is removed${flags.replies ? '' : '; its replies are kept'}`);
  }
  if (flags.replies) {
    await removeReplies(link);
    say('all replies are removed');
  }
}

const isAddress = (text: string): boolean => /^(?:nats|tls):\/\//i.test(text);

/** The server that is meant. What is no address is told when it is opened: to look elsewhere instead would be a lie. */
function addressIn(named: readonly string[], env: ClusterInvocation['env']): string {
  const [address = env['SDG_ON'] || 'nats://127.0.0.1:4222', other] = named;
  if (other === undefined) return address;
  throw new SdgError('usage', `status looks at one server, and "${shown(other)}" is one more`, {
    remedy: 'write those of one cluster of servers with commas between them',
  });
}

/** The work of `sdg cluster`. */
export async function runCluster(invocation: ClusterInvocation): Promise<number> {
  const { flags, positionals, complain, env, interrupted } = invocation;
  const [word, ...rest] = positionals;
  if (word !== 'status' && word !== 'rm') {
    const meant = suggest(word ?? '', ['status', 'rm']);
    throw new SdgError('usage', `sdg cluster does not know "${word}"`, {
      remedy: meant ? `did you mean ${meant}?` : 'it knows status and rm',
    });
  }
  const address = addressIn(
    rest.filter((text) => word === 'status' || isAddress(text)),
    env,
  );
  const link = await Link.open(address, { ...natsOptions(flags), name: 'sdg cluster', onNotice: complain });
  interrupted.addEventListener('abort', () => link.hurry(0), { once: true });
  try {
    if (word === 'status') await status(link, invocation);
    else {
      await remove(
        link,
        rest.filter((text) => !isAddress(text)),
        invocation,
      );
    }
  } catch (error) {
    throw refusalOf(error, address);
  } finally {
    await link.close();
  }
  return 0;
}
