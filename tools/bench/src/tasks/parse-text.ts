import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { chunkDocument, readDocument } from '@sdg/documents';

interface ParseTextInput {
  /** Markdown or HTML. */
  readonly file: string;
  /** `sdg` reads the file and cuts it into chunks; `parser` only parses it, with marked or rehype-parse. */
  readonly by: 'sdg' | 'parser';
}

/** Seconds of CPU that a file takes, the loading of the library included, as whoever starts it on one file sees it. */
export default async function parseText({ file, by }: ParseTextInput): Promise<{ seconds: number; size: number }> {
  const bytes = readFileSync(file);
  const before = process.cpuUsage();
  let size: number;
  if (by === 'sdg') size = chunkDocument((await readDocument(file, bytes)).blocks).length;
  else if (extname(file) === '.md') size = (await import('marked')).marked.parse(bytes.toString('utf8'), { async: false }).length;
  else {
    const [{ unified }, { default: rehypeParse }] = await Promise.all([import('unified'), import('rehype-parse')]);
    size = unified().use(rehypeParse).parse(bytes.toString('utf8')).children.length;
  }
  const { user, system } = process.cpuUsage(before);
  return { seconds: (user + system) / 1e6, size };
}
