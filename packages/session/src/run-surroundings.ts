import { SdgError, type Catalog, type Observer, type TeacherProvider } from '@sdg/core';
import type { Environment } from './open-teacher.js';
import type { Rejects } from './rejects.js';
import type { RunEngine } from './run-engine.js';
import type { Seeds } from './run-input.js';
import type { GivenSpec } from './run-record.js';
import { checkOptions, type Takes } from './run-spec.js';

/** What happens around a run, besides the spec: what is no data. */
export interface RunSurroundings {
  /** Blocks that the pipeline may use. */
  readonly catalog: Catalog;
  /**
   * The samples, in place of the spec's `files`. A function is called when all else has been found in order; it is given
   * where bad lines go, if the spec says that they are to be passed over.
   */
  readonly seeds?: Seeds | ((onBadLine: Rejects['onBadLine'] | undefined) => Promise<Seeds>);
  /** Whether `seeds` reads the spec's `files`. Default: it does not. */
  readonly fromFiles?: boolean;
  /** Told what happens. */
  readonly observer?: Observer;
  /** Carries the run out in place of this process: many machines, say. The teachers are its own affair. */
  readonly engine?: RunEngine;
  /** Bring further schemes of teachers. */
  readonly providers?: readonly TeacherProvider[];
  /** Default: that of the process. */
  readonly env?: Environment;
  /** Aborted: the run is drained. What is in flight ends and comes out. */
  readonly signal?: AbortSignal;
}

const object = (says: string, ...members: readonly string[]): Takes => ({
  says,
  holds: (value) =>
    typeof value === 'object' &&
    value !== null &&
    members.every((member) => typeof (value as Record<string, unknown>)[member] === 'function'),
});
const provider = object('a provider', 'open');
const SURROUNDINGS: Readonly<Record<keyof RunSurroundings, Takes>> = {
  catalog: object('a catalogue of blocks, such as that of @sdg/blocks', 'get', 'entries'),
  seeds: {
    says: 'samples, in an iterable or an async iterable, or a function that gives them',
    holds: (value) =>
      typeof value === 'function' ||
      (typeof value === 'object' && value !== null && (Symbol.iterator in value || Symbol.asyncIterator in value)),
  },
  fromFiles: { says: 'true or false', holds: (value) => typeof value === 'boolean' },
  observer: object('an observer'),
  engine: object('an engine', 'open'),
  providers: {
    says: 'a list of providers, each with schemes and open',
    holds: (value) => Array.isArray(value) && value.every((one) => provider.holds(one) && Array.isArray((one as TeacherProvider).schemes)),
  },
  env: object('an environment'),
  signal: object('an AbortSignal', 'addEventListener', 'throwIfAborted'),
};

/** Fails with `usage` for options that there are not, or that take no such value, and without blocks. */
export function checkGiven(given: GivenSpec & Partial<RunSurroundings>): void {
  checkOptions(given, SURROUNDINGS);
  if (given.catalog) return;
  throw new SdgError('usage', 'no catalogue of blocks is given', { remedy: 'pass catalog, such as that of @sdg/blocks' });
}

/** What a run cannot be given together, and what it lacks. */
export function checkEngine({ on, shard, noCache, chatTemplate }: GivenSpec, engine: RunEngine | undefined): void {
  if (on !== undefined && !engine) {
    throw new SdgError('usage', `the run is to be carried out on ${on}, and no engine is given`, {
      remedy: 'pass engine: natsEngine(address)',
    });
  }
  if (!engine) return;
  if (chatTemplate !== undefined) {
    throw new SdgError('usage', '--chat-template does not go with --on: workers read no file of this machine', {
      remedy: 'give it to every worker',
    });
  }
  const against = shard !== undefined ? '--shard' : noCache ? '--no-cache' : undefined;
  if (against === undefined) return;
  throw new SdgError('usage', `${against} does not go with --on`, {
    remedy: 'workers share the work and the cache by themselves; leave one of them out',
  });
}
