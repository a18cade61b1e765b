import { createInbox, headers, type Msg, type Subscription } from '@nats-io/transport-node';
import type { Link } from './link.js';

/** Milliseconds after which an answer that has not come does not come. */
const PATIENCE = 2000;

/** Header: how often a unit was lost before it was given back. */
const LOST = 'Sdg-Lost';

/** A unit as it was delivered. Words to the server are not waited for: one that is lost makes it be delivered once more. */
export class Delivery {
  readonly data: Uint8Array;
  readonly subject: string;
  readonly #losses: number;

  constructor(
    readonly link: Link,
    readonly message: Msg,
  ) {
    this.data = message.data;
    this.subject = message.subject;
    this.#losses = link.losses;
  }

  /**
   * Contact was lost since it was delivered. A server that lost its disk meanwhile has put other units in the same places, and
   * would take a word of this one for theirs. A unit that is there still is delivered once more, and its calls are known.
   */
  get #isOld(): boolean {
    return this.link.losses !== this.#losses;
  }

  /** How often it was lost: delivered, and no word came of it. */
  get lost(): number {
    return Number(this.message.headers?.get(LOST) ?? 0) + this.#deliveries - 1;
  }

  get #deliveries(): number {
    return this.#told(4);
  }
  /** Units that waited behind it when it was sent. */
  get waiting(): number {
    return this.#told(8);
  }

  /** $JS.ACK.STREAM.CONSUMER.DELIVERIES.SEQUENCE.SEQUENCE.TIME.WAITING, since 2.10 perhaps with domain and account before the stream. */
  #told(at: number): number {
    const parts = this.message.reply!.split('.');
    return Number(parts[parts.length > 9 ? at + 2 : at]);
  }

  #say(word: string): void {
    if (!this.link.isClosed && !this.link.nc.isClosed()) this.link.nc.publish(this.message.reply!, word);
  }
  /** Its answer is there. Who dies before that is said leaves a unit whose answer is known. */
  ack(): void {
    void this.link.outbox.later(() => {
      if (!this.#isOld) this.#say('+ACK');
    });
  }
  /**
   * Others may have it: as a new message, because the deliveries of one are counted for what ends workers without a word, and
   * this one ends with a word.
   */
  async giveBack(): Promise<void> {
    if (this.#isOld) return;
    try {
      const { lost } = this;
      const found = headers();
      if (lost > 0) found.set(LOST, String(lost));
      await this.link.js.publish(this.subject, this.data, { headers: found });
      this.ack();
    } catch {
      this.#say('-NAK');
    }
  }
  /** It is being worked on. */
  working(): void {
    this.#say('+WPI');
  }
}

/** The units of a run that wait for workers, as one worker sees them. */
export class WorkQueue {
  /** `remake`: makes the consumers of the stream where they are gone; gives whether they are there. */
  constructor(
    readonly link: Link,
    readonly stream: string,
    readonly remake: () => Promise<boolean>,
  ) {}

  readonly #inbox = createInbox();
  #subscription: Subscription | undefined;
  /** Takes what comes for the request that is open. */
  #take: ((message: Msg) => void) | undefined;

  /** At most `most` messages of a consumer that are there now; none are waited for. One request at a time. */
  async pullNow(consumer: string, most: number): Promise<Delivery[]> {
    return (await this.#pull(consumer, most)) ?? ((await this.remake()) ? ((await this.#pull(consumer, most)) ?? []) : []);
  }

  /** The same; undefined where nobody answers: servers before 2.10 say nothing for a consumer that is not there. */
  #pull(consumer: string, most: number): Promise<Delivery[] | undefined> {
    const { link, stream } = this;
    // One for all requests: each that comes or goes makes the server forget where messages go.
    this.#subscription ??= link.nc.subscribe(this.#inbox, {
      callback: (error, message) => {
        if (!error) this.#take?.(message);
      },
    });
    const found: Delivery[] = [];
    return new Promise((resolve) => {
      const finish = (isAnswered: boolean): void => {
        clearTimeout(timer);
        this.#take = undefined;
        resolve(isAnswered ? found : undefined);
      };
      const timer = setTimeout(() => finish(found.length > 0), PATIENCE);
      this.#take = (message) => {
        const code = message.headers?.code ?? 0;
        // 404: there is no more; 408, 409: not now; 503: no consumer.
        if (code >= 400 || !message.reply) return finish(code !== 503);
        found.push(new Delivery(link, message));
        if (found.length >= most) finish(true);
      };
      const request = JSON.stringify({ batch: most, no_wait: true });
      void link.outbox.now(() => link.nc.publish(`$JS.API.CONSUMER.MSG.NEXT.${stream}.${consumer}`, request, { reply: this.#inbox }));
    });
  }

  close(): void {
    this.#subscription?.unsubscribe();
  }
}
