import { cpSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { staticEmbedder } from './static-embedder.js';
import { floats, folderWith, safetensors, wordTokenizer } from './test-support/static-model.js';

const words = ['[UNK]', 'river', 'stream', 'bread'];
const table = [9, 9, 1, 0, 0.8, 0.6, 0, 1];
const folder = (tensors: Parameters<typeof safetensors>[0]): string =>
  folderWith({ 'tokenizer.json': wordTokenizer(words), 'model.safetensors': safetensors(tensors) });
const embeddings = { dtype: 'F32', shape: [4, 2], bytes: floats(table) };
const rounded = (vectors: readonly Float32Array[]) => vectors.map((one) => [...one].map((value) => Math.round(value * 1e4) / 1e4));

describe('staticEmbedder', () => {
  it('gives the mean of the tokens it knows, at length 1', async () => {
    const embedder = await staticEmbedder(`static:${folder({ embeddings })}`);
    const { vectors, tokens } = await embedder.embed(['River', 'river bread', 'river zeppelin', 'zeppelin', '']);
    expect(rounded(vectors)).toEqual([
      [1, 0],
      [0.7071, 0.7071],
      [1, 0],
      [0, 0],
      [0, 0],
    ]);
    expect(tokens).toBe(4);
    const [river, stream, bread] = (await embedder.embed(['river', 'stream', 'bread'])).vectors;
    const near = (other: Float32Array): number => river!.reduce((sum, one, i) => sum + one * other[i]!, 0);
    expect(near(stream!)).toBeGreaterThan(near(bread!));
  });

  it('reads half floats, weights and a smaller table', async () => {
    // 1.0, 0.0, 0.0, 1.0 as binary16.
    const half = new Uint8Array(Uint16Array.of(0x3c00, 0, 0, 0x3c00).buffer);
    const at = folder({
      embeddings: { dtype: 'F16', shape: [2, 2], bytes: half },
      weights: { dtype: 'F32', shape: [4], bytes: floats([1, 3, 1, 4]) },
      mapping: { dtype: 'I32', shape: [4], bytes: new Uint8Array(Int32Array.of(0, 0, 0, 1).buffer) },
    });
    const { vectors } = await (await staticEmbedder(`static:${at}`)).embed(['river bread']);
    expect(rounded(vectors)).toEqual([[0.6, 0.8]]);
  });

  it('has another id with other weights', async () => {
    const one = await staticEmbedder(`static:${folder({ embeddings })}`);
    const other = await staticEmbedder(`static:${folder({ embeddings: { ...embeddings, bytes: floats([...table].reverse()) } })}`);
    expect(one.id?.split('@')[1]).not.toBe(other.id?.split('@')[1]);
  });

  it('takes a text without end', async () => {
    const notices: string[] = [];
    const embedder = await staticEmbedder(`static:${folder({ embeddings })}`, { onNotice: (text) => notices.push(text) });
    await embedder.embed(['river '.repeat(400)]);
    expect(notices).toEqual([]);
    const { vectors } = await embedder.embed([`${'river '.repeat(1e5)}bread`, 'river '.repeat(513)]);
    expect(rounded(vectors)).toEqual([
      [1, 0],
      [1, 0],
    ]);
    expect(notices).toEqual([expect.stringContaining('reads the first 512 tokens of a text, and some are longer')]);
  });

  // What model2vec 0.10 gives for these, at length 1.
  it('reads as many tokens as the folder says, unknown ones among them', async () => {
    const files = { 'tokenizer.json': wordTokenizer(words), 'model.safetensors': safetensors({ embeddings }) };
    const limited = folderWith({ ...files, 'config.json': '{"max_length": 3}' });
    const texts = ['river x y bread', 'river x bread', `🙂${' 🙂'.repeat(6)} bread`];
    const notices: string[] = [];
    const embedder = await staticEmbedder(`static:${limited}`, { onNotice: (text) => notices.push(text) });
    expect(rounded((await embedder.embed(texts)).vectors)).toEqual([
      [1, 0],
      [0.7071, 0.7071],
      [0, 0],
    ]);
    expect(notices).toEqual([expect.stringContaining('reads the first 3 tokens')]);
    const free = await staticEmbedder(`static:${folderWith({ ...files, 'config.json': '{"max_length": null}' })}`);
    expect(rounded((await free.embed([`bread${' x'.repeat(5000)} river`])).vectors)).toEqual([[0.7071, 0.7071]]);
  });

  it('takes letters of all scripts for letters, and a vocabulary of whole words', async () => {
    const known = ['[UNK]', 'stra\u00dfe', 'rue', 'brot'];
    const tokenizer = JSON.parse(wordTokenizer(known)) as { model: { type: string }; pre_tokenizer: unknown };
    const inner = { type: 'Sequence', pretokenizers: [{ type: 'Whitespace' }] };
    for (const changed of [tokenizer, { ...tokenizer, model: { ...tokenizer.model, type: 'WordLevel' }, pre_tokenizer: inner }]) {
      const at = folderWith({ 'tokenizer.json': JSON.stringify(changed), 'model.safetensors': safetensors({ embeddings }) });
      const { vectors } = await (
        await staticEmbedder(`static:${at}`)
      ).embed(['Stra\u00dfe, Brot', 'zeppelin \u00e9t\u00e9 brot', 'brot\u00e9']);
      expect(rounded(vectors)).toEqual([
        [0.7071, 0.7071],
        [0, 1],
        [0, 0],
      ]);
    }
  });

  it('splits a text where the normalizer of BERT sees white space', async () => {
    const tokenizer = {
      ...(JSON.parse(wordTokenizer(words)) as object),
      normalizer: { type: 'BertNormalizer', clean_text: true, handle_chinese_chars: true, strip_accents: null, lowercase: true },
      pre_tokenizer: { type: 'BertPreTokenizer' },
    };
    const at = folderWith({ 'tokenizer.json': JSON.stringify(tokenizer), 'model.safetensors': safetensors({ embeddings }) });
    const { vectors } = await (await staticEmbedder(`static:${at}`)).embed(['ri\ufeffver', 'river\u00a0bread', 'ri\u000bver\tbread']);
    expect(rounded(vectors)).toEqual([
      [1, 0],
      [0.7071, 0.7071],
      [0.7071, 0.7071],
    ]);
  });

  it('reads the folder of sentence-transformers', async () => {
    const at = mkdtempSync(join(tmpdir(), 'sdg-model-'));
    cpSync(folder({ 'embedding.weight': embeddings }), join(at, '0_StaticEmbedding'), { recursive: true });
    expect(rounded((await (await staticEmbedder(`static:${at}`)).embed(['bread'])).vectors)).toEqual([[0, 1]]);
  });

  it.each([
    ['no folder', async () => 'static:', 'names no folder'],
    ['a folder that is not there', async () => 'static:/nowhere', 'no tokenizer.json'],
    ['a folder without a model', async () => `static:${folderWith({ 'tokenizer.json': wordTokenizer(words) })}`, 'model.safetensors'],
    [
      'a file that is something else',
      async () => `static:${folderWith({ 'tokenizer.json': wordTokenizer(words), 'model.safetensors': 'version https://git-lfs' })}`,
      'does not begin as a safetensors file does',
    ],
    ['a model of another kind', async () => `static:${folder({ 'layer.weight': embeddings })}`, 'no table "embeddings"'],
    ['a tokenizer that is none', async () => `static:${folderWith({ 'tokenizer.json': '{}' })}`, 'no tokenizer'],
    ['a file that is cut short', async () => `static:${folder({ embeddings: { ...embeddings, bytes: floats([1, 2]) } })}`, 'cut short'],
  ])('says what is wrong with %s', async (_what, address, message) => {
    await expect(staticEmbedder(await address())).rejects.toThrow(message);
  });
});
