import { setTimeout as pause } from 'node:timers/promises';
import { jetstream, JetStreamApiError, type JetStreamClient, type JetStreamManager } from '@nats-io/jetstream';
import { ConnectionError, type NatsConnection } from '@nats-io/transport-node';
import { SdgError } from '@sdg/core';
import { shown, type NatsOptions } from './connection-options.js';
import { firstContact } from './first-contact.js';
import { Outbox } from './outbox.js';
import { FULL_REMEDY, isFull, isPassing, isThereAlready, isUnwelcome, refusalOf } from './server-errors.js';

/** Milliseconds without an answer from a server that can be reached, or with one that puts us off, after which a person is told. */
const SILENCE = 10_000;
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
    const { nc, jsm } = await firstContact(address, options);
    return new Link(nc, jsm, address, options);
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

  /** Says once what the server refuses, where it is tried again even so. */
  tellRefused(error: unknown): void {
    const refusal = refusalOf(error, this.address);
    if (!(refusal instanceof SdgError) || this.#refusals.has(refusal.message)) return;
    this.#refusals.add(refusal.message);
    this.notice(refusal.message);
  }
  readonly #refusals = new Set<string>();

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
    if (isFull(error)) this.#tellWaiting(`is full (${error.message})`, FULL_REMEDY);
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

const REFUSED_REMEDY = 'mend its users, or write new credentials into the same file';
const SILENT_REMEDY = 'see its log; one whose disk was full has to be started again when there is room';

const lost = (): Error => new ConnectionError('contact was lost');
const closed = (): SdgError => new SdgError('interrupted', 'the connection to NATS was closed');
