import { openFile } from '../sources/open-source.js';

/** Every text in a value, however deep. */
function* textsIn(value: unknown): Generator<string> {
  if (typeof value === 'string') yield value;
  else if (typeof value === 'object' && value !== null) for (const item of Object.values(value)) yield* textsIn(item);
}

/** Every text of an evaluation file, whatever its columns; lines that are not JSON count as text. */
export async function evaluationTexts(file: string): Promise<string[]> {
  const texts: string[] = [];
  const source = await openFile(file);
  for await (const { bytes } of source.blocks()) {
    for (const line of bytes.toString('utf8').split('\n')) {
      if (line.trim() === '') continue;
      try {
        texts.push(...textsIn(JSON.parse(line)));
      } catch {
        texts.push(line);
      }
    }
  }
  return texts;
}
