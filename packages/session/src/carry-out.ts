import { fromGated, observers, Run, type Observer, type Sample, type TeacherState } from '@sdg/core';
import { compile, type OpenedPipeline } from '@sdg/pipeline';
import type { Observable } from 'rxjs';
import type { Losses } from './losses.js';
import { embedderFor } from './open-embedder.js';
import { openTeacher, type TeacherSurroundings } from './open-teacher.js';
import { openOwnTeachers, ownTeachersOf } from './own-teachers.js';
import type { Rejects } from './rejects.js';
import type { FarCallLog, RunEngine } from './run-engine.js';
import type { GivenSpec } from './run-record.js';
import { settingsOf } from './run-spec.js';
import { unreadableWatch } from './unreadable-watch.js';
import type { UntilEnough } from './until-enough.js';

/** A run that is ready to begin, in this process or elsewhere. */
interface Work {
  readonly run: Run;
  /** Samples that were read and are not over. */
  underWay(): number;
  readonly samples: Observable<Sample>;
  /** Whoever makes the calls: its state is shown. */
  readonly teachers: readonly { state?(): TeacherState }[];
  /** Name of whoever makes the calls, for a title. */
  readonly by: string;
  /** `done`: all rows were taken. */
  close(done: boolean): Promise<void>;
}

/** What both ways of carrying a run out need. */
interface WorkOptions {
  readonly spec: GivenSpec;
  readonly opened: OpenedPipeline;
  readonly until: UntilEnough | undefined;
  readonly seeds: AsyncIterable<Sample>;
  readonly rejects: Rejects;
  readonly losses: Losses;
  /** Told what happens. */
  readonly heard: Observer;
  /** Takes what workers tell of their calls. */
  readonly far: FarCallLog | undefined;
  readonly draining: AbortSignal;
  readonly onInputError: (error: unknown) => void;
  readonly surroundings: TeacherSurroundings;
}

function drainWith(run: Run, draining: AbortSignal): void {
  if (draining.aborted) run.drain();
  draining.addEventListener('abort', () => run.drain(), { once: true });
}

/** In this process, with teachers of its own. */
export async function workHere(options: WorkOptions): Promise<Work> {
  const { spec, opened, until, seeds, rejects, losses, heard, draining, onInputError, surroundings } = options;
  const { pipeline, catalog, overrides } = opened;
  const types = pipeline.chains.flatMap(({ blocks }) => blocks.map(({ type }) => type));
  const embedder = await embedderFor(types, catalog, spec, surroundings.env, (text) => heard.notice?.(text));
  const teacher = await openTeacher(spec, surroundings);
  const own = await openOwnTeachers(ownTeachersOf(overrides, pipeline), spec, surroundings).catch(async (error: unknown) => {
    await teacher.close?.();
    throw error;
  });
  const run = new Run({
    teacher,
    embedder,
    teacherOf: (block) => own.teacherOf(block),
    ordered: !spec.unordered,
    settings: settingsOf(spec),
    ...(spec.seed !== undefined && { seed: spec.seed }),
    ...until?.runOptions,
    observer: observers(
      until?.runOptions.observer,
      losses.observer,
      rejects.observer,
      unreadableWatch((text) => heard.notice?.(text)),
      heard,
    ),
  });
  drainWith(run, draining);
  const compiled = compile(pipeline, { catalog, run });
  const whole = until?.operator(run, compiled) ?? compiled;
  const teachers = [teacher, ...own.teachers];
  return {
    run,
    underWay: () => run.gate.resident,
    samples: fromGated(seeds, { gate: run.gate, draining: run.draining, onError: onInputError }).pipe(whole),
    teachers,
    by: teacher.name,
    async close() {
      const ends = await Promise.allSettled([...teachers, embedder].map((one) => one?.close?.()));
      const failed = ends.find((end) => end.status === 'rejected');
      if (failed) throw failed.reason as Error;
    },
  };
}

/** On an engine, whose workers bring the teachers. */
export async function workElsewhere(engine: RunEngine, options: WorkOptions): Promise<Work> {
  const { spec, opened, until, seeds, rejects, losses, heard, far, draining, onInputError } = options;
  const { pipeline, catalog, overrides } = opened;
  const run = new Run({ settings: settingsOf(spec), ...(spec.seed !== undefined && { seed: spec.seed }), observer: heard });
  drainWith(run, draining);
  const { ledger, gate, settings } = run;
  const engaged = await engine.open({
    ...{ pipeline, catalog, spec, settings, seeds, ledger, gate, onInputError },
    own: ownTeachersOf(overrides, pipeline),
    goal: until?.goal,
    observer: heard,
    onReject(record) {
      losses.take(record);
      rejects.take(record);
    },
    calls: far,
    draining: run.draining,
  });
  return {
    run,
    underWay: () => engaged.underWay(),
    samples: engaged.samples,
    teachers: [engaged],
    by: engine.name,
    async close(done) {
      until?.ended(engaged.ends());
      losses.takeAccounts(ledger);
      await engaged.close(done);
    },
  };
}
