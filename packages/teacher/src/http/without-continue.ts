import type { Socket } from 'node:net';
import type { buildConnector } from 'undici';

const CONTINUE = 'HTTP/1.1 100 ';
const END = '\r\n\r\n';

/** What is left of a chunk without the answers `100 Continue` that it begins with; null: nothing. */
function rest(chunk: Buffer): Buffer | null {
  let left = chunk;
  while (left.subarray(0, CONTINUE.length).toString('latin1') === CONTINUE) {
    const end = left.indexOf(END);
    if (end < 0) return left;
    left = left.subarray(end + END.length);
  }
  return left.length === 0 ? null : left;
}

/**
 * Has connections pass over `100 Continue`, which HTTP/1.1 allows a server to send at any time, and some gateways do for every body:
 * undici breaks the connection off, since it never asks for one. Other clients pass over it, too (RFC 9110, 15.2).
 *
 * @example new Agent({ connect: withoutContinue(buildConnector({ timeout: 30_000 })) })
 */
export function withoutContinue(connector: buildConnector.connector): buildConnector.connector {
  return (options, callback) =>
    connector(options, (...opened) => {
      const [error, socket] = opened;
      if (error === null && socket) {
        const read = socket.read.bind(socket) as Socket['read'];
        socket.read = (size) => {
          for (;;) {
            const chunk = read(size) as unknown;
            const left = Buffer.isBuffer(chunk) ? rest(chunk) : null;
            // After one that was all of its chunk there may be more to read.
            if (left !== null || chunk === null) return left;
          }
        };
      }
      callback(...opened);
    });
}
