import { isMap, isPair, isScalar, LineCounter, parseDocument, type Document, type ParsedNode, type Range, type Tags } from 'yaml';
import type { Place } from '../errors.js';
import type { Finding } from '../finding.js';

/** A path into a YAML document: keys and 0-based indices. */
export type YamlPath = readonly (string | number)[];

/** `seed_examples[2].question`, as people write it. */
export function formatYamlPath(path: YamlPath): string {
  return path.map((part, i) => (typeof part === 'number' ? `[${part}]` : i === 0 ? part : `.${part}`)).join('');
}

/** Aliases that one document may resolve, all told: a few are normal, a bomb has millions. */
const MAX_ALIASES = 1000;

/** PyYAML, unlike YAML 1.1 to the letter, reads a lone `y` or `n` as text: `n: 10` in a pipeline has the key "n". */
const asPyYaml = (tags: Tags): Tags =>
  tags.map((tag) =>
    typeof tag === 'object' && tag.tag === 'tag:yaml.org,2002:bool' && tag.test
      ? { ...tag, test: new RegExp(`^(?![YyNn]$)${tag.test.source.slice(1)}`) }
      : tag,
  );

/**
 * A YAML file that knows where everything in it stands. YAML 1.1, as PyYAML reads it, because that is what the files
 * of InstructLab were written for.
 */
export class YamlSource {
  readonly #lines = new LineCounter();
  readonly document: Document.Parsed<ParsedNode>;
  /** What does not parse, all of it. With any of these `value` is undefined. */
  readonly findings: readonly Finding[];
  /** The document as plain data. */
  readonly value: unknown;

  constructor(
    readonly text: string,
    readonly file: string,
  ) {
    this.document = parseDocument(text, {
      version: '1.1',
      merge: true,
      customTags: asPyYaml,
      lineCounter: this.#lines,
      prettyErrors: false,
    });
    const findings: Finding[] = this.document.errors.map(({ message, pos }) => this.#syntax(message, pos[0]));
    let value: unknown;
    if (findings.length === 0) {
      try {
        value = this.document.toJS({ maxAliasCount: MAX_ALIASES });
      } catch (error) {
        findings.push(this.#syntax((error as Error).message, 0));
      }
    }
    this.findings = findings;
    this.value = value;
  }

  #syntax(message: string, offset: number): Finding {
    return { severity: 'error', rule: 'yaml/syntax', message: message.replace(/\s+/g, ' '), ...this.placeAt(offset) };
  }

  /** Line and column of an offset into the text. */
  placeAt(offset: number): Required<Place> {
    const { line, col } = this.#lines.linePos(offset);
    return { file: this.file, line: Math.max(1, line), column: Math.max(1, col) };
  }

  /** The source text of a scalar: `1.0` where `value` has lost the difference to `1`. */
  sourceOf(path: YamlPath): string | undefined {
    const node = this.document.getIn(path, true);
    return isScalar(node) && typeof node.source === 'string' ? node.source : undefined;
  }

  /** Where the value at a path begins; of what is missing, where its nearest parent begins. */
  placeOf(path: YamlPath): Required<Place> {
    for (let depth = path.length; depth >= 0; depth--) {
      const node = depth === 0 ? this.document.contents : this.document.getIn(path.slice(0, depth), true);
      const range = (node as { range?: Range | null } | undefined)?.range;
      if (range) return this.placeAt(range[0]);
    }
    return { file: this.file, line: 1, column: 1 };
  }

  /** Where the key at the end of a path stands; for list items, where the item begins. */
  placeOfKey(path: YamlPath): Required<Place> {
    const parent = path.length > 1 ? this.document.getIn(path.slice(0, -1), true) : this.document.contents;
    const name = path.at(-1);
    if (isMap(parent)) {
      const pair = parent.items.find((item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(name));
      const range = (pair?.key as { range?: Range | null } | undefined)?.range;
      if (range) return this.placeAt(range[0]);
    }
    return this.placeOf(path);
  }
}
