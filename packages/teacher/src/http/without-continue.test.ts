import { createServer, type AddressInfo, type Socket } from 'node:net';
import fc from 'fast-check';
import { Agent, buildConnector, request } from 'undici';
import { describe, expect, it, onTestFinished } from 'vitest';
import { withoutContinue } from './without-continue.js';

const BODY = 'HTTP/1.1 100 Continue\r\n\r\nis an answer.';
const head = (length: number) => `HTTP/1.1 200 OK\r\ncontent-length: ${length}\r\n\r\n`;
const CONTINUE = 'HTTP/1.1 100 Continue\r\n\r\n';

/** A server that answers each request with pieces, each in a segment of its own, and a client for it. */
async function answering(pieces: () => readonly string[]) {
  let connections = 0;
  const server = createServer((socket: Socket) => {
    connections++;
    socket.setNoDelay(true);
    socket.on('error', () => undefined);
    socket.on('data', () => {
      const left = [...pieces()];
      const next = (): void => {
        const piece = left.shift();
        // The one before has left when the event loop comes round: see what the client reads of each.
        if (piece !== undefined) socket.write(piece, () => setTimeout(next, 2));
      };
      next();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const agent = new Agent({ pipelining: 1, connections: 1, connect: withoutContinue(buildConnector({})) });
  onTestFinished(async () => {
    await agent.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  const ask = async (): Promise<string> => {
    const { body } = await request(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, {
      dispatcher: agent,
      method: 'POST',
      body: 'POST / HTTP/1.1\r\n',
    });
    return body.text();
  };
  return { ask, connections: () => connections };
}

describe('withoutContinue', () => {
  it.each<[string, readonly string[]]>([
    ['in one piece', [CONTINUE + head(BODY.length) + BODY]],
    ['in two segments', ['HTTP/1.1 100 Cont', `inue\r\n\r\n${head(BODY.length)}${BODY}`]],
    ['broken off in its end', ['HTTP/1.1 100 Continue\r\n\r', `\n${head(BODY.length)}${BODY}`]],
    ['after its first letter', ['H', `${CONTINUE.slice(1)}${head(BODY.length)}${BODY}`]],
    ['without a reason', [`HTTP/1.1 100\r\n\r\n${head(BODY.length)}${BODY}`]],
    ['with headers', [`HTTP/1.1 100 Continue\r\nx: 1\r\n\r\n${head(BODY.length)}${BODY}`]],
    ['behind another interim response', [`HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n${CONTINUE}`, `${head(BODY.length)}${BODY}`]],
    ['not there, and the status in two segments', ['HTTP/1.1 ', `${head(BODY.length).slice(9)}${BODY}`]],
    ['a segment of the body that looks like one', [head(BODY.length), BODY]],
    ['a body of several', [head(2 * BODY.length), BODY, BODY]],
    ['a body of parts of one', [head(17), 'HTTP/1.1 1', '00 Cont']],
  ])('passes over one %s, and keeps the body', async (_how, pieces) => {
    const { ask, connections } = await answering(() => pieces);
    const body = pieces.join('').slice(pieces.join('').indexOf('HTTP/1.1 200'));
    const expected = body.slice(body.indexOf('\r\n\r\n') + 4);
    // The second time on the same connection.
    for (const _again of [1, 2]) expect(await ask()).toBe(expected);
    expect(connections()).toBe(1);
  });

  it('gives the same body however the bytes are cut', async () => {
    const whole = `${CONTINUE}HTTP/1.1 100\r\n\r\n${head(BODY.length)}${BODY}`;
    let pieces: string[] = [];
    const { ask } = await answering(() => pieces);
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.integer({ min: 1, max: whole.length - 1 }), { maxLength: 5 }), async (places) => {
        const cuts = [0, ...places.sort((a, b) => a - b), whole.length];
        pieces = cuts.slice(1).map((end, i) => whole.slice(cuts[i], end));
        expect(await ask()).toBe(BODY);
      }),
      { numRuns: 40 },
    );
  });
});
