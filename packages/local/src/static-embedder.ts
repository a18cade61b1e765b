import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { SdgError, type Embedder } from '@sdg/core';
import { folderOf, identify, lengthWatch, openTokenizer, optionalJson } from './model-folder.js';
import { readSafetensors } from './safetensors.js';

/** Tokens of a text that are read where the folder does not say: as model2vec does. */
const MOST_TOKENS = 512;
/** Texts between two looks at the event loop. */
const AT_ONCE = 256;

export interface StaticEmbedderOptions {
  /** Told once that texts are longer than the model reads. */
  readonly onNotice?: ((text: string) => void) | undefined;
}

/** The length in the middle of all, or between the two there, as a whole number. */
function medianLength(tokens: readonly string[]): number {
  const lengths = Object.values(tokens)
    .map((token) => [...token].length)
    .sort((a, b) => a - b);
  const half = lengths.length >> 1;
  return Math.floor(lengths.length % 2 === 0 ? ((lengths[half - 1] ?? 0) + (lengths[half] ?? 0)) / 2 : lengths[half]!);
}

/** The folder with the tensors: sentence-transformers puts one into the other. */
const tensorFolder = (folder: string): string =>
  existsSync(join(folder, 'model.safetensors'))
    ? folder
    : ([join(folder, '0_StaticEmbedding')].find((inner) => existsSync(join(inner, 'model.safetensors'))) ?? folder);

/**
 * A static model in the form of model2vec: a vector for every token of the vocabulary, the mean of a text's tokens its
 * vector (M. Tulkens and T. van Dongen, Model2Vec, 2024). Nothing but arithmetic, so thousands of texts a second on one
 * processor. The folder holds `tokenizer.json` and `model.safetensors` with `embeddings`, perhaps `weights` and `mapping`, and perhaps
 * `config.json` with the tokens of a text that are read, `max_length`, 512 by default. Vectors are those of model2vec 0.10, at length 1.
 *
 * @throws SdgError `usage` where a file is missing, `config` where one is not of that form
 * @example const { vectors } = await (await staticEmbedder('static:potion-base-8M')).embed(['rivers', 'bread']);
 */
export async function staticEmbedder(address: string, options: StaticEmbedderOptions = {}): Promise<Embedder> {
  const { folder: given, name } = folderOf(address);
  const folder = tensorFolder(given);
  const file = join(folder, 'model.safetensors');
  const tokenizer = await openTokenizer(folder);
  const tensors = await readSafetensors(file, ['embeddings', 'embedding.weight', 'weights', 'mapping']);
  const embeddings = tensors.get('embeddings') ?? tensors.get('embedding.weight');
  const [rows = 0, dimensions = 0] = embeddings?.shape ?? [];
  if (!embeddings || embeddings.shape.length !== 2 || rows * dimensions === 0) {
    throw new SdgError('config', `${file} has no table "embeddings" of tokens by dimensions`, {
      remedy: 'give the folder of a static model in the form of model2vec; onnx:FOLDER is for others',
    });
  }
  const { values } = embeddings;
  const weights = tensors.get('weights')?.values;
  const mapping = tensors.get('mapping')?.values;
  const { max_length: length = MOST_TOKENS } = await optionalJson(folder, 'config.json');
  const most = typeof length === 'number' ? length : Infinity;
  // Long texts are cut before they are taken apart: half of the tokens are longer than the one in the middle.
  const mostChars = most * Math.max(1, medianLength(tokenizer.tokens));
  const watch = lengthWatch(name, most, options.onNotice);
  let tokens = 0;

  const vectorOf = (text: string): Float32Array => {
    const sum = new Float64Array(dimensions);
    const isCut = text.length > mostChars;
    const ids = tokenizer.words(
      isCut
        ? Array.from(text.slice(0, 2 * mostChars))
            .slice(0, mostChars)
            .join('')
        : text,
    );
    // Of a text that was cut by its characters nobody knows how many tokens it has.
    watch(isCut ? Infinity : ids.length);
    for (const id of ids.slice(0, most)) {
      if (id === tokenizer.unknown) continue;
      const row = mapping ? (mapping[id] ?? -1) : id;
      if (row < 0 || row >= rows) continue;
      const weight = weights?.[id] ?? 1;
      const start = row * dimensions;
      for (let i = 0; i < dimensions; i++) sum[i]! += weight * values[start + i]!;
      tokens++;
    }
    let squares = 0;
    for (let i = 0; i < dimensions; i++) squares += sum[i]! * sum[i]!;
    const length = Math.sqrt(squares) || 1;
    const vector = new Float32Array(dimensions);
    for (let i = 0; i < dimensions; i++) vector[i] = sum[i]! / length;
    return vector;
  };

  const id = `${name}@${await identify(file, join(folder, 'tokenizer.json'))}`;
  return {
    name,
    id,
    async embed(texts, { signal } = {}) {
      const before = tokens;
      const vectors: Float32Array[] = [];
      for (const text of texts) {
        if (vectors.length % AT_ONCE === AT_ONCE - 1) await new Promise((resolve) => setImmediate(resolve));
        signal?.throwIfAborted();
        vectors.push(vectorOf(text));
      }
      return { vectors, model: id, tokens: tokens - before };
    },
  };
}
