import { setTimeout as pause } from 'node:timers/promises';
import { DeliverPolicy, type MsgRequest } from '@nats-io/jetstream';
import { followStream, type Followed } from './follow-stream.js';
import type { Link } from './link.js';
import { isMissing } from './server-errors.js';
import type { RunNames } from './names.js';

/** Milliseconds between looks at a stream that is to be made anew. */
const ANEW = 250;

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
  #followed: Followed | undefined;

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
    const followed = followStream(link, names.answers, { headers_only: true });
    for await (const { seq, subject } of followed) {
      reader.#known.set(idOf(subject), seq);
      if (seq >= state.last_seq) break;
    }
    followed.stop();
    return reader;
  }

  /** The answer for a unit that was there before anybody asked for it. */
  async earlier(id: string): Promise<Uint8Array | undefined> {
    const seq = this.#known.get(id);
    if (seq === undefined) return undefined;
    this.#known.delete(id);
    return this.#get({ seq });
  }

  /** The answer for a unit, wherever it is: for one that may have been passed over. */
  find(id: string): Promise<Uint8Array | undefined> {
    return this.#get({ last_by_subj: this.#names.answerSubject(id) });
  }

  async #get(query: MsgRequest): Promise<Uint8Array | undefined> {
    try {
      const message = await this.#link.persist(() => this.#link.jsm.streams.getMessage(this.#names.answers, query));
      return message?.data;
    } catch (error) {
      // Gone with the stream: it will be given again.
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  /**
   * Hands on answers as they come, to the end of the run; those that are not wanted yet are kept in mind. Where reading
   * fails it goes on behind what was read; where the stream is gone, with the first of the one that is made anew.
   */
  async follow(isWanted: (id: string) => boolean, take: (id: string, bytes: Uint8Array) => Promise<void>): Promise<void> {
    while (!this.#isStopped) {
      const start = { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: this.#next };
      this.#followed = followStream(this.#link, this.#names.answers, start);
      try {
        for await (const { seq, subject, data } of this.#followed) {
          if (this.#isStopped) return;
          const id = idOf(subject);
          if (isWanted(id)) await take(id, data);
          else this.#known.set(id, seq);
        }
      } catch (error) {
        if (this.#isStopped) return;
        if (!isMissing(error)) throw error;
        await pause(ANEW);
      }
      this.#known.clear();
      this.#next = 1;
    }
  }

  /** The stream was made anew: reads it from its beginning. */
  beginAgain(): void {
    this.#followed?.stop();
  }

  stop(): void {
    this.#isStopped = true;
    this.#followed?.stop();
  }
}
