import { readFileSync } from 'node:fs';
import { chunkDocument, readDocument } from '@sdg/documents';

interface ChunkTextInput {
  /** Markdown file. */
  readonly file: string;
  /** How often it is chunked. */
  readonly times: number;
}

/** Parses and chunks Markdown, the first time for warming up. Gives megabytes a second of CPU. */
export default async function chunkText({ file, times }: ChunkTextInput): Promise<{ chunks: number; megabytesPerSecond: number }> {
  const bytes = readFileSync(file);
  const chunk = async (): Promise<number> => chunkDocument((await readDocument(file, bytes)).blocks).length;
  let chunks = await chunk();
  const before = process.cpuUsage();
  for (let i = 0; i < times; i++) chunks = await chunk();
  const { user, system } = process.cpuUsage(before);
  return { chunks, megabytesPerSecond: (bytes.length * times) / (user + system) };
}
