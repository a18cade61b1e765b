import { createWriteStream, existsSync, linkSync, statSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { Random } from '@sdg/core';
import ndjson from 'ndjson';
import type { BenchContext } from './context.js';

const WORDS = (
  'water stone light letter river market winter garden engine signal harbour teacher bridge copper paper night season answer ' +
  'question village number garment morning pattern island voice'
).split(' ');

/**
 * A file of chat rows of about a kilobyte each, as training sets have them; made once for each size. `random` texts, so
 * that no row is like another.
 */
export async function chatRows(context: BenchContext, bytes: number): Promise<string> {
  const file = context.path('datasets', `rows-${bytes}.jsonl`);
  if (existsSync(file) && statSync(file).size >= bytes) return file;
  context.note(`  writing ${Math.round(bytes / 1e6)} MB of rows`);
  const random = new Random('bench rows', bytes);
  const [lines, stream] = [ndjson.stringify(), createWriteStream(file)];
  lines.pipe(stream);
  const sentence = (words: number): string => Array.from({ length: words }, () => WORDS[random.below(WORDS.length)]).join(' ');
  const sentences = Array.from({ length: 4096 }, () => sentence(12));
  const text = (parts: number): string => Array.from({ length: parts }, () => sentences[random.below(sentences.length)]).join('. ');
  // What has been written lags behind what was handed over by the buffers of two streams: that many bytes too many.
  for (let row = 0; stream.bytesWritten + stream.writableLength < bytes; row++) {
    const messages = [
      { role: 'user', content: `${text(2)} number ${row}?` },
      { role: 'assistant', content: `${text(3 + random.below(12))}.` },
    ];
    if (!lines.write({ messages, metadata: JSON.stringify({ dataset: 'bench', row: row % 7 }), id: `row-${row}` })) {
      await once(lines, 'drain');
    }
  }
  lines.end();
  await once(stream, 'close');
  return file;
}

/** Five names for one file, and a recipe that mixes them by weight. */
export function fiveSources(context: BenchContext, file: string, total: number): { recipe: string; files: string[] } {
  const weights = [0.3, 0.25, 0.2, 0.15, 0.1];
  const files = weights.map((_, i) => context.path('datasets', `source-${i}-${statSync(file).size}.jsonl`));
  for (const name of files) if (!existsSync(name)) linkSync(file, name);
  const recipe = context.path('datasets', `five-${statSync(file).size}-${total}.yaml`);
  const datasets = files.map((path, i) => `  - path: ${path}\n    weight: ${weights[i]}\n`).join('');
  writeFileSync(recipe, `total_samples: ${total}\nsys_prompt: You are a helpful assistant.\ndatasets:\n${datasets}`);
  return { recipe, files };
}
