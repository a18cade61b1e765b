import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Random } from '@sdg/core';
import { staticEmbedder } from '@sdg/local';

interface EmbedTextsInput {
  readonly texts: number;
  /** An empty folder. */
  readonly folder: string;
}

/** As large as a small model of model2vec. */
const [WORDS, DIMENSIONS, WORDS_A_TEXT, AT_ONCE] = [30_000, 256, 40, 256];

/** A static model: a table of random numbers, and a tokenizer of as many words. */
function writeModel(folder: string): string[] {
  const random = new Random('static model');
  const words = ['[UNK]', ...Array.from({ length: WORDS - 1 }, (_, i) => `w${i.toString(36)}`)];
  const shape = [WORDS, DIMENSIONS];
  const values = Float32Array.from({ length: WORDS * DIMENSIONS }, () => random.float() - 0.5);
  const header = Buffer.from(JSON.stringify({ embeddings: { dtype: 'F32', shape, data_offsets: [0, values.byteLength] } }));
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(header.length));
  writeFileSync(join(folder, 'model.safetensors'), Buffer.concat([size, header, Buffer.from(values.buffer)]));
  const tokenizer = {
    ...{ version: '1.0', truncation: null, padding: null, added_tokens: [], post_processor: null, decoder: null },
    normalizer: { type: 'BertNormalizer', clean_text: true, handle_chinese_chars: true, strip_accents: null, lowercase: true },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    model: {
      ...{ type: 'WordPiece', unk_token: '[UNK]', continuing_subword_prefix: '##', max_input_chars_per_word: 100 },
      vocab: Object.fromEntries(words.map((word, i) => [word, i])),
    },
  };
  writeFileSync(join(folder, 'tokenizer.json'), JSON.stringify(tokenizer));
  return words;
}

/** Vectors of texts by a static model; CPU without that of loading it. */
export default async function embedTexts({ texts, folder }: EmbedTextsInput): Promise<{ cpuS: number }> {
  const words = writeModel(folder);
  const embedder = await staticEmbedder(`static:${folder}`);
  const random = new Random('texts');
  const all = Array.from({ length: texts }, () => Array.from({ length: WORDS_A_TEXT }, () => random.pick(words)).join(' '));
  const before = process.cpuUsage();
  for (let i = 0; i < texts; i += AT_ONCE) await embedder.embed(all.slice(i, i + AT_ONCE));
  const { user, system } = process.cpuUsage(before);
  return { cpuS: (user + system) / 1e6 };
}
