import { setMaxListeners } from 'node:events';
import { SdgError } from './errors.js';
import { Gate } from './gate.js';
import { Ledger, type BlockLedger } from './ledger.js';
import type { Drop } from './outcome.js';
import type { ExamplePool } from './example-pool.js';
import { DEFAULT_SEED, Random } from './random.js';
import { columnsOf, type Sample } from './sample.js';
import { lineageOf, type Lineage } from './lineage.js';
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

/** A dropped sample as it stands in the rejects file: one JSON line. */
export interface RejectRecord {
  readonly block: string;
  readonly kind: Drop['kind'];
  readonly reason: string;
  readonly message?: string;
  readonly reply?: string;
  /** What the teacher was asked, where that tells more than the sample's columns. */
  readonly prompt?: string;
  readonly sample: Readonly<Record<string, unknown>>;
  readonly _sdg: Lineage;
}

export interface RunOptions {
  readonly teacher?: Teacher;
  readonly gate?: Gate;
  /** Seed of every random choice. Default 42. */
  readonly seed?: number;
  /** Output in input order. Default true. */
  readonly ordered?: boolean;
  readonly settings?: Partial<RunSettings>;
  /** Receives every rejected sample. */
  readonly onReject?: (record: RejectRecord) => void;
  /** The teacher that a block asks in place of the run's, by the name of its account. */
  readonly teacherOf?: (block: string) => Teacher | undefined;
  /** Examples that blocks may show to the teacher or compare new samples with. */
  readonly pool?: ExamplePool;
  /** Told how the number of living samples changes, and by which sample: +n where it became more, −1 where it ended. */
  readonly onLiving?: (sample: Sample, change: number) => void;
}

/** Settings where a user says nothing. */
export const DEFAULT_SETTINGS: RunSettings = { scaleFactor: 30 };

/** What a block is given to run with: its own account, and what it shares with the others of its run. */
export interface BlockContext {
  readonly name: string;
  /** Position in the pipeline, from 1; its calls have this priority, and the opposite once the input has ended. */
  readonly stage: number;
  readonly gate: Gate;
  readonly ledger: BlockLedger;
  readonly settings: RunSettings;
  readonly ordered: boolean;
  readonly teacher: Teacher | undefined;
  /** Aborted when no new calls shall be made. */
  readonly draining: AbortSignal;
  /** Asks the teacher with the block's name and priority, and puts the reply's usage on the account. */
  complete(request: TeacherRequest, signal?: AbortSignal): Promise<Reply>;
  /** Randomness that belongs to this block and these keys. */
  random(...keys: readonly (string | number)[]): Random;
  /** Examples of the run, if it keeps any. */
  readonly pool: ExamplePool | undefined;
  /** Puts on the account that a sample became `more` samples beyond itself. To be called before they go anywhere. */
  made(sample: Sample, more: number): void;
  /** Puts a sample's end on the account and, if it was rejected, on record. */
  drop(sample: Sample, drop: Drop): void;
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
  readonly ledger = new Ledger();
  readonly teacher: Teacher | undefined;
  readonly seed: number;
  readonly ordered: boolean;
  readonly settings: RunSettings;
  readonly #onReject: ((record: RejectRecord) => void) | undefined;
  readonly #options: Pick<RunOptions, 'teacherOf' | 'pool' | 'onLiving'>;
  readonly #draining = new AbortController();
  #stages = 0;
  #unfollow: (() => void) | undefined;

  constructor({ teacher, gate = new Gate(), seed = DEFAULT_SEED, ordered = true, settings, onReject, ...options }: RunOptions = {}) {
    this.gate = gate;
    this.teacher = teacher;
    this.seed = seed;
    this.ordered = ordered;
    this.settings = { ...DEFAULT_SETTINGS, ...settings };
    this.#onReject = onReject;
    this.#options = options;
    // Every call under way listens to it: a warning about many listeners would be a false alarm.
    setMaxListeners(0, this.#draining.signal);
    this.#unfollow = teacher?.onLimit?.((limit) => (gate.slots = limit));
  }

  /** Aborted when the run was asked to stop: calls in flight end, no new ones begin. */
  get draining(): AbortSignal {
    return this.#draining.signal;
  }

  /** Asks the run to stop: what is in flight ends and comes out, the rest is `unfinished`. */
  drain(): void {
    this.#draining.abort();
  }

  /** Ends the bond with the teacher. The run's account stays readable. */
  close(): void {
    this.#unfollow?.();
    this.#unfollow = undefined;
  }

  /** Opens an account for the next block. `stage` defaults to the number of blocks opened so far, plus one. */
  block(name: string, type = name, stage = ++this.#stages): BlockContext {
    const { gate, settings, ordered, teacher, draining, seed } = this;
    const ledger = this.ledger.open(name, type);
    const onReject = this.#onReject;
    const { teacherOf, pool, onLiving } = this.#options;
    const asked = teacherOf?.(name) ?? teacher;
    const tail = { begins: gate.inputEnded, priority: -stage };
    return {
      name,
      stage,
      gate,
      ledger,
      settings,
      ordered,
      teacher: asked,
      draining,
      pool,
      async complete(request, signal) {
        if (!asked) {
          throw new SdgError('config', `block ${name} needs a teacher and the run has none`, {
            remedy: 'give the run one: new Run({ teacher })',
          });
        }
        const onReply = (reply: Reply): void => ledger.reply(reply);
        const reply = await asked.complete({ ...request, block: name }, { priority: stage, tail, draining, onSpent: onReply, ...(signal && { signal }) });
        onReply(reply);
        return reply;
      },
      random: (...keys) => new Random(seed, name, ...keys),
      made(sample, more) {
        ledger.made += more;
        if (more !== 0) onLiving?.(sample, more);
      },
      drop(sample, { kind, reason, detail }) {
        ledger.drop(kind, reason);
        onLiving?.(sample, -1);
        if (kind === 'rejected') {
          onReject?.({ block: name, kind, reason, ...detail, sample: columnsOf(sample), _sdg: lineageOf(sample) });
        }
      },
    };
  }
}

/** A context for a block used on its own: no teacher, an account that nobody reads. */
export function detached(name = 'block'): BlockContext {
  return new Run().block(name);
}
