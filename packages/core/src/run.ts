import { setMaxListeners } from 'node:events';
import { DEFAULT_SEED, type Drop, Random, refuseUnknown, type Sample, SdgError, NONE } from '@sdg/values';
import type { Embedder } from './embedder.js';
import { Gate } from './gate.js';
import { Ledger, type BlockLedger } from './ledger.js';
import type { ExamplePool } from './example-pool.js';
import { observers, type BlockRef, type CallFailure, type Observer } from './observer.js';
import type { Reply, Teacher, TeacherRequest } from './teacher.js';

/** What a user sets for a whole run and blocks read. */
export interface RunSettings {
  /** What `n: scaled` means: instructions per seed. Default 30. */
  readonly scaleFactor: number;
  /** Overrides `max_tokens` of the block named `gen_knowledge`, where given and not 4096. */
  readonly maxNumTokens?: number;
  /** Wins over a block's own model. */
  readonly model?: string;
  /** Wins over a block's own family of chat template. */
  readonly modelFamily?: string;
}

export interface RunOptions {
  readonly teacher?: Teacher;
  /** What blocks ask for the place of a text among meanings. */
  readonly embedder?: Embedder | undefined;
  readonly gate?: Gate;
  /** Seed of every random choice. Default 42. */
  readonly seed?: number;
  /** Output in input order. Default true. */
  readonly ordered?: boolean;
  readonly settings?: Partial<RunSettings>;
  /** Told what happens. Several: see `observers`. The run's ledger is told first. */
  readonly observer?: Observer | undefined;
  /** The account to keep, where another run of the same work shows it. Default: one of its own. */
  readonly ledger?: Ledger | undefined;
  /** The teacher that a block asks in place of the run's, by the name of its account. */
  readonly teacherOf?: (block: string) => Teacher | undefined;
  /** Examples that blocks may show to the teacher or compare new samples with. */
  readonly pool?: ExamplePool;
  /**
   * Requests at a temperature carry a seed, of the run's seed, the block and the sample's id, where the block sets none:
   * prompts that repeat do not repeat answers. Default false.
   */
  readonly seedRequests?: boolean | undefined;
}

/** The names of all options: a misspelt one must not be passed over. */
const OPTIONS: Readonly<Record<keyof RunOptions, true>> = {
  ...{ teacher: true, embedder: true, gate: true, seed: true, ordered: true, settings: true, observer: true, ledger: true },
  ...{ teacherOf: true, pool: true, seedRequests: true },
};

/** Settings where a user says nothing. */
export const DEFAULT_SETTINGS: RunSettings = { scaleFactor: 30 };

/** What a block is given to run with: its own account, and what it shares with the others of its run. */
export interface BlockContext {
  readonly name: string;
  /** How events name it. */
  readonly ref: BlockRef;
  /** Position in the pipeline, from 1, counted so that the last blocks of all chains are alike. */
  readonly stage: number;
  readonly gate: Gate;
  readonly ledger: BlockLedger;
  readonly settings: RunSettings;
  readonly ordered: boolean;
  readonly teacher: Teacher | undefined;
  readonly embedder: Embedder | undefined;
  /** Aborted when no new calls shall be made. */
  readonly draining: AbortSignal;
  /** Asks the teacher with the block's name and priority, and puts the reply's usage on the account. */
  complete(request: TeacherRequest, signal?: AbortSignal): Promise<Reply>;
  /** Randomness that belongs to this block and these keys. */
  random(...keys: readonly (string | number)[]): Random;
  /** Examples of the run, if it keeps any. */
  readonly pool: ExamplePool | undefined;
  /** Books that a sample came in. Every operator does so with every sample. */
  enter(sample: Sample): void;
  /** Books that a sample became `more` samples beyond itself. To be called before they go anywhere. */
  made(sample: Sample, more: number): void;
  /** Books that a sample, made of `parent` or the same, comes out. To be called before it goes. */
  out(sample: Sample, parent: Sample): void;
  /** Books a sample's end. */
  drop(sample: Sample, drop: Drop): void;
  /** Books that so many samples are given up with their stream: they stay unfinished. */
  abandon(count: number): void;
  /** Told at which sample the block failed, where somebody asks. */
  failed?(sample: Sample): void;
  /** Tells whoever started the run a line that begins with the block's name; a `warning` even one who wants to hear little. */
  notice(text: string, severity?: 'info' | 'warning'): void;
}

/**
 * One execution of a pipeline: the gate, the ledger and the teacher that its blocks share. Blocks get their context
 * from `block(name)`, in the order in which samples meet them.
 *
 * @example
 * const run = new Run({ teacher });
 * source.pipe(llm({ … }, run.block('gen_questions')), filterByValue({ … }, run.block('keep_good')));
 */
export class Run {
  readonly gate: Gate;
  readonly ledger: Ledger;
  readonly teacher: Teacher | undefined;
  readonly embedder: Embedder | undefined;
  readonly seed: number;
  readonly ordered: boolean;
  readonly settings: RunSettings;
  /** Tells the ledger and whoever else listens. */
  readonly observer: Observer;
  readonly #options: Pick<RunOptions, 'teacherOf' | 'pool' | 'seedRequests'>;
  readonly #draining = new AbortController();
  /** What each teacher of the run can take at once, and how to stop following it. */
  readonly #limits = new Map<Teacher, { slots: number; stop?: () => void }>();
  #blocks = 0;
  #stages = 0;
  #calls = 0;

  /** @throws SdgError `config` for an option that is not known */
  constructor(given: RunOptions = {}) {
    refuseUnknown('Run', Object.keys(given), Object.keys(OPTIONS));
    const { teacher, embedder, gate = new Gate(), seed = DEFAULT_SEED, ordered = true } = given;
    const { settings, observer, ledger = new Ledger() } = given;
    this.gate = gate;
    this.ledger = ledger;
    this.teacher = teacher;
    this.embedder = embedder;
    this.seed = seed;
    this.ordered = ordered;
    this.settings = { ...DEFAULT_SETTINGS, ...settings };
    this.observer = observers(this.ledger, observer);
    this.#options = given;
    // Every call under way listens to it: a warning about many listeners would be a false alarm.
    setMaxListeners(0, this.#draining.signal);
    this.#follow(teacher);
  }

  /** Aborted when the run was asked to stop: calls in flight end, no new ones begin. */
  get draining(): AbortSignal {
    return this.#draining.signal;
  }

  /** Asks the run to stop: what is in flight ends and comes out, the rest is `unfinished`. */
  drain(): void {
    this.#draining.abort();
  }

  /** Ends the bond with the teachers. The run's account stays readable. */
  close(): void {
    for (const { stop } of this.#limits.values()) stop?.();
    this.#limits.clear();
  }

  /** The gate has room for what all teachers of the run can take together. */
  #follow(teacher: Teacher | undefined): void {
    if (!teacher?.onLimit || this.#limits.has(teacher)) return;
    const entry: { slots: number; stop?: () => void } = { slots: 0 };
    this.#limits.set(teacher, entry);
    entry.stop = teacher.onLimit((limit) => {
      entry.slots = limit;
      this.gate.slots = [...this.#limits.values()].reduce((sum, { slots }) => sum + slots, 0);
      this.observer.limitChanged?.(teacher.name, limit);
    });
  }

  /**
   * Opens an account for the next block. `stage` defaults to the number of blocks opened so far, plus one. Its calls have the
   * priority `depth`, blocks since the beginning of its own chain: what is begun is finished first, and no chain begins
   * later because it is longer. Once the input has ended the longest way to go comes first.
   */
  block(name: string, type = name, stage = ++this.#stages, depth = stage): BlockContext {
    const { gate, settings, ordered, draining, seed, observer, embedder } = this;
    const { teacherOf, pool, seedRequests = false } = this.#options;
    const teacher = teacherOf?.(name) ?? this.teacher;
    this.#follow(teacher);
    const ref: BlockRef = { index: this.#blocks++, name, type, stage };
    observer.blockOpened?.(ref);
    const tail = { begins: gate.inputEnded, priority: -stage };
    return {
      name,
      ref,
      stage,
      gate,
      ledger: this.ledger.blocks[ref.index]!,
      settings,
      ordered,
      teacher,
      embedder,
      draining,
      pool,
      complete: async (request, signal) => {
        if (!teacher) {
          throw new SdgError('config', `block ${name} needs a teacher and the run has none`, {
            remedy: 'give the run one: new Run({ teacher })',
          });
        }
        const call = ++this.#calls;
        const asked: TeacherRequest = { ...NONE, ...(seedRequests ? seeded(request, seed, name) : request), block: name };
        observer.callBegan?.(ref, call, asked);
        const onSpent = (reply: Reply): void => observer.callSpent?.(ref, call, reply);
        let reply: Reply;
        try {
          reply = await teacher.complete(asked, { priority: depth, tail, draining, onSpent, ...(signal && { signal }) });
        } catch (error) {
          observer.callEnded?.(ref, call, asked, failureOf(error));
          throw error;
        }
        observer.callEnded?.(ref, call, asked, reply);
        return reply;
      },
      random: (...keys) => new Random(seed, name, ...keys),
      enter: (sample) => observer.sampleEntered?.(ref, sample),
      made(sample, more) {
        if (more !== 0) observer.sampleMade?.(ref, sample, more);
      },
      out: (sample, parent) => observer.sampleSettled?.(ref, sample, parent),
      drop: (sample, drop) => observer.sampleDropped?.(ref, sample, drop),
      abandon(count) {
        if (count !== 0) observer.samplesAbandoned?.(ref, count);
      },
      notice: (text, severity) => observer.notice?.(`${name}: ${text}`, severity),
    };
  }
}

/** Seeds have 30 bits: what is counted up from one, output by output, stays a whole number of 31 everywhere. */
function seeded(request: TeacherRequest, ...keys: readonly (string | number)[]): TeacherRequest {
  const { parameters, sampleId } = request;
  if (sampleId === undefined || parameters.temperature === 0 || parameters.seed !== undefined) return request;
  return { ...request, parameters: { ...NONE, ...parameters, seed: new Random('request', ...keys, sampleId).uint32() >>> 2 } };
}

function failureOf(error: unknown): CallFailure {
  if (!(error instanceof SdgError)) return { code: 'internal', message: String(error) };
  const { code, message, remedy, status } = error;
  return { code, message, ...(remedy !== undefined && { remedy }), ...(status !== undefined && { status }) };
}

/** A context for a block used on its own: no teacher, an account that nobody reads. */
export function detached(name = 'block'): BlockContext {
  return new Run().block(name);
}
