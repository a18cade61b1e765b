import type { Socket } from 'node:net';
import type { buildConnector } from 'undici';

const INTERIM = 'HTTP/1.1 1';
/** Where the status begins in a response, and how an interim one does. */
const [STATUS, ONE] = [INTERIM.length - 1, 0x31];
const END = '\r\n\r\n';
/** Bytes of headers that are waited for; more go on as they are. */
const LONGEST = 2 ** 17;

/**
 * What one connection receives, without the answers `100 Continue`. They are looked for only where a status line must stand: from
 * the sending of a request until its final response begins. No byte of a body is ever looked at.
 */
class Filter {
  #awaits = false;
  /** What may be the beginning of an interim response. */
  #held: Buffer = Buffer.alloc(0);

  sent(data: unknown): void {
    // undici writes the head of a request as a text of its own, and bodies as bytes.
    if (typeof data === 'string' && data.includes(' HTTP/1.1\r\n')) this.#awaits = true;
  }

  /** Whether an interim response may begin here, or go on. Nearly all chunks begin a final one, and show it. */
  #mayBeInterim(chunk: Buffer): boolean {
    if (this.#held.length === 0 && chunk.length > STATUS && chunk[STATUS] !== ONE) this.#awaits = false;
    return this.#awaits;
  }

  /** What of the bytes received so far can go on; empty: nothing yet. */
  pass(chunk: Buffer): Buffer {
    if (!this.#mayBeInterim(chunk)) return chunk;
    let left: Buffer = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    this.#held = Buffer.alloc(0);
    const whole: Buffer[] = [];
    for (;;) {
      const begins = left.subarray(0, INTERIM.length).toString('latin1');
      const end = left.indexOf(END);
      if (!INTERIM.startsWith(begins) || (end < 0 && left.length > LONGEST)) break;
      if (begins.length < INTERIM.length || end < 0) {
        this.#held = left;
        return Buffer.concat(whole);
      }
      const head = left.subarray(0, end + END.length);
      const status = /^HTTP\/1\.1 (1\d\d)[ \r]/u.exec(head.toString('latin1'))?.[1];
      if (status === undefined || status === '101') break;
      if (status !== '100') whole.push(head);
      left = left.subarray(head.length);
    }
    this.#awaits = false;
    return whole.length === 0 ? left : Buffer.concat([...whole, left]);
  }
}

/**
 * Has connections pass over `100 Continue`, which HTTP/1.1 allows a server to send at any time, and some gateways do for every body:
 * undici breaks the connection off, since it never asks for one. Other clients pass over it, too (RFC 9110, 15.2). For one request
 * at a time on a connection: `pipelining: 1`.
 *
 * @example new Agent({ connect: withoutContinue(buildConnector({ timeout: 30_000 })) })
 */
export function withoutContinue(connector: buildConnector.connector): buildConnector.connector {
  return (options, callback) =>
    connector(options, (...opened) => {
      const [error, socket] = opened;
      if (error === null && socket) {
        const filter = new Filter();
        const write = socket.write.bind(socket) as (...given: unknown[]) => boolean;
        socket.write = (...given: unknown[]) => {
          filter.sent(given[0]);
          return write(...given);
        };
        const read = socket.read.bind(socket) as Socket['read'];
        socket.read = (size) => {
          for (;;) {
            const chunk = read(size) as unknown;
            if (!Buffer.isBuffer(chunk)) return chunk;
            // After what was all held or left out there may be more to read.
            const passed = filter.pass(chunk);
            if (passed.length > 0) return passed;
          }
        };
      }
      callback(...opened);
    });
}
