import { type ConfigFile, escapeRegex, type Place } from '@sdg/core';
import { type YamlPath, YamlSource } from '@sdg/config';

const TAG = /\{[{%][^]*?[%}]\}/g;

/** Offset of a name inside the tags of a Jinja template, or −1. */
function offsetInTemplate(text: string, name: string): number {
  const word = new RegExp(`(?<![\\w.])${escapeRegex(name)}(?!\\w)`);
  for (const match of text.matchAll(TAG)) {
    const index = match[0].search(word);
    if (index !== -1) return match.index + index;
  }
  return -1;
}

/** The path of the first key or text in a config that is, or as a template names, a column. */
function pathInConfig(value: unknown, name: string, path: YamlPath): YamlPath | undefined {
  if (typeof value === 'string') return value === name || offsetInTemplate(value, name) !== -1 ? path : undefined;
  for (const [key, item] of Object.entries(value ?? {})) {
    const inner = [...path, Array.isArray(value) ? Number(key) : key];
    if (key === name) return inner;
    const found = pathInConfig(item, name, inner);
    if (found) return found;
  }
  return undefined;
}

/** Where a block names a column: in one of its prompts, else in its config, else where the config begins. */
export function findUse(
  name: string,
  source: Pick<YamlSource, 'placeOf' | 'placeOfKey'>,
  base: YamlPath,
  config: unknown,
  files: readonly ConfigFile[],
): Place {
  for (const { file, text } of files) {
    const offset = offsetInTemplate(text, name);
    if (offset !== -1) return new YamlSource(text, file).placeAt(offset);
  }
  const path = pathInConfig(config, name, base);
  return path ? source.placeOfKey(path) : source.placeOf(base);
}
