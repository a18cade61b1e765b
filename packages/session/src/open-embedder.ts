import { schemeOf, SdgError, type Catalog, type Embedder } from '@sdg/core';
import { aroundEmbedder, CallCache, httpEmbedder } from '@sdg/teacher';
import { apiKey, cacheFolder, tlsOf, type Environment } from './open-teacher.js';
import type { TeacherSpec } from './run-spec.js';

/** What of a spec says which embedder to open. */
export type EmbedderSpec = Pick<
  TeacherSpec,
  'embedder' | 'embeddingModel' | 'teacher' | 'apiKeyFile' | 'cache' | 'noCache' | 'replay' | 'tlsCa' | 'tlsCert' | 'tlsKey' | 'tlsInsecure'
>;

const forms = 'give http://HOST/v1 with --embedding-model ID, static:FOLDER, or onnx:FOLDER';

/** Whether two addresses lead to one server: a key is for the server that it was given for. */
function isSameServer(url: string, teacher: string | undefined): boolean {
  if (teacher === undefined || !/^https?:/i.test(teacher)) return true;
  // With the scheme: a key that was given for https goes to nobody in the clear.
  return teacher.split(',').some((one) => URL.canParse(one.trim()) && new URL(one.trim()).origin === new URL(url).origin);
}

async function openServer(url: string, spec: EmbedderSpec, env: Environment, onNotice?: (text: string) => void): Promise<Embedder> {
  const { embeddingModel: model, teacher } = spec;
  if (!URL.canParse(url)) throw new SdgError('usage', '--embedder names what is no URL', { remedy: forms });
  if (model === undefined) {
    throw new SdgError('usage', '--embedder names a server, and no model is named', { remedy: 'pass --embedding-model ID' });
  }
  const own = env['SDG_EMBEDDER_API_KEY']?.trim() || undefined;
  const key = own ?? (isSameServer(url, teacher) ? await apiKey(spec, env) : undefined);
  return httpEmbedder({ url, model, env, onNotice, tls: await tlsOf(spec), ...(key !== undefined && { apiKey: key }) });
}

/**
 * Opens the embedder that a spec names, by the scheme of its address; undefined where it names none. Vectors of servers
 * and ONNX models are kept beside the replies; static models are quicker than any store. `onNotice` is told what a user should know.
 *
 * @throws SdgError `usage` for an address that nobody knows, a folder without a model, a server without the name of one
 */
export async function openEmbedder(spec: EmbedderSpec, env: Environment, onNotice?: (text: string) => void): Promise<Embedder | undefined> {
  const { embedder: address, replay } = spec;
  if (address === undefined) return undefined;
  const scheme = schemeOf(address);
  if (scheme === 'static') return (await import('@sdg/local')).staticEmbedder(address, { onNotice });
  const open: Record<string, () => Promise<Embedder>> = {
    http: () => openServer(address, spec, env, onNotice),
    https: () => openServer(address, spec, env, onNotice),
    onnx: async () => (await import('@sdg/local')).onnxEmbedder(address, { onNotice }),
  };
  const inner = await open[scheme]?.();
  // It may hold a password.
  const shown = /[@?]/.test(address) ? ' names what' : ` "${address}"`;
  if (!inner) throw new SdgError('usage', `--embedder${shown} is no embedder`, { remedy: forms });
  const store = spec.noCache ? undefined : CallCache.open(cacheFolder(spec, env));
  const shares = scheme === 'onnx' ? { lanes: 1, batch: 256 } : {};
  return aroundEmbedder(inner, { store, replay, ...shares, onClose: async () => store?.close() });
}

/**
 * The embedder of a run; undefined where none of its blocks asks one, so that nothing is loaded for nobody.
 *
 * @throws SdgError `usage` where a block asks one and the spec names none
 */
export async function embedderFor(
  types: Iterable<string>,
  catalog: Catalog,
  spec: EmbedderSpec,
  env: Environment,
  onNotice?: (text: string) => void,
): Promise<Embedder | undefined> {
  const needing = [...types].find((type) => catalog.get(type)?.needsEmbedder);
  if (needing === undefined) return undefined;
  if (spec.embedder !== undefined) return openEmbedder(spec, env, onNotice);
  throw new SdgError('usage', `the pipeline has a block ${needing}, and no embedder is named`, {
    remedy: 'pass --embedder static:FOLDER, onnx:FOLDER or a URL with --embedding-model, or set SDG_EMBEDDER',
  });
}
