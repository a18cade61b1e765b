import { observers, SdgError, type Catalog, type Embedder, type Observer, type Teacher } from '@sdg/core';
import type { Stage } from '@sdg/pipeline';
import {
  budgetOf,
  embedderFor,
  openOwnTeachers,
  openReplies,
  openTeacher,
  type Allowance,
  type Budget,
  type OwnTeachers,
  type TeacherSpec,
  type TeacherSurroundings,
} from '@sdg/session';
import { CallsByUnit } from './calls-by-unit.js';
import type { Claims } from './claims.js';
import type { Fence } from './fence.js';
import { GrantedBudget, GrantedRates, withoutRates } from './granted.js';
import type { Link } from './link.js';
import { blocksHash, FORMAT, unpackStages, type Manifest, type RunState } from './manifest.js';
import type { Failure } from './messages.js';
import { RunNames, type Buckets } from './names.js';
import { Parcels } from './parcel.js';
import { SharedReplies } from './shared-replies.js';

/** What a worker brings to every run. */
export interface MemberOptions {
  readonly link: Link;
  readonly buckets: Buckets;
  readonly worker: string;
  readonly catalog: Catalog;
  readonly spec: TeacherSpec;
  readonly surroundings: TeacherSurroundings;
  readonly fence: Fence;
  /** Of calls that this worker has under way, for whatever run. */
  readonly claims: Claims;
  /** What calls of its teacher need, for whatever run: its own pace. */
  readonly pace: readonly Allowance[];
  /** Most calls that it may have in flight. */
  readonly slots: number;
  readonly observer: Observer;
  /** Told of a sample that is to be worked on, by its seed, and to which trace that belongs. */
  readonly onTrace?: ((root: string, traceparent: string) => void) | undefined;
  /** Aborted: take no more units; calls in flight end well. */
  readonly draining: AbortSignal;
  /** Told when it cannot go on for what the run asks of a teacher or the server: this worker can serve others. */
  readonly onRefusal: (run: string, error: unknown) => void;
}

/** What a worker has of a run that it serves. */
export interface JoinedRun {
  readonly names: RunNames;
  readonly parcels: Parcels;
  readonly manifest: Manifest;
  readonly stages: readonly Stage[];
  /** The teacher of the run, those of single blocks, and the embedder where there is one. */
  readonly teacher: Teacher;
  readonly own: OwnTeachers;
  readonly embedder: Embedder | undefined;
  /** This worker's part of what all may use together. */
  readonly budget: Budget | undefined;
  readonly rates: GrantedRates;
  readonly calls: CallsByUnit;
}

type Described = Pick<JoinedRun, 'names' | 'parcels' | 'manifest' | 'stages'>;

/** Reads what a run is, and refuses one of which this worker would make other rows. */
async function describedRun({ link, buckets, catalog }: MemberOptions, run: string): Promise<Described> {
  const names = new RunNames(link.prefix, run);
  const parcels = new Parcels(link, names.objects);
  const entry = await link.persist(() => buckets.runs.get(`${run}.spec`));
  if (entry?.operation !== 'PUT') throw new SdgError('config', 'its manifest is gone', { remedy: 'run the same command again' });
  const manifest = (await parcels.unpack(entry.value)) as Manifest;
  if (manifest.format !== FORMAT) {
    throw new SdgError('config', `it was begun by another version (form ${manifest.format}, here ${FORMAT})`, {
      remedy: 'use the same version everywhere',
    });
  }
  const stages = unpackStages(manifest.stages, catalog);
  if (blocksHash(stages, catalog) !== manifest.blocks) {
    throw new SdgError('config', 'its blocks are not those of this worker, so rows would differ', {
      remedy: 'use the same version and the same --plugin everywhere',
    });
  }
  return { names, parcels, manifest, stages };
}

/** A mistake in the run itself ends it everywhere. */
export function reportFailure(
  { link, worker }: Pick<MemberOptions, 'link' | 'worker'>,
  names: RunNames,
  error: Omit<Failure, 'worker'>,
): void {
  const { code, what, remedy } = error;
  const failure: Failure = { code, what, remedy, worker };
  if (!link.isClosed) link.nc.publish(names.failures, JSON.stringify(failure));
}

/** Whether it is the run that asks for a model that is not there: its own goes before a worker's, and a pipeline may name some. */
const isAskedByRun = ({ code }: SdgError, { shared }: Manifest, { model }: TeacherSpec): boolean =>
  code === 'teacher-not-found' && (shared.model !== undefined || model === undefined);

/** Calls at once of a teacher that does not say how many it takes: as many as a run in one process then has. */
const UNTOLD = 8;

/** A teacher that says how busy it is, as those of one's own need not: units are asked for by that. */
function counted(teacher: Teacher, slots: number): Teacher {
  if (teacher.state) return teacher;
  let open = 0;
  return {
    name: teacher.name,
    async complete(request, options) {
      open++;
      try {
        return await teacher.complete(request, options);
      } finally {
        open--;
      }
    },
    state: () => ({ inFlight: Math.min(open, slots), queued: Math.max(0, open - slots), limit: slots }),
    close: async () => teacher.close?.(),
  };
}

/**
 * What a worker needs to serve a run: its manifest, and teachers that keep what they say where all look.
 *
 * @throws SdgError `config` where this worker would make other rows than the rest; `usage` for its own flags
 */
export async function joinRun(options: MemberOptions, run: string, state: RunState): Promise<JoinedRun> {
  const { link, buckets, catalog, worker } = options;
  const described = await describedRun(options, run);
  const { manifest, stages } = described;
  const spec: TeacherSpec = { ...options.spec, ...manifest.shared };
  const limited = state.budget && {
    price: state.budget.price,
    ...(state.budget.tokens && { maxTokensTotal: 0 }),
    ...(state.budget.cost && { maxCost: 0 }),
  };
  const budget = limited && budgetOf(limited);
  const replies = (): SharedReplies =>
    new SharedReplies(link, buckets, new Parcels(link, `${link.prefix}_replies`), worker, {
      own: openReplies(spec, options.surroundings.env),
      claims: options.claims,
    });
  const allowances: Allowance[] = [options.fence, ...(budget ? [new GrantedBudget(budget)] : [])];
  const calls = new CallsByUnit();
  const observer = observers(options.surroundings.observer, calls.observer);
  const surroundings = { ...options.surroundings, observer, allowances };
  const rates = new GrantedRates(state.rates ?? {});
  const types = stages.flatMap(({ steps }) => steps.map(({ type }) => type));
  const embedder = await embedderFor(types, catalog, spec, options.surroundings.env, (text) => observer.notice?.(text));
  const own = await openOwnTeachers(
    withoutRates(manifest.own),
    spec,
    { ...surroundings, store: replies(), onStop: (error) => options.onRefusal(run, error) },
    (name) => rates.of(name),
  );
  const opened = await openTeacher(spec, {
    ...surroundings,
    onStop: (error) => {
      if (error.code === 'replay-miss') reportFailure(options, described.names, error);
      else if (isAskedByRun(error, manifest, options.spec)) options.onRefusal(run, error);
      else options.surroundings.onStop?.(error);
    },
    allowances: [...allowances, ...options.pace, ...rates.of('')],
    store: replies(),
  });
  const teacher = counted(opened, options.slots === Infinity ? UNTOLD : options.slots);
  return { ...described, teacher, own, embedder, budget, rates, calls };
}
