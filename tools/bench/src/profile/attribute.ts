import { existsSync, readFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { SourceMap, type SourceMapPayload } from 'node:module';

/** The parts of a run that CPU time is shared out to. */
export const layers = ['render', 'queue', 'http', 'parse', 'cache', 'read', 'write', 'streams', 'collection', 'other'] as const;
type Layer = (typeof layers)[number];
/** Microseconds of CPU by layer, as sampled. */
export type LayerShares = Readonly<Record<Layer, number>>;

/** A CPU profile of V8, as far as it is read here. */
interface Profile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number; readonly columnNumber: number };
    readonly children?: readonly number[];
  }[];
  readonly samples?: readonly number[];
  readonly timeDeltas?: readonly number[];
}

type Frame = Profile['nodes'][number]['callFrame'];

/** Files by layer, the first that fits: sources of the packages, and of what they stand on. */
const places: readonly (readonly [Layer, RegExp])[] = [
  [
    'render',
    /packages\/blocks\/src\/llm\/(prompt|request)|packages\/python\/src\/jinja\/|@huggingface\/jinja|packages\/teacher\/src\/dialect\//,
  ],
  ['parse', /packages\/blocks\/src\/llm\/parse-reply|packages\/python\/src\/regex\/|packages\/teacher\/src\/reply\//],
  ['cache', /packages\/teacher\/src\/(cache\/|outputs)|\/(lmdb|msgpackr|ordered-binary)\//],
  [
    'http',
    /packages\/teacher\/src\/http\/|\/undici\/|node:(net|http|tls|stream|dns|internal\/(streams|stream_base_commons|http|webstreams))|node:_http/,
  ],
  ['queue', /packages\/teacher\/src\/|\/(p-queue|p-timeout|eventemitter3)\//],
  ['write', /packages\/core\/src\/ndjson\/write/],
  ['read', /packages\/core\/src\/ndjson\/|node:fs|node:internal\/fs/],
  ['streams', /packages\/(core|pipeline|blocks|session|python|similarity|cli)\/(src|dist)\/|\/rxjs\//],
];

/** Source maps of the bundles that the frames of a profile lie in. */
const maps = new Map<string, SourceMap | undefined>();
function mapOf(url: string): SourceMap | undefined {
  if (!maps.has(url)) {
    const file = url.startsWith('file:') ? new URL(`${url}.map`) : undefined;
    maps.set(url, file && existsSync(file) ? new SourceMap(JSON.parse(readFileSync(file, 'utf8')) as SourceMapPayload) : undefined);
  }
  return maps.get(url);
}

/** The file that the function of a frame was written in: packages are bundled. */
function sourceOf({ url, lineNumber, columnNumber }: Frame): string {
  const entry = mapOf(url)?.findEntry(lineNumber, columnNumber);
  return entry && 'originalSource' in entry ? new URL(entry.originalSource, url).href : url;
}

/** Layers of functions, by where they are written. */
const known = new Map<string, Layer | undefined>();
function layerOfFrame(frame: Frame): Layer | undefined {
  const key = `${frame.url}:${frame.lineNumber}:${frame.columnNumber}`;
  if (!known.has(key)) {
    const source = sourceOf(frame);
    known.set(key, places.find(([, pattern]) => pattern.test(source))?.[0]);
  }
  return known.get(key);
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
    const { functionName } = node.callFrame;
    if (functionName === '(idle)') return undefined;
    if (functionName === '(garbage collector)') return 'collection';
    for (let at: number | undefined = id; at !== undefined; at = parent.get(at)) {
      const layer = layerOfFrame(byId.get(at)?.callFrame ?? node.callFrame);
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
