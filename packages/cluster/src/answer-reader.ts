import { setTimeout as pause } from 'node:timers/promises';
import { DeliverPolicy } from '@nats-io/jetstream';
import { SdgError } from '@sdg/core';
import { isMissing, type Link } from './link.js';
import type { RunNames } from './names.js';

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
    const consumer = await link.persist(() =>
      link.js.consumers.get(names.answers, { deliver_policy: DeliverPolicy.All, headers_only: true }),
    );
    const messages = await consumer.consume({ max_messages: 5000 });
    for await (const { seq, subject } of messages) {
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
   * Hands on answers as they come, to the end of the run; those that are not wanted yet are kept in mind. The consumer is
   * opened anew where it ends, and goes on behind what was read.
   *
   * @throws SdgError `config` where the run was removed
   */
  async follow(isWanted: (id: string) => boolean, take: (id: string, bytes: Uint8Array) => Promise<void>): Promise<void> {
    const { js } = this.#link;
    while (!this.#isStopped) {
      try {
        const from = { opt_start_seq: this.#next, deliver_policy: DeliverPolicy.StartSequence };
        const consumer = await this.#link.persist(() => js.consumers.get(this.#names.answers, from));
        const messages = await consumer.consume({ max_messages: 256 });
        this.#stopReading = () => messages.stop();
        for await (const message of messages) {
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
