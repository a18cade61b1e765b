import { setTimeout as pause } from 'node:timers/promises';
import { DeliverPolicy, type ConsumerMessages, type JsMsg } from '@nats-io/jetstream';
import { SdgError } from '@sdg/core';
import { isMissing, type Link } from './link.js';
import type { RunNames } from './names.js';

/**
 * Milliseconds after which a request for answers is made anew. A consumer that sends no heartbeat for as long is taken for
 * lost; by the library's own 30 s it would be a minute.
 */
const EXPIRES = 5_000;

async function stopWhenSilent(messages: ConsumerMessages): Promise<void> {
  for await (const { type } of messages.status()) if (type === 'heartbeats_missed') messages.stop();
}

const idOf = (subject: string): string => subject.slice(subject.lastIndexOf('.') + 1);

/** Reads the answers of a run: those that an earlier try at it has left, when they are asked for, and new ones as they come. */
export class AnswerReader {
  readonly #link: Link;
  readonly #names: RunNames;
  /** Answers that nobody has asked for yet: sequence by id of the unit. */
  readonly #known = new Map<string, number>();
  /** Sequence of the next one to come. */
  #next = 1;
  #isStopped = false;
  #stopReading: (() => void) | undefined;

  private constructor(link: Link, names: RunNames) {
    this.#link = link;
    this.#names = names;
  }

  /** Learns what is there. */
  static async open(link: Link, names: RunNames): Promise<AnswerReader> {
    const reader = new AnswerReader(link, names);
    const { state } = await link.persist(() => link.jsm.streams.info(names.answers));
    reader.#next = state.last_seq + 1;
    if (state.messages === 0) return reader;
    for await (const { seq, subject } of reader.#from(1, { headers_only: true })) {
      reader.#known.set(idOf(subject), seq);
      if (seq >= state.last_seq) break;
    }
    return reader;
  }

  /** The answer for a unit that is there already. */
  async earlier(id: string): Promise<Uint8Array | undefined> {
    const seq = this.#known.get(id);
    if (seq === undefined) return undefined;
    this.#known.delete(id);
    const message = await this.#link.persist(() => this.#link.jsm.streams.getMessage(this.#names.answers, { seq }));
    return message?.data;
  }

  /**
   * Messages from a sequence on, as they come. A consumer that is silent is opened anew: one that was lost with its server is
   * still on the books of the others, so that asking for it never says that it is gone.
   */
  async *#from(sequence: number, more: { readonly headers_only?: boolean } = {}): AsyncGenerator<JsMsg, void, undefined> {
    let next = sequence;
    while (!this.#isStopped) {
      const from = { opt_start_seq: next, deliver_policy: DeliverPolicy.StartSequence, ...more };
      const consumer = await this.#link.persist(() => this.#link.js.consumers.get(this.#names.answers, from));
      const messages = await consumer.consume({ max_messages: 256, expires: EXPIRES });
      this.#stopReading = () => messages.stop();
      void stopWhenSilent(messages);
      if (this.#isStopped) messages.stop();
      for await (const message of messages) {
        next = message.seq + 1;
        yield message;
      }
    }
  }

  /**
   * Hands on answers as they come, to the end of the run; those that are not wanted yet are kept in mind. Where reading
   * fails it goes on behind what was read.
   *
   * @throws SdgError `config` where the run was removed
   */
  async follow(isWanted: (id: string) => boolean, take: (id: string, bytes: Uint8Array) => Promise<void>): Promise<void> {
    while (!this.#isStopped) {
      try {
        for await (const message of this.#from(this.#next)) {
          if (this.#isStopped) return;
          this.#next = message.seq + 1;
          const id = idOf(message.subject);
          if (isWanted(id)) await take(id, message.data);
          else this.#known.set(id, message.seq);
        }
      } catch (error) {
        if (this.#isStopped) return;
        if (isMissing(error)) {
          throw new SdgError('config', `run ${this.#names.run} was removed at the server`, { remedy: 'run the same command again' });
        }
        await pause(500);
      }
    }
  }

  stop(): void {
    this.#isStopped = true;
    this.#stopReading?.();
  }
}
