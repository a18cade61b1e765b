import { setTimeout as pause } from 'node:timers/promises';
import { jetstream, jetstreamManager, JetStreamApiError, type JetStreamClient, type JetStreamManager } from '@nats-io/jetstream';
import {
  AuthorizationError,
  connect,
  ConnectionError,
  PermissionViolationError,
  UserAuthenticationExpiredError,
  type NatsConnection,
  type NodeConnectionOptions,
} from '@nats-io/transport-node';
import { SdgError } from '@sdg/core';
import { connectionOptions, shown, type NatsOptions } from './connection-options.js';
import { noContact } from './no-contact.js';
import { Outbox } from './outbox.js';

/** Seconds for which a server that refuses connections may be about to begin. */
const EARLY = 3;
const isRefused = (error: unknown): boolean => /connection refused/i.test((error as Error).message);

/** Seconds until a cluster of servers must have a leader. */
const LEADER = 30;

/** A server that is full: it takes more when something was removed. */
const FULL = new Set([10077, 10023, 10122, 10104]);
/** Milliseconds without an answer from a server that can be reached, or with one that puts us off, after which a person is told. */
const SILENCE = 10_000;
/** The server cannot say now, and may later: no leader, no meta leader, busy. */
const LATER = new Set([10008, 10009, 10039, 10118]);
/** It has not as many servers as copies are to be kept. */
const TOO_FEW = new Set([10074, 10005]);

/** A subject's last message is another one: what was to be written first is there already, or is just being written by another. */
export const isThereAlready = (error: unknown): boolean => error instanceof JetStreamApiError && [10071, 10164].includes(error.code);

/** A stream that was read is gone; another is in its place. */
export class StreamGone extends Error {}

/** What was asked for is not there: a stream, a bucket, a message. */
export const isMissing = (error: unknown): boolean =>
  error instanceof JetStreamApiError
    ? [10059, 10014, 10037].includes(error.code)
    : error instanceof StreamGone || /no stream matches|stream not found/i.test(String(error));

/** Begins the names of all that is ours, where nobody says. */
export const PREFIX = 'sdg';

/** The contact with NATS: a connection that mends itself, and what of JetStream is needed. */
export class Link {
  /** What need not be sent at once. */
  readonly outbox = new Outbox();
  readonly #js: JetStreamClient;
  #waitsFor: string | undefined;
  /** How much is being tried again and again. */
  #waiting = 0;
  /** Past it nothing is tried again. */
  #deadline = Infinity;
  #isClosed = false;

  private constructor(
    readonly nc: NatsConnection,
    readonly jsm: JetStreamManager,
    readonly address: string,
    readonly options: NatsOptions,
  ) {
    this.#js = jetstream(nc, { timeout: 5000 });
    void this.#watch();
  }

  /**
   * Makes contact. Later losses mend themselves: whoever asks meanwhile waits.
   *
   * @throws SdgError `usage` for an address or a file that serves no purpose; `teacher-unreachable` where nobody answers
   */
  static async open(address: string, options: NatsOptions = {}): Promise<Link> {
    const { prefix = PREFIX } = options;
    if (!/^[\w-]+$/.test(prefix)) {
      throw new SdgError('usage', `--nats-prefix takes letters, digits, - and _; not "${prefix}"`, { remedy: 'write a name such as sdg' });
    }
    const settings = connectionOptions(address, options);
    try {
      const nc = await firstContact(settings);
      await refuseOld(nc, address);
      const jsm = await managerOf(nc, address);
      return new Link(nc, jsm, address, options);
    } catch (error) {
      if (error instanceof SdgError) throw error;
      throw noContact(error as Error, address, options);
    }
  }

  get prefix(): string {
    return this.options.prefix ?? PREFIX;
  }
  get replicas(): number {
    return this.options.replicas ?? 1;
  }
  get isClosed(): boolean {
    return this.#isClosed;
  }
  /** Most bytes of one message, with room left for its headers. */
  get maxBytes(): number {
    return (this.nc.info?.max_payload ?? 1_048_576) - 4096;
  }

  notice(text: string): void {
    this.options.onNotice?.(text);
  }

  /** There is no contact. */
  #isAway = false;
  /** How often contact was found again: what was said right before may not have been heard. */
  returns = 0;
  /** How often contact was lost: what was delivered before may be of a stream that is gone with its server. */
  losses = 0;

  async #watch(): Promise<void> {
    let isTold = false;
    for await (const status of this.nc.status()) {
      if (status.type === 'disconnect') {
        this.losses++;
        for (const fail of this.#underWay) fail(lost());
      }
      if (status.type === 'disconnect' && !this.#isAway && !this.#isClosed) {
        this.#isAway = true;
        this.notice(`contact with ${shown(this.address)} is lost; waiting for it`);
      }
      if (status.type === 'error' && isUnwelcome(status.error) && !isTold && !this.#isClosed) {
        isTold = true;
        this.notice(`the server at ${shown(this.address)} lets us in no more (${status.error.message}); waiting: ${REFUSED_REMEDY}`);
      }
      if (status.type === 'reconnect' && this.#isAway) {
        this.#isAway = false;
        isTold = false;
        this.returns++;
        this.notice(`contact with ${shown(this.address)} is back`);
      }
    }
  }

  /** What keeps everything waiting here: a server that is full, or takes nothing. */
  get waitsFor(): string | undefined {
    return this.#waitsFor;
  }

  /**
   * Does something at the server, again and again while it cannot be reached, is full, or does not answer. What it says no to
   * is thrown; with `leaving` aborted, everything is.
   */
  async persist<T>(work: () => Promise<T>, leaving?: AbortSignal): Promise<T> {
    const trying = { hasWaited: false };
    const over = (): boolean => trying.hasWaited && --this.#waiting === 0;
    try {
      const done = await this.#insist(work, trying, leaving);
      if (over()) this.#tellRoom();
      return done;
    } catch (error) {
      if (over()) this.#waitsFor = undefined;
      throw error;
    }
  }

  async #insist<T>(work: () => Promise<T>, trying: { hasWaited: boolean }, leaving: AbortSignal | undefined): Promise<T> {
    let silentSince: number | undefined;
    for (;;) {
      try {
        return await this.#untilLost(work);
      } catch (error) {
        if (this.#isClosed || this.nc.isClosed() || leaving?.aborted) throw closed();
        if (performance.now() > this.#deadline || !isPassing(error)) throw error;
        const isAnswer = error instanceof JetStreamApiError;
        // Of a server that is away the connection tells.
        silentSince = this.#isAway ? undefined : (silentSince ?? performance.now());
        this.#tellWhy(error as Error, silentSince);
        if (!trying.hasWaited) this.#waiting++;
        trying.hasWaited = true;
        await pause(isAnswer ? 1000 : 250, undefined, leaving && { signal: leaving }).catch(() => undefined);
      }
    }
  }

  /**
   * Does something, and fails when contact is lost before or meanwhile: no answer comes to what was asked of a server that fell
   * over, the client throws away what it is given before it is back, and to wait for either would hold everything up for seconds.
   */
  #untilLost<T>(work: () => Promise<T>): Promise<T> {
    if (this.#isAway) return Promise.reject(lost());
    return new Promise((resolve, reject) => {
      this.#underWay.add(reject);
      void work()
        .then(resolve, reject)
        .finally(() => this.#underWay.delete(reject));
    });
  }
  readonly #underWay = new Set<(error: Error) => void>();

  #tellWhy(error: Error, silentSince = Infinity): void {
    if (error instanceof JetStreamApiError && FULL.has(error.code)) this.#tellWaiting(`is full (${error.message})`, FULL_REMEDY);
    else if (performance.now() - silentSince > SILENCE) this.#tellWaiting(`takes nothing (${error.message})`, SILENT_REMEDY);
  }

  /** From now on what the server does not take within so many milliseconds is given up: whoever leaves waits for nobody. */
  hurry(ms: number): void {
    this.#deadline = Math.min(this.#deadline, performance.now() + ms);
  }

  #tellWaiting(why: string, remedy: string): void {
    if (this.#waitsFor !== undefined) return;
    this.#waitsFor = `the server at ${shown(this.address)} ${why}; waiting: ${remedy}`;
    this.notice(this.#waitsFor);
  }

  #tellRoom(): void {
    if (this.#waitsFor === undefined) return;
    this.#waitsFor = undefined;
    this.notice(`the server at ${shown(this.address)} takes what is written again`);
  }

  /** Writes a message that is the first of its subject; one that is there already is as good. Sent now, or `soon`: see {@link Outbox}. */
  async publishFirst(subject: string, bytes: Uint8Array, { leaving, soon = false }: { leaving?: AbortSignal; soon?: boolean } = {}) {
    const publish = (): Promise<unknown> => this.#js.publish(subject, bytes, { expect: { lastSubjectSequence: 0 } });
    try {
      await this.persist(() => (soon ? this.outbox.soon(publish) : this.outbox.now(publish)), leaving);
    } catch (error) {
      if (!isThereAlready(error)) throw error;
    }
  }

  get js(): JetStreamClient {
    return this.#js;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.outbox.flush();
    await this.nc.drain().catch(() => this.nc.close());
  }
}

/**
 * Contact with a server that may be about to begin: whoever restarts everything at once, or takes a run up while the server
 * comes back, starts this program a moment too early.
 */
async function firstContact(settings: NodeConnectionOptions): Promise<NatsConnection> {
  const since = performance.now();
  for (;;) {
    try {
      return await connect(settings);
    } catch (error) {
      if (!isRefused(error) || performance.now() - since > EARLY * 1000) throw error;
      await pause(250);
    }
  }
}

/** The manager of JetStream; a cluster of servers that has just begun says nothing until it has a leader. */
async function managerOf(nc: NatsConnection, address: string): Promise<JetStreamManager> {
  const since = performance.now();
  for (;;) {
    try {
      return await jetstreamManager(nc, { timeout: 5000 });
    } catch (error) {
      const mayCome = (error as Error).name === 'TimeoutError' || (error instanceof JetStreamApiError && LATER.has(error.code));
      if (mayCome && performance.now() - since < LEADER * 1000) continue;
      await nc.close();
      if (isForbidden(error)) throw refusalOf(error, address);
      throw new SdgError('config', `the server at ${shown(address)} has no JetStream: ${(error as Error).message}`, {
        remedy: 'start it with nats-server -js',
        cause: error,
      });
    }
  }
}

/** What we ask of JetStream came with 2.9. */
async function refuseOld(nc: NatsConnection, address: string): Promise<void> {
  const { version = '0.0' } = nc.info ?? {};
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > 2 || (major === 2 && minor >= 9)) return;
  await nc.close();
  throw new SdgError('config', `nats-server ${version} at ${shown(address)} is too old`, { remedy: 'use 2.9 or later' });
}

const FULL_REMEDY = 'give it room, remove old runs with sdg cluster rm, or raise --nats-megabytes';
const REFUSED_REMEDY = 'mend its users, or write new credentials into the same file';
const SILENT_REMEDY = 'see its log; one whose disk was full has to be started again when there is room';

const lost = (): Error => new ConnectionError('contact was lost');
const closed = (): SdgError => new SdgError('interrupted', 'the connection to NATS was closed');

/**
 * What a server says no to, in words for a person; other errors as they are.
 *
 * @example throw refusalOf(error, link.address); // the server at nats://… refuses: maximum number of streams reached; …
 */
export function refusalOf(error: unknown, address: string): unknown {
  if (!(error instanceof JetStreamApiError) && !isForbidden(error)) return error;
  const code = error instanceof JetStreamApiError ? error.code : 0;
  return new SdgError('config', `the server at ${shown(address)} refuses: ${(error as Error).message}`, {
    remedy: TOO_FEW.has(code)
      ? 'pass --nats-replicas 1, or start as many servers as copies are to be kept'
      : FULL.has(code)
        ? FULL_REMEDY
        : 'give the account what it needs: see the limits and permissions in its configuration, and its log',
    cause: error,
  });
}

/** Whether it may be otherwise later: an error of contact, or an answer that says so. */
const isPassing = (error: unknown): boolean =>
  error instanceof JetStreamApiError
    ? FULL.has(error.code) || LATER.has(error.code)
    : CONTACT.has((error as Error).name) && !isForbidden(error);
/** Whether the server lets this user do it; a request carries the reason within it. */
const isForbidden = (error: unknown): boolean => [error, (error as Error).cause].some((one) => one instanceof PermissionViolationError);
const CONTACT: ReadonlySet<string> = new Set([
  'TimeoutError',
  'NoRespondersError',
  'RequestError',
  'ConnectionError',
  'JetStreamNotEnabled',
  'JetStreamStatusError',
]);

const isUnwelcome = (error: unknown): boolean => error instanceof AuthorizationError || error instanceof UserAuthenticationExpiredError;
