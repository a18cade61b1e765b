import { readFileSync } from 'node:fs';
import { Agent } from 'undici';

interface PostBodiesInput {
  /** Origin of the server. */
  readonly origin: string;
  /** NDJSON file of `[path, body]`. */
  readonly bodies: string;
  readonly concurrency: number;
}

/** The least that any client has to do: posts bodies made beforehand over undici and parses the JSON that comes back. */
export default async function postBodies({
  origin,
  bodies,
  concurrency,
}: PostBodiesInput): Promise<{ calls: number; wallMs: number; cpuMs: number }> {
  const requests = readFileSync(bodies, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as [string, string]);
  const agent = new Agent({ connections: concurrency, pipelining: 1 });
  let next = 0;
  const cpuBefore = process.cpuUsage();
  const beganAt = performance.now();
  const loop = async (): Promise<void> => {
    for (let request = requests[next++]; request; request = requests[next++]) {
      const [path, body] = request;
      const reply = await agent.request({ origin, path, method: 'POST', headers: { 'content-type': 'application/json' }, body });
      await reply.body.json();
    }
  };
  await Promise.all(Array.from({ length: concurrency }, loop));
  const wallMs = performance.now() - beganAt;
  const { user, system } = process.cpuUsage(cpuBefore);
  await agent.close();
  return { calls: requests.length, wallMs, cpuMs: (user + system) / 1000 };
}
