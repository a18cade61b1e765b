import { attempt, SdgError } from '@sdg/values';
import { headOfLong, longLine } from '../files/line-blocks.js';
import { openFile } from '../sources/open-source.js';
import type { EvaluationText } from '../treat/contamination.js';

/** An evaluation file and how many words in a row make an overlap with it. */
interface EvaluationFile {
  readonly path: string;
  readonly ngram?: number | undefined;
}

/** Every text in a value, in order, however deep: without a call within a call, which has an end. */
function textsIn(value: unknown): string[] {
  const found: string[] = [];
  const open = [value];
  while (open.length > 0) {
    const one = open.pop();
    if (typeof one === 'string') found.push(one);
    else if (typeof one === 'object' && one !== null) for (const item of Object.values(one).reverse()) open.push(item);
  }
  return found;
}

/** Characters of an item that a message shows. */
const SHOWN = 60;

/**
 * Every text of evaluation files, whatever their columns, and what to call the items that they are of; lines that are not JSON count as
 * text. Fails with `bad-input` for a file without any.
 */
export async function evaluationTexts(files: readonly EvaluationFile[]): Promise<{ texts: EvaluationText[]; items: string[] }> {
  const texts: EvaluationText[] = [];
  const items: string[] = [];
  for (const { path, ngram } of files) {
    const source = await openFile(path);
    let number = 0;
    const before = texts.length;
    for await (const { bytes } of source.blocks()) {
      for (const line of bytes.toString('utf8').split('\n')) {
        if (line.trim() === '') continue;
        number++;
        if (headOfLong(line) !== undefined) throw longLine(path);
        const found = textsIn(attempt(() => JSON.parse(line) as unknown, line));
        const longest = found
          .reduce((a, b) => (b.length > a.length ? b : a), '')
          .replaceAll(/\s+/g, ' ')
          .trim();
        const item = items.push(`${path}:${number} "${longest.length > SHOWN ? `${longest.slice(0, SHOWN)}…` : longest}"`) - 1;
        for (const text of found) texts.push({ text, item, ...(ngram !== undefined && { ngram }) });
      }
    }
    if (texts.length === before) {
      throw new SdgError('bad-input', 'it has no text that rows could be compared with', {
        place: { file: path },
        remedy: 'name a file of evaluation items, or leave it out',
      });
    }
  }
  return { texts, items };
}
