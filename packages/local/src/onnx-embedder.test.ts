import { mkdirSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { onnxEmbedder, type OnnxLibrary } from './onnx-embedder.js';
import { folderWith, wordTokenizer } from './test-support/static-model.js';

const files = { 'tokenizer.json': wordTokenizer(['[UNK]', 'a', 'b', 'c']), 'model.onnx': 'weights' };
const rounded = (vectors: readonly Float32Array[]) => vectors.map((one) => [...one].map((value) => Math.round(value * 1e4) / 1e4));

/** A model that gives a token the vector (its number, 1), or the same for the whole text. */
function library(outputNames = ['last_hidden_state'], inputNames = ['input_ids', 'attention_mask']) {
  const seen: string[][] = [];
  const made: OnnxLibrary = {
    Tensor: function (_type: 'int64', data: BigInt64Array, dims: readonly number[]) {
      return { data, dims };
    } as unknown as OnnxLibrary['Tensor'],
    InferenceSession: {
      create: async () => ({
        inputNames,
        outputNames,
        async run(inputs) {
          seen.push(Object.keys(inputs));
          const ids = [...(inputs['input_ids']!.data as unknown as BigInt64Array)].map(Number);
          const data = outputNames[0] === 'sentence_embedding' ? [ids.length, 0] : ids.flatMap((id) => [id, 1]);
          return { [outputNames[0]!]: { data, dims: outputNames[0] === 'sentence_embedding' ? [1, 2] : [1, ids.length, 2] } };
        },
      }),
    },
  };
  return { made, seen };
}

it('takes the mean of the tokens, one text at a time, and gives the model what it wants', async () => {
  const { made, seen } = library();
  const embedder = await onnxEmbedder(`onnx:${folderWith(files)}`, { library: made });
  const { vectors, tokens } = await embedder.embed(['a', 'a c']);
  expect(rounded(vectors)).toEqual([
    [0.7071, 0.7071],
    [0.8944, 0.4472],
  ]);
  expect([tokens, seen]).toEqual([
    3,
    [
      ['input_ids', 'attention_mask'],
      ['input_ids', 'attention_mask'],
    ],
  ]);
});

it('cuts long texts and says so once, and takes a vector that is one already', async () => {
  const notices: string[] = [];
  const at = folderWith({ ...files, 'sentence_bert_config.json': '{"max_seq_length": 2}' });
  const embedder = await onnxEmbedder(`onnx:${at}`, { library: library().made, onNotice: (text) => notices.push(text) });
  const { vectors, tokens } = await embedder.embed(['a b', 'a b c', 'a a c']);
  expect([rounded(vectors).slice(1), tokens]).toEqual([
    [
      [0.8944, 0.4472],
      [0.8944, 0.4472],
    ],
    6,
  ]);
  expect(notices).toEqual([expect.stringMatching(/^onnx:.* reads the first 2 tokens of a text, and some are longer/)]);
  const whole = await onnxEmbedder(`onnx:${folderWith(files)}`, { library: library(['sentence_embedding']).made });
  expect(rounded((await whole.embed(['a b'])).vectors)).toEqual([[1, 0]]);
});

/** Of three tokens with the vectors (1, 1), (2, 1) and (3, 1). */
it.each([
  ['{"pooling_mode_cls_token": true}', [0.7071, 0.7071]],
  ['{"pooling_mode_mean_tokens": true, "pooling_mode_cls_token": false}', [0.8944, 0.4472]],
  ['{"pooling_mode_lasttoken": true}', [0.9487, 0.3162]],
  ['{"pooling_mode_weightedmean_tokens": true}', [0.9191, 0.3939]],
  ['{"pooling_mode_max_tokens": true}', [0.9487, 0.3162]],
  ['{"pooling_mode": "cls"}', [0.7071, 0.7071]],
  ['{"pooling_mode_cls_token": true, "pooling_mode_mean_tokens": true}', 'pooled by cls and mean, which is not known'],
  ['{"pooling_mode": "attention"}', 'pooled by attention'],
  ['{"pooling_mode_cls', 'config.json cannot be read'],
])('pools as %s says', async (config, expected) => {
  const at = folderWith(files);
  mkdirSync(`${at}/1_Pooling`);
  writeFileSync(`${at}/1_Pooling/config.json`, config);
  const embedded = onnxEmbedder(`onnx:${at}`, { library: library().made }).then((embedder) => embedder.embed(['a b c']));
  if (typeof expected === 'string') await expect(embedded).rejects.toThrow(expected);
  else expect(rounded((await embedded).vectors)).toEqual([expected]);
});

it('refuses a model that is no embedder, and a folder without one', async () => {
  const open = (made: OnnxLibrary, at = folderWith(files)) => onnxEmbedder(`onnx:${at}`, { library: made });
  await expect(open(library(['logits']).made)).rejects.toThrow('it gives logits, and no embedding');
  await expect(open(library(undefined, ['pixel_values']).made)).rejects.toThrow('it wants pixel_values');
  await expect(open(library().made, folderWith({ 'tokenizer.json': '{}' }))).rejects.toThrow('has no model.onnx');
});

it('says how to install the library where it is not', async () => {
  await expect(onnxEmbedder(`onnx:${folderWith(files)}`)).rejects.toThrow(/npm install .*onnxruntime-node@\d.* 290 MB/);
});
