import { columnsOf, type DropDetail, type DropKind, type ErrorCode, type Lineage, lineageOf, type Sample } from '@sdg/values';
import { inEnvelope } from './envelope.js';
import type { BlockAccount } from './block-account.js';
import type { Reply, TeacherRequest } from './teacher.js';

/** A block of a run, as events name it. */
export interface BlockRef {
  /** Its place among the blocks of the run, from 0, in the order in which they were opened. */
  readonly index: number;
  /** Name of its account: `block`, or `chain/block` where the pipeline has several chains. */
  readonly name: string;
  readonly type: string;
  /** Position in the pipeline, from 1. */
  readonly stage: number;
}

/** Why a sample ended in a block. */
export interface DropRecord {
  readonly kind: DropKind;
  readonly reason: string;
  readonly detail?: DropDetail | undefined;
}

/** Why a call brought no reply. */
export interface CallFailure {
  readonly code: ErrorCode;
  /** With the remedy, where there is one. */
  readonly message: string;
  readonly remedy?: string;
  readonly status?: number;
}

/** A request that has gone to a server: one try of a call, or a question about the server itself. */
export interface ServerTry {
  /** Tells tries of one process apart. */
  readonly id: number;
  /** When it was sent, milliseconds since 1970. */
  readonly at: number;
  readonly server: string;
  /** What the server itself is asked about (`which models?`); absent: it is a try of a call. */
  readonly purpose?: string;
  readonly block?: string;
  /** Lineage id of the sample that it is for. */
  readonly sample?: string;
  readonly model?: string;
  /** Outputs asked for. */
  readonly n: number;
  /** Milliseconds in the queue. */
  readonly queuedMs: number;
}

/** One try at a server that has ended: a call that is asked again has several. */
export interface CallRecord extends ServerTry {
  /** Milliseconds from sending to the last byte. */
  readonly serviceMs: number;
  /** `ok`, or the code of the error. */
  readonly outcome: 'ok' | ErrorCode;
  readonly status?: number;
  /** The error in words, free of secrets. */
  readonly message?: string;
  readonly promptTokens?: number;
  readonly completionTokens?: number;
  /** Calls in flight at all servers when it ended, itself included, and the limit then in force. */
  readonly inFlight: number;
  readonly limit: number;
}

/** How a run came to its end. */
export interface RunEnd {
  /** `closed`: whoever read the output went away. */
  readonly reason: 'done' | 'interrupted' | 'closed' | 'failed';
  /** Samples that the consumer took. */
  readonly written: number;
  readonly seconds: number;
  /** What ended it, where something did. */
  readonly failure?: CallFailure;
}

/**
 * What is told while a run goes on. Ledger, progress, call log, rejects, report and metrics are observers; nothing
 * else is a callback. All members are optional: what nobody listens to costs a look at a property. What they are
 * given is plain data that survives JSON, made anyway: no object is made for an event. Observers must not throw, and
 * must not keep a request or a sample for long if memory is to stay flat.
 *
 * @example
 * const run = new Run({ teacher, observer: { callEnded: (block, call, request, end) => console.error(block.name, call) } });
 */
export interface Observer {
  /** A block opened its account. */
  blockOpened?(block: BlockRef): void;
  /** A sample came into a block. */
  sampleEntered?(block: BlockRef, sample: Sample): void;
  /** A sample became `more` samples beyond itself. Told before any of them goes anywhere. */
  sampleMade?(block: BlockRef, sample: Sample, more: number): void;
  /** A sample, made of `parent` or the same, came out of a block. */
  sampleSettled?(block: BlockRef, sample: Sample, parent: Sample): void;
  /** A sample ended in a block. */
  sampleDropped?(block: BlockRef, sample: Sample, drop: DropRecord): void;
  /** So many samples were in a block when its stream was given up: they are `unfinished`. */
  samplesAbandoned?(block: BlockRef, count: number): void;
  /** A block asks the teacher. `call` counts from 1 in the run; the reply may come from the cache. */
  callBegan?(block: BlockRef, call: number, request: TeacherRequest): void;
  /** Part of a call was answered and paid for, and the whole will fail: of several outputs some came. */
  callSpent?(block: BlockRef, call: number, reply: Reply): void;
  callEnded?(block: BlockRef, call: number, request: TeacherRequest, end: Reply | CallFailure): void;
  /** A sample of a leaf was worked on elsewhere, by another machine: what its blocks account for there. */
  unitAnswered?(leaf: string, accounts: readonly BlockAccount[]): void;
  /** A request goes to a server. */
  tryBegan?(begun: ServerTry): void;
  tryEnded?(record: CallRecord): void;
  /** A teacher can take another number of calls at once. */
  limitChanged?(teacher: string, limit: number): void;
  /** A line that a user should know; a `warning` even one who wants to hear little. */
  notice?(text: string, severity?: 'info' | 'warning'): void;
  /** Told once, last of all. */
  runEnded?(end: RunEnd): void;
}

/** What can be told, by name. */
export const observerMembers = [
  'blockOpened',
  'sampleEntered',
  'sampleMade',
  'sampleSettled',
  'sampleDropped',
  'samplesAbandoned',
  'callBegan',
  'callSpent',
  'callEnded',
  'unitAnswered',
  'tryBegan',
  'tryEnded',
  'limitChanged',
  'notice',
  'runEnded',
] as const satisfies readonly (keyof Observer)[];

type Member = (typeof observerMembers)[number];
type Listener = (...event: unknown[]) => void;

const listenerOf = (observer: Observer, member: Member): Listener | undefined =>
  observer[member] && (observer[member] as Listener).bind(observer);

/**
 * One observer of several, told in their order. Members that none of them has are absent, so an event that nobody
 * wants stays as cheap as with no observer at all.
 */
export function observers(...all: readonly (Observer | undefined)[]): Observer {
  const given = all.filter((observer) => observer !== undefined);
  if (given.length === 1) return given[0]!;
  const entries = observerMembers.flatMap((member): [Member, Listener][] => {
    const listeners = given.flatMap((observer) => listenerOf(observer, member) ?? []);
    const [first, second, ...rest] = listeners;
    if (!first) return [];
    if (!second) return [[member, first]];
    // With fixed parameters: gathering them into an array would make an object an event. No event has more than four.
    if (rest.length === 0) return [[member, (a, b, c, d) => (first(a, b, c, d), second(a, b, c, d))]];
    const all: Listener = (a, b, c, d) => {
      for (const listener of listeners) listener(a, b, c, d);
    };
    return [[member, all]];
  });
  return Object.fromEntries(entries) as Observer;
}

/** Whether a call's end is a reply. */
export const isReply = (end: Reply | CallFailure): end is Reply => 'choices' in end;

/** A dropped sample as it stands in the rejects file: one JSON line. */
export interface RejectRecord {
  readonly block: string;
  readonly kind: DropKind;
  readonly reason: string;
  readonly message?: string;
  readonly reply?: string;
  /** What the teacher was asked, where that tells more than the sample's columns. */
  readonly prompt?: string;
  readonly sample: Readonly<Record<string, unknown>>;
  readonly _sdg: Lineage;
}

/**
 * An observer that takes as a record every sample that was rejected, or dropped for another that is named.
 *
 * @example new Run({ observer: rejectsTo((record) => console.error(record.block, record.reason)) })
 */
export const rejectsTo = (take: (record: RejectRecord) => void): Observer => ({
  sampleDropped({ name }, sample, { kind, reason, detail }) {
    if (kind === 'rejected' || (kind === 'deduplicated' && detail)) {
      take({ block: name, kind, reason, ...detail, sample: columnsOf(sample), _sdg: lineageOf(inEnvelope(sample, undefined)) });
    }
  },
});
