import { Session } from 'node:inspector/promises';

/** The parts of a run that CPU time is shared out to. */
export const layers = ['render', 'queue', 'http', 'parse', 'cache', 'read', 'write', 'streams', 'collection', 'other'] as const;
export type Layer = (typeof layers)[number];
/** Microseconds of CPU by layer, as sampled. */
export type LayerShares = Readonly<Record<Layer, number>>;

/** A CPU profile of V8, as far as it is read here. */
export interface Profile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string };
    readonly children?: readonly number[];
  }[];
  readonly samples?: readonly number[];
  readonly timeDeltas?: readonly number[];
}

/** Files by layer, the first that fits: paths of the compiled packages and of what they stand on. */
const places: readonly (readonly [Layer, RegExp])[] = [
  ['render', /packages\/blocks\/dist\/(jinja\/|llm\/(prompt|request))|@huggingface\/jinja|packages\/teacher\/dist\/dialect\//],
  ['parse', /packages\/blocks\/dist\/(llm\/parse-reply|regex\/)/],
  ['cache', /packages\/teacher\/dist\/(cache\/|outputs)|\/(lmdb|msgpackr|ordered-binary)\//],
  [
    'http',
    /packages\/teacher\/dist\/http\/|\/undici\/|node:(net|http|tls|stream|dns|internal\/(streams|stream_base_commons|http|webstreams))|node:_http/,
  ],
  ['queue', /packages\/teacher\/dist\/|\/(p-queue|p-timeout|eventemitter3)\//],
  ['write', /packages\/core\/dist\/ndjson\/write/],
  ['read', /packages\/core\/dist\/ndjson\/|node:fs|node:internal\/fs/],
  ['streams', /packages\/(core|pipeline|blocks|cli)\/dist\/|\/rxjs\//],
];

const cache = new Map<string, Layer | undefined>();
function layerOfUrl(url: string): Layer | undefined {
  if (!cache.has(url)) cache.set(url, places.find(([, pattern]) => pattern.test(url))?.[0]);
  return cache.get(url);
}

/**
 * Shares out the samples of a profile: each to the nearest frame of its stack that belongs to a layer, so that
 * `JSON.stringify` counts where it was called. Idle time does not count.
 */
export function attribute({ nodes, samples = [], timeDeltas = [] }: Profile): LayerShares {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parent = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)));
  const layerOf = new Map<number, Layer | undefined>();
  const find = (id: number): Layer | undefined => {
    const node = byId.get(id);
    if (!node) return 'other';
    const { functionName, url } = node.callFrame;
    if (functionName === '(idle)') return undefined;
    if (functionName === '(garbage collector)') return 'collection';
    for (let at: number | undefined = id; at !== undefined; at = parent.get(at)) {
      const layer = layerOfUrl(byId.get(at)?.callFrame.url ?? url);
      if (layer) return layer;
    }
    return 'other';
  };
  const shares = Object.fromEntries(layers.map((layer) => [layer, 0])) as Record<Layer, number>;
  for (const [i, id] of samples.entries()) {
    if (!layerOf.has(id)) layerOf.set(id, find(id));
    const layer = layerOf.get(id);
    if (layer) shares[layer] += Math.max(0, timeDeltas[i] ?? 0);
  }
  return shares;
}

/** Runs `work` under the sampling profiler of V8 and says which part of the program its CPU time went to. */
export async function profiled(work: () => Promise<void>): Promise<LayerShares> {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: 500 });
  await session.post('Profiler.start');
  await work();
  const { profile } = await session.post('Profiler.stop');
  session.disconnect();
  return attribute(profile as Profile);
}
