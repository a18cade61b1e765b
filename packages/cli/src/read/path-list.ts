import { existsSync } from 'node:fs';
import { isFolder } from '../io/read-samples.js';

/** What stands in stdin, and the whole of it to read. */
interface PeekedStdin {
  readonly holds: 'ndjson' | 'paths';
  readonly stdin: NodeJS.ReadStream;
}

/** Seed samples as lines of JSON, or paths, one a line: told by whether one of the first lines is a file's name, or none could be JSON. */
export async function peekStdin(stdin: NodeJS.ReadStream, signal?: AbortSignal): Promise<PeekedStdin> {
  if (stdin.isTTY || (stdin === process.stdin && isFolder(0))) return { holds: 'ndjson', stdin };
  const { peek } = await import('@sdg/session');
  const { first, all } = await peek(stdin as AsyncIterable<Buffer | string>, signal);
  const lines = String(first ?? '')
    .split(/\r?\n|\0/)
    .slice(0, 20)
    .filter((line) => line.trim() !== '');
  const others = lines.filter((line) => !/^\s*[{[]/.test(line));
  const isPaths = others.some((line) => existsSync(line.trim())) || (others.length > 0 && others.length === lines.length);
  const holds = isPaths ? 'paths' : 'ndjson';
  return { holds, stdin: all as unknown as NodeJS.ReadStream };
}

/** Paths from stdin, one a line, or each ended by a zero byte as `find -print0` writes them. */
export async function* pathsFrom(stdin: NodeJS.ReadStream): AsyncGenerator<string> {
  let rest = '';
  const decoder = new TextDecoder('utf-8');
  for await (const bytes of stdin as AsyncIterable<Buffer | string>) {
    rest += typeof bytes === 'string' ? bytes : decoder.decode(bytes, { stream: true });
    const paths = rest.split(rest.includes('\0') ? '\0' : /\r?\n/);
    rest = paths.pop() ?? '';
    for (const path of paths) if (path !== '') yield path;
  }
  if (rest.trim() !== '') yield rest.trim();
}
