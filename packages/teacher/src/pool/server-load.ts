import type { ServerLoad } from './limit.js';

/** Gets a path of the server's root; resolves for any status. */
type GetText = (path: string, signal?: AbortSignal) => Promise<{ readonly status: number; readonly body: string }>;

/** Sum of a metric over all its labels (engines, models), as Prometheus prints it. Undefined: it is not there. */
function metric(text: string, names: readonly string[]): number | undefined {
  let sum: number | undefined;
  for (const line of text.split('\n')) {
    const [, name, value] = /^([\w:]+)(?:\{.*\})?\s+([-+.\deE]+)/.exec(line) ?? [];
    if (name !== undefined && names.includes(name) && Number.isFinite(Number(value))) sum = (sum ?? 0) + Number(value);
  }
  return sum;
}

/** Metrics of vLLM, SGLang, llama.cpp and TGI: calls that run, and that wait. */
const RUNNING = ['vllm:num_requests_running', 'sglang:num_running_reqs', 'llamacpp:requests_processing', 'tgi_batch_current_size'];
const WAITING = ['vllm:num_requests_waiting', 'sglang:num_queue_reqs', 'llamacpp:requests_deferred', 'tgi_queue_size'];

function member(body: string, name: string): number | undefined {
  const value = (JSON.parse(body) as Readonly<Record<string, unknown>> | null)?.[name];
  return typeof value === 'number' && value >= 1 ? value : undefined;
}

/** Where servers tell what they can take, and how to read it; undefined: it says nothing of the kind. */
const PAGES: readonly (readonly [path: string, read: (body: string) => ServerLoad | undefined])[] = [
  [
    '/metrics',
    (body) => {
      const [running, waiting] = [metric(body, RUNNING), metric(body, WAITING)];
      return running === undefined || waiting === undefined ? undefined : { running, waiting };
    },
  ],
  // llama.cpp; its metrics have to be switched on.
  ['/props', (body) => ({ slots: member(body, 'total_slots') })],
  [
    '/slots',
    (body) => {
      const slots = JSON.parse(body) as unknown;
      return Array.isArray(slots) && slots.length > 0 ? { slots: slots.length } : undefined;
    },
  ],
  // TGI: more are turned away.
  ['/info', (body) => ({ most: member(body, 'max_concurrent_requests') })],
];

const saysSomething = (load: ServerLoad | undefined): load is ServerLoad =>
  load !== undefined && Object.values(load).some((value) => value !== undefined);

/**
 * A function that asks a server how it stands: `/metrics` of vLLM, SGLang, llama.cpp and TGI, `/props` and `/slots` of llama.cpp,
 * `/info` of TGI. The page that answers first is asked from then on. Its result is undefined where none says anything.
 */
export function serverLoad(get: GetText): (signal?: AbortSignal) => Promise<ServerLoad | undefined> {
  let pages = PAGES;
  return async (signal) => {
    for (const page of pages) {
      const [path, read] = page;
      const { status, body } = await get(path, signal);
      if (status !== 200) continue;
      try {
        const load = read(body);
        if (!saysSomething(load)) continue;
        pages = [page];
        return load;
      } catch {
        // A page of another kind under this name: a start page, say.
      }
    }
    return undefined;
  };
}
