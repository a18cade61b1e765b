import type { Finding, Place } from '@sdg/values';
import {
  composeYaml,
  constructYaml,
  CORE,
  findUnprintable,
  type MappingNode,
  scanYaml,
  type Token,
  type YamlNode,
  YamlSyntaxError,
} from '@sdg/python/yaml';

/** A path into a YAML document: keys and 0-based indices. */
export type YamlPath = readonly (string | number)[];

/** `seed_examples[2].question`, as people write it. */
export function formatYamlPath(path: YamlPath): string {
  return path.map((part, i) => (typeof part === 'number' ? `[${part}]` : i === 0 ? part : `.${part}`)).join('');
}

type Pair = MappingNode['pairs'][number];
const MERGE = `${CORE}merge`;

/** Pairs of each mapping by key, found on first use. */
const indexes = new WeakMap<MappingNode, ReadonlyMap<string, Pair>>();

/** Of equal keys the last one, as the last one wins. */
function indexOf(node: MappingNode): ReadonlyMap<string, Pair> {
  const known = indexes.get(node);
  if (known) return known;
  const index = new Map(
    node.pairs.flatMap((pair) => (pair[0].kind === 'scalar' && pair[0].tag !== MERGE ? [[pair[0].value, pair] as const] : [])),
  );
  indexes.set(node, index);
  return index;
}

/** The pair with this key; `<<` is looked through where the mapping has none. */
function pairOf(node: MappingNode, key: string, seen = new Set<YamlNode>()): Pair | undefined {
  if (seen.has(node)) return undefined;
  seen.add(node);
  const own = indexOf(node).get(key);
  if (own) return own;
  for (const [name, from] of node.pairs) {
    if (name.tag !== MERGE) continue;
    for (const value of from.kind === 'sequence' ? from.items : [from]) {
      const pair = value.kind === 'mapping' ? pairOf(value, key, seen) : undefined;
      if (pair) return pair;
    }
  }
  return undefined;
}

/**
 * A YAML file that knows where everything in it stands. YAML 1.1, as PyYAML's safe loader reads it, because that is what
 * the files of InstructLab were written for. Line breaks of any kind are read as line feeds, as Python reads text files.
 */
export class YamlSource {
  /** With line feeds for line breaks; offsets count in it. */
  readonly text: string;
  /** What does not parse: the first fault, as the rest cannot be told. With it `value` is undefined. */
  readonly findings: readonly Finding[];
  /** The document as plain data; undefined for a file without one. */
  readonly value: unknown;
  /** What the text was cut into, up to a fault. */
  readonly tokens: readonly Token[] = [];
  readonly #root: YamlNode | undefined;
  #lineStarts: number[] | undefined;
  /** Offset of what does not parse. */
  readonly #fault: number | undefined;

  constructor(
    text: string,
    readonly file: string,
  ) {
    this.text = text.includes('\r') ? text.replaceAll(/\r\n?/g, '\n') : text;
    try {
      const unprintable = findUnprintable(this.text);
      if (unprintable !== -1) {
        const code = (this.text.codePointAt(unprintable) ?? 0).toString(16).toUpperCase().padStart(4, '0');
        const remedy = code === '0000' ? 'save the file as UTF-8 text' : 'remove it, or write it as an escape in double quotes';
        throw new YamlSyntaxError(`the character U+${code} is not allowed in YAML`, unprintable, remedy);
      }
      this.tokens = scanYaml(this.text);
      const composed = composeYaml(this.tokens);
      this.value = constructYaml(composed);
      this.#root = composed.root;
      this.findings = [];
    } catch (error) {
      if (!(error instanceof YamlSyntaxError)) throw error;
      const { message, offset, remedy } = error;
      this.#fault = offset;
      this.findings = [{ severity: 'error', rule: 'yaml/syntax', message, ...(remedy && { remedy }), ...this.placeAt(offset) }];
    }
  }

  /** Line and column of an offset into the text; the column counts characters, not UTF-16 halves. */
  placeAt(offset: number): Required<Place> {
    this.#lineStarts ??= Array.from(this.text.matchAll(/\n/g), ({ index }) => index + 1);
    let [low, high] = [0, this.#lineStarts.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#lineStarts[middle] as number) <= offset) low = middle + 1;
      else high = middle;
    }
    const lineStart = low === 0 ? 0 : (this.#lineStarts[low - 1] as number);
    return { file: this.file, line: low + 1, column: Array.from(this.text.slice(lineStart, offset)).length + 1 };
  }

  /**
   * What stands before a syntax error, read as if the file ended there; undefined where nothing does. `isSettled` tells
   * the findings about it that hold whatever follows: what is missing in a list or mapping that is still open may come.
   */
  beforeFault(): { readonly source: YamlSource; isSettled(finding: Finding): boolean } | undefined {
    if (this.#fault === undefined) return undefined;
    const parsed = (text: string): YamlSource | undefined => {
      const source = new YamlSource(text, this.file);
      return source.findings.length === 0 ? source : undefined;
    };
    const lines = this.text.slice(0, this.#fault).split('\n');
    const upTo = (count: number): YamlSource | undefined => parsed(`${lines.slice(0, count).join('\n')}\n`);
    // The key of a broken value ends the value before it.
    const key = /^.*?:(?=\s|$)/.exec(lines.at(-1)!)?.[0];
    const upToKey = key === undefined ? undefined : parsed(`${[...lines.slice(0, -1), key].join('\n')}\n`);
    let source = upTo(lines.length) ?? upToKey ?? upTo(lines.length - 1);
    // The fault shows late where a bracket or quote is never closed: what comes before it parses, what comes after does not.
    for (let [low, high] = [1, lines.length - 1]; !source && low < high;) {
      const middle = (low + high + 1) >> 1;
      if (upTo(middle)) low = middle;
      else high = middle - 1;
      if (low === high) source = upTo(low);
    }
    if (!source || !source.#root) return undefined;
    const places = source.#openPlaces();
    const end = places.at(-1)!;
    const isBefore = (one: Place, other: Required<Place>): boolean =>
      one.line! < other.line || (one.line === other.line && one.column! < other.column);
    const isSettled = (finding: Finding): boolean =>
      finding.severity === 'error' &&
      finding.line !== undefined &&
      isBefore(finding, end) &&
      (/(?:additional|unevaluated)Properties$/.test(finding.rule ?? '') ||
        !places.some(({ line, column }) => line === finding.line && column === finding.column));
    return { source, isSettled };
  }

  /** Where the nodes begin that reach to the end of the text, outermost first. */
  #openPlaces(): Required<Place>[] {
    const places: Required<Place>[] = [];
    for (let node = this.#root; node;) {
      places.push(this.#placeOfNode(node));
      node = node.kind === 'mapping' ? node.pairs.at(-1)?.[1] : node.kind === 'sequence' ? node.items.at(-1) : undefined;
    }
    return places;
  }

  /** Keys given a second time in their mapping, in order of place. The last one wins, without a word, as in PyYAML. */
  repeatedKeys(severity: Finding['severity']): Finding[] {
    const found: { key: string; start: number }[] = [];
    const seen = new Set<YamlNode>();
    const visit = (node: YamlNode): void => {
      if (seen.has(node)) return;
      seen.add(node);
      if (node.kind === 'sequence') node.items.forEach(visit);
      if (node.kind !== 'mapping') return;
      const keys = new Set<string>();
      for (const [key, value] of node.pairs) {
        if (key.kind === 'scalar' && key.tag !== `${CORE}merge`) {
          if (keys.has(key.value)) found.push({ key: key.value, start: key.start });
          keys.add(key.value);
        }
        visit(value);
      }
    };
    if (this.#root) visit(this.#root);
    const told =
      severity === 'error'
        ? { rule: 'yaml/twice', remedy: 'keep one of them', which: '' }
        : { rule: 'yaml/repeated-key', which: '; the last one counts' };
    const { which, ...rest } = told;
    return found
      .sort((a, b) => a.start - b.start)
      .map(({ key, start }) => ({ severity, ...rest, message: `"${key}" is given twice${which}`, ...this.placeAt(start) }));
  }

  /** The node at a path, or its nearest parent, and how many steps of the path led there. */
  #walk(path: YamlPath): { node: YamlNode | undefined; steps: number } {
    let node = this.#root;
    let steps = 0;
    for (const part of path) {
      const next =
        node?.kind === 'mapping' ? pairOf(node, String(part))?.[1] : node?.kind === 'sequence' ? node.items[Number(part)] : undefined;
      if (!next) break;
      node = next;
      steps++;
    }
    return { node, steps };
  }

  /** The source text of a scalar: `1.0` where `value` has lost the difference to `1`. */
  sourceOf(path: YamlPath): string | undefined {
    const { node, steps } = this.#walk(path);
    return steps === path.length && node?.kind === 'scalar' ? node.value : undefined;
  }

  /** Where the value at a path begins; of what is missing, where its nearest parent begins. */
  placeOf(path: YamlPath): Required<Place> {
    const { node } = this.#walk(path);
    return node ? this.#placeOfNode(node) : { file: this.file, line: 1, column: 1 };
  }

  #placeOfNode(node: YamlNode): Required<Place> {
    // What is left empty stands behind its key or dash, not at the next thing in the file.
    const isEmpty = node.kind === 'scalar' && node.style === 'plain' && node.value === '';
    return this.placeAt(isEmpty ? this.text.slice(0, node.start).trimEnd().length : node.start);
  }

  /** Where the key at the end of a path stands; for list items, where the item begins. */
  placeOfKey(path: YamlPath): Required<Place> {
    const { node, steps } = this.#walk(path.slice(0, -1));
    const pair = steps === path.length - 1 && node?.kind === 'mapping' ? pairOf(node, String(path.at(-1))) : undefined;
    return pair ? this.placeAt(pair[0].start) : this.placeOf(path);
  }
}
