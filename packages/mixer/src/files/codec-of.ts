export type Codec = 'gzip' | 'zstd';

/** The compression a file name asks for, and the name without its suffix. */
export function codecOf(path: string): { codec: Codec | undefined; bare: string } {
  const match = /\.(gz|gzip|zst|zstd)$/i.exec(path);
  if (!match) return { codec: undefined, bare: path };
  return { codec: match[1]!.toLowerCase().startsWith('g') ? 'gzip' : 'zstd', bare: path.slice(0, match.index) };
}
