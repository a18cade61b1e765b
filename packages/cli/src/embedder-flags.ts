import type { Flag } from './command.js';

/** Flags that say what gives texts their place among meanings. */
export const embedderFlags = [
  {
    name: 'embedder',
    value: 'URL|static:FOLDER|onnx:FOLDER',
    env: ['SDG_EMBEDDER'],
    help: 'what tells how near texts are in meaning: a server, or a model in this process',
    more:
      'URL: an OpenAI-compatible server, with --embedding-model; its key may be in SDG_EMBEDDER_API_KEY. static:FOLDER: a model ' +
      'in the form of model2vec, thousands of texts a second. onnx:FOLDER: a model of sentences, where onnxruntime-node is ' +
      'installed. Vectors of servers and ONNX models are kept in the call cache',
  },
  { name: 'embedding-model', value: 'ID', env: ['SDG_EMBEDDING_MODEL'], help: 'model to ask the server of --embedder for' },
] as const satisfies readonly Flag[];
