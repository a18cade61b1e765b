import { type Flag, text } from './command.js';

/** Flags that say what gives texts their place among meanings. */
export const embedderFlags = [
  text('embedder', 'URL|static:FOLDER|onnx:FOLDER', 'what tells how near texts are in meaning: a server, or a model in this process', {
    env: ['SDG_EMBEDDER'],
    more:
      'URL: an OpenAI-compatible server, with --embedding-model; its key may be in SDG_EMBEDDER_API_KEY. static:FOLDER: a model ' +
      'in the form of model2vec, thousands of texts a second. onnx:FOLDER: a model of sentences, where onnxruntime-node is ' +
      'installed. Vectors of servers and ONNX models are kept in the call cache',
  }),
  text('embedding-model', 'ID', 'model to ask the server of --embedder for', { env: ['SDG_EMBEDDING_MODEL'] }),
] as const satisfies readonly Flag[];
