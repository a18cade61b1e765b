import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { SdgError, type Embedder } from '@sdg/core';
import { folderOf, identify, lengthWatch, openTokenizer, optionalJson } from './model-folder.js';
import { poolingOf } from './pooling.js';
import { loadOptionalLibrary } from './optional-library.js';

/** The version of onnxruntime-node that this package was tried with. */
export const ONNX_VERSION = '1.30.0';

interface OnnxTensor {
  readonly data: ArrayLike<number>;
  readonly dims: readonly number[];
}

/** The part of onnxruntime-node that is used here. The library is optional, so its types cannot be imported. */
export interface OnnxLibrary {
  readonly InferenceSession: {
    create(file: string, options?: Readonly<Record<string, unknown>>): Promise<OnnxSession>;
  };
  readonly Tensor: new (type: 'int64', data: BigInt64Array, dims: readonly number[]) => OnnxTensor;
}

interface OnnxSession {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  run(inputs: Readonly<Record<string, OnnxTensor>>): Promise<Readonly<Record<string, OnnxTensor>>>;
  release?(): Promise<void>;
}

export interface OnnxEmbedderOptions {
  /** Default: onnxruntime-node, as it is installed. */
  readonly library?: OnnxLibrary | undefined;
  /** Told once that texts are longer than the model reads. */
  readonly onNotice?: ((text: string) => void) | undefined;
}

/** Texts at once, each on one processor: two that share the work of a text spend twice the time. */
const LANES = Math.min(4, availableParallelism());
/** Tokens of a text that are read, where the folder does not say. */
const MOST_TOKENS = 256;

async function loadOnnxLibrary(): Promise<OnnxLibrary> {
  const loaded = (await loadOptionalLibrary({
    name: 'onnxruntime-node',
    entry: 'dist/index.js',
    neededBy: '--embedder onnx:',
    install: `npm install --ignore-scripts onnxruntime-node@${ONNX_VERSION} (about 290 MB: it holds the binaries of all platforms)`,
  })) as OnnxLibrary & { readonly default?: OnnxLibrary };
  return loaded.default ?? loaded;
}

/** Where exporters put the model. */
function modelFile(folder: string): string {
  const names = ['model.onnx', 'onnx/model.onnx', 'model_quantized.onnx', 'onnx/model_quantized.onnx'];
  const found = names.map((name) => join(folder, name)).find((file) => existsSync(file));
  if (found !== undefined) return found;
  throw new SdgError('usage', `${folder} has no model.onnx`, {
    remedy: `give the folder of a model that was exported to ONNX: ${names.join(', ')}`,
  });
}

/**
 * A model of sentences in this process, by ONNX Runtime: a folder with `model.onnx` and `tokenizer.json`, as
 * sentence-transformers exports it. Texts go through one by one: a quantised model gives a text that goes with others
 * another vector.
 *
 * @throws SdgError `usage` where the library or a file is missing, `config` for a model that takes or gives something else
 * @example const { vectors } = await (await onnxEmbedder('onnx:all-MiniLM-L6-v2')).embed(['rivers', 'bread']);
 */
export async function onnxEmbedder(address: string, options: OnnxEmbedderOptions = {}): Promise<Embedder> {
  const { folder, name } = folderOf(address);
  const { InferenceSession, Tensor } = options.library ?? (await loadOnnxLibrary());
  const file = modelFile(folder);
  const tokenizer = await openTokenizer(folder);
  const { max_seq_length: length } = await optionalJson(folder, 'sentence_bert_config.json');
  const pooled = await poolingOf(folder);
  const most = typeof length === 'number' ? length : (tokenizer.truncation ?? MOST_TOKENS);
  const unusable = (what: string, cause?: unknown): SdgError =>
    new SdgError('config', `${file}: ${what}`, { remedy: 'give a model of sentences, as sentence-transformers exports it', cause });
  let session: OnnxSession;
  try {
    session = await InferenceSession.create(file, { logSeverityLevel: 3, intraOpNumThreads: 1 });
  } catch (error) {
    throw unusable(`the model does not load: ${(error as Error).message.split('\n')[0]}`, error);
  }
  const output = ['sentence_embedding', 'last_hidden_state', 'token_embeddings'].find((one) => session.outputNames.includes(one));
  const known = ['input_ids', 'attention_mask', 'token_type_ids'];
  const strange = session.inputNames.filter((one) => !known.includes(one));
  if (output === undefined) throw unusable(`it gives ${session.outputNames.join(', ')}, and no embedding`);
  if (strange.length > 0) throw unusable(`it wants ${strange.join(', ')}, beside the tokens of a text`);
  const watch = lengthWatch(name, most, options.onNotice);
  const id = `${name}@${await identify(file, join(folder, 'tokenizer.json'))}`;

  const vectorOf = async (text: string): Promise<{ vector: Float32Array; count: number }> => {
    const all = tokenizer.whole(text);
    watch(all.length);
    // What is too long loses its end, but not the token that stands for the end.
    const ids = all.length > most ? [...all.slice(0, most - 1), all.at(-1)!] : all;
    const tensor = (valueOf: (token: number) => number) =>
      new Tensor(
        'int64',
        BigInt64Array.from(ids, (token) => BigInt(valueOf(token))),
        [1, ids.length],
      );
    const inputs = { input_ids: tensor((token) => token), attention_mask: tensor(() => 1), token_type_ids: tensor(() => 0) };
    const given = await session.run(Object.fromEntries(Object.entries(inputs).filter(([one]) => session.inputNames.includes(one))));
    return { vector: pooled(given[output]!), count: ids.length };
  };

  return {
    name,
    id,
    async embed(texts, { signal } = {}) {
      const vectors: Float32Array[] = [];
      let [tokens, next] = [0, 0];
      const lane = async (): Promise<void> => {
        while (next < texts.length) {
          signal?.throwIfAborted();
          const at = next++;
          const { vector, count } = await vectorOf(texts[at]!);
          vectors[at] = vector;
          tokens += count;
        }
      };
      await Promise.all(Array.from({ length: Math.min(LANES, texts.length) }, lane));
      return { vectors, model: id, tokens };
    },
    close: async () => session.release?.(),
  };
}
