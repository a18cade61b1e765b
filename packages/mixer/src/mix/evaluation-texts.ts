import { openFile } from '../sources/open-source.js';
import type { EvaluationText } from '../treat/contamination.js';

/** An evaluation file and how many words in a row make an overlap with it. */
export interface EvaluationFile {
  readonly path: string;
  readonly ngram?: number | undefined;
}

/** Every text in a value, however deep. */
function* textsIn(value: unknown): Generator<string> {
  if (typeof value === 'string') yield value;
  else if (typeof value === 'object' && value !== null) for (const item of Object.values(value)) yield* textsIn(item);
}

/** Characters of an item that a message shows. */
const SHOWN = 60;

function parsed(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return line;
  }
}

/**
 * Every text of evaluation files, whatever their columns, and what to call the items that they are of; lines that are not JSON count as
 * text.
 */
export async function evaluationTexts(files: readonly EvaluationFile[]): Promise<{ texts: EvaluationText[]; items: string[] }> {
  const texts: EvaluationText[] = [];
  const items: string[] = [];
  for (const { path, ngram } of files) {
    const source = await openFile(path);
    let number = 0;
    for await (const { bytes } of source.blocks()) {
      for (const line of bytes.toString('utf8').split('\n')) {
        if (line.trim() === '') continue;
        number++;
        const found = [...textsIn(parsed(line))];
        const longest = found
          .reduce((a, b) => (b.length > a.length ? b : a), '')
          .replaceAll(/\s+/g, ' ')
          .trim();
        const item = items.push(`${path}:${number} "${longest.length > SHOWN ? `${longest.slice(0, SHOWN)}…` : longest}"`) - 1;
        for (const text of found) texts.push({ text, item, ...(ngram !== undefined && { ngram }) });
      }
    }
  }
  return { texts, items };
}
