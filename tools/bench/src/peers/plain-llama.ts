import { cpSync, existsSync } from 'node:fs';
import { basename, join } from 'node:path';

/** The build of ggml, among those that node-llama-cpp picks from, with the instructions that the wheel of the server was compiled for. */
const PLAIN = 'libggml-cpu-haswell.so';

/**
 * A copy of node-llama-cpp that computes by AVX2 alone, as the server does: wider registers add up in another order, and where two tokens
 * are almost as likely, another one comes first.
 * @param modules the `node_modules` that hold the library
 * @param into where the copy goes
 * @returns its `node_modules`; undefined where the platform has no such build
 */
export function plainLlama(modules: string, into: string): string | undefined {
  if (!existsSync(join(modules, '@node-llama-cpp/linux-x64/bins/linux-x64', PLAIN))) return undefined;
  const isOther = (file: string): boolean => basename(file).startsWith('libggml-cpu-') && basename(file) !== PLAIN;
  cpSync(modules, into, { recursive: true, filter: (file) => !isOther(file) });
  return into;
}
