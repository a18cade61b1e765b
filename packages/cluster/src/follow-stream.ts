import { setTimeout as pause } from 'node:timers/promises';
import { DeliverPolicy, type ConsumerMessages, type JsMsg, type OrderedConsumerOptions, type StreamInfo } from '@nats-io/jetstream';
import type { Link } from './link.js';
import { isMissing, StreamGone } from './server-errors.js';

/**
 * Milliseconds after which a request for messages is made anew. A consumer that sends no heartbeat for as long is taken for
 * lost; by the library's own 30 s it would be a minute.
 */
const EXPIRES = 5_000;

/** Milliseconds within which a server that has come to lead others knows what they know. */
const CATCHES_UP = 1000;

/** What a consumer says when it is lost. One that mends itself does not see that the stream is another by now. */
const ENDS: ReadonlySet<string> = new Set(['heartbeats_missed', 'stream_not_found', 'ordered_consumer_recreated']);

async function stopWhenSilent(messages: ConsumerMessages): Promise<void> {
  for await (const { type } of messages.status()) if (ENDS.has(type)) messages.stop();
}

/**
 * What a stream is. Where it has lost its end, with the machine of its server, others will be in the places of what was read: it
 * is as good as another. A server that has just come to lead may not have caught up yet, and is asked once more.
 */
async function infoFrom(link: Link, stream: string, next = 0): Promise<StreamInfo> {
  const ask = (): Promise<StreamInfo> => link.persist(() => link.jsm.streams.info(stream));
  let info = await ask();
  if (next <= info.state.last_seq + 1) return info;
  await pause(CATCHES_UP);
  info = await ask();
  if (next > info.state.last_seq + 1) throw new StreamGone();
  return info;
}

/** Messages as they come, until it is stopped. */
export interface Followed extends AsyncIterable<JsMsg> {
  stop(): void;
}

/**
 * Follows a stream from its first message on, or as `start` says. A consumer that is silent is opened anew behind what was
 * read: one that was lost with its server is still on the books of the others, so that asking for it never says that it is
 * gone.
 *
 * @throws what the server says of a stream that is not there, also of one that is there anew (`isMissing`)
 */
export function followStream(link: Link, stream: string, start: Partial<OrderedConsumerOptions> = {}): Followed {
  let isStopped = false;
  let stopReading: (() => void) | undefined;
  async function* follow(): AsyncGenerator<JsMsg, void, undefined> {
    let from = start;
    let since: string | undefined;
    while (!isStopped) {
      try {
        const { created } = await infoFrom(link, stream, from.opt_start_seq);
        if ((since ??= created) !== created) throw new StreamGone();
        // A copy: the library writes the consumer's name into it, which is not free as long as a lost one is on the books.
        const consumer = await link.persist(() => link.js.consumers.get(stream, { ...from }));
        const messages = await consumer.consume({ max_messages: 256, expires: EXPIRES });
        stopReading = () => messages.stop();
        void stopWhenSilent(messages);
        if (isStopped) messages.stop();
        for await (const message of messages) {
          from = { ...start, deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: message.seq + 1 };
          yield message;
        }
      } catch (error) {
        if (isStopped) return;
        if (isMissing(error) || link.isClosed) throw error;
        link.tellRefused(error);
        await pause(500);
      }
    }
  }
  return {
    [Symbol.asyncIterator]: follow,
    stop: () => {
      isStopped = true;
      stopReading?.();
    },
  };
}

/** What became of one key of a bucket: its bytes as JSON; undefined where it was removed, or is nothing that we wrote. */
export interface Change {
  readonly key: string;
  json<T>(): T | undefined;
}

/** How a bucket is followed. */
export interface BucketOptions {
  /** Which keys; may have wildcards. Default all. */
  readonly keys?: string;
  /** The bucket is gone, and all that was in it: a server has lost its disk. Makes it anew. */
  readonly onLost: () => Promise<unknown>;
}

function jsonOf<T>(message: JsMsg): T | undefined {
  if ((message.headers?.get('KV-Operation') ?? '') !== '') return undefined;
  try {
    return message.json<T>();
  } catch {
    return undefined;
  }
}

/** Follows the keys of a bucket: each as it is, then as it changes. */
export function followBucket(
  link: Link,
  bucket: string,
  { keys = '>', onLost }: BucketOptions,
): AsyncIterable<Change> & Pick<Followed, 'stop'> {
  const prefix = `$KV.${bucket}.`;
  const follow = (): Followed =>
    followStream(link, `KV_${bucket}`, { filter_subjects: prefix + keys, deliver_policy: DeliverPolicy.LastPerSubject });
  let followed = follow();
  let isStopped = false;
  async function* changes(): AsyncGenerator<Change, void, undefined> {
    while (!isStopped) {
      try {
        for await (const message of followed) {
          yield { key: message.subject.slice(prefix.length), json: <T>() => jsonOf<T>(message) };
        }
        return;
      } catch (error) {
        if (!isMissing(error)) throw error;
        await onLost();
        followed = follow();
      }
    }
  }
  const stop = (): void => {
    isStopped = true;
    followed.stop();
  };
  return { [Symbol.asyncIterator]: changes, stop };
}
