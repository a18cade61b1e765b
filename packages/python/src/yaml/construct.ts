import type { ComposedYaml } from './compose.js';
import { constructScalar } from './construct-scalar.js';
import { CORE, type MappingNode, type YamlNode } from './node.js';
import { MAX_DEPTH } from './scanner.js';
import { YamlSyntaxError } from './yaml-syntax-error.js';

/** Values that a document with aliases may come to when they are written out: a bomb comes to billions. */
const MAX_EXPANDED = 200_000;

/** A value, how many values it comes to with aliases written out, and how deep it is. */
interface Built {
  readonly value: unknown;
  readonly size: number;
  readonly depth: number;
}

type Pair = readonly [key: YamlNode, value: YamlNode];

const isMerge = (node: YamlNode): boolean => node.tag === `${CORE}merge`;

class Constructor {
  readonly #built = new Map<YamlNode, Built>();
  readonly #open = new Set<YamlNode>();
  readonly #flattened = new Map<MappingNode, readonly Pair[]>();

  constructor(private readonly shared: ReadonlySet<YamlNode>) {}

  build(node: YamlNode): Built {
    if (!this.shared.has(node)) return this.#make(node);
    const known = this.#built.get(node);
    if (known) return known;
    if (this.#open.has(node)) throw new YamlSyntaxError('this value contains itself', node.start, 'write the alias out');
    this.#open.add(node);
    const built = this.#make(node);
    this.#open.delete(node);
    this.#built.set(node, built);
    return built;
  }

  #make(node: YamlNode): Built {
    if (node.kind === 'scalar') return { value: constructScalar(node), size: 1, depth: 1 };
    const kind = node.tag.slice(CORE.length);
    const known = node.kind === 'mapping' ? ['map', 'set'] : ['seq', 'omap', 'pairs'];
    if (!node.tag.startsWith(CORE) || !known.includes(kind)) {
      throw new YamlSyntaxError(`the type ${node.tag} cannot be read`, node.start, 'remove the tag');
    }
    let size = 1;
    let depth = 0;
    const part = (child: YamlNode): unknown => {
      const built = this.build(child);
      size += built.size;
      depth = Math.max(depth, built.depth);
      if (this.shared.size > 0 && size > MAX_EXPANDED) {
        throw new YamlSyntaxError(
          `with its aliases written out this comes to more than ${MAX_EXPANDED} values`,
          node.start,
          'use fewer aliases',
        );
      }
      if (depth >= MAX_DEPTH) throw new YamlSyntaxError(`values are nested more than ${MAX_DEPTH} deep`, node.start, 'flatten them');
      return built.value;
    };
    const value =
      node.kind === 'mapping' ? this.#mapping(node, kind, part) : kind === 'seq' ? node.items.map(part) : this.#pairs(node.items, part);
    return { value, size, depth: depth + 1 };
  }

  #mapping(node: MappingNode, kind: string, part: (child: YamlNode) => unknown): unknown {
    const value: Record<string, unknown> = {};
    const keys = new Set<unknown>();
    for (const [keyNode, valueNode] of this.#flatten(node)) {
      const key = keyNode.tag === `${CORE}value` && keyNode.kind === 'scalar' ? keyNode.value : part(keyNode);
      if (keyNode.kind !== 'scalar') {
        throw new YamlSyntaxError('a list or mapping cannot be a key', keyNode.start, 'put text that begins with a bracket in quotes');
      }
      keys.add(key);
      // A date has no name of its own, and who writes `off:` or `no:` for a key means the word, not a truth.
      const name = key instanceof Date || typeof key === 'boolean' ? keyNode.value : String(key);
      // By assignment it would set the prototype.
      if (name === '__proto__') {
        Object.defineProperty(value, name, { value: part(valueNode), enumerable: true, configurable: true, writable: true });
      } else value[name] = part(valueNode);
    }
    return kind === 'set' ? keys : value;
  }

  /** `!!omap` and `!!pairs`: lists of mappings of one pair each. */
  #pairs(items: readonly YamlNode[], part: (child: YamlNode) => unknown): unknown {
    return items.map((item) => {
      const [pair] = item.kind === 'mapping' && item.pairs.length === 1 ? item.pairs : [];
      if (!pair) throw new YamlSyntaxError('expected a mapping of one pair', item.start, 'remove the tag of the list');
      return [part(pair[0]), part(pair[1])];
    });
  }

  /** The pairs of a mapping, those that `<<` brings in first, so that its own win. */
  #flatten(node: MappingNode): readonly Pair[] {
    const known = this.#flattened.get(node);
    if (known) return known;
    if (!node.pairs.some(([key]) => isMerge(key))) return node.pairs;
    this.#flattened.set(node, []);
    const merged: Pair[] = [];
    for (const [, value] of node.pairs.filter(([key]) => isMerge(key))) {
      const sources = value.kind === 'sequence' ? value.items.toReversed() : [value];
      for (const source of sources) {
        if (source.kind !== 'mapping') {
          throw new YamlSyntaxError('"<<" takes a mapping or a list of mappings', source.start, 'write "<<" in quotes if it is a name');
        }
        merged.push(...this.#flatten(source));
        if (merged.length > MAX_EXPANDED) {
          throw new YamlSyntaxError(`"<<" brings in more than ${MAX_EXPANDED} pairs`, source.start, 'use fewer aliases');
        }
      }
    }
    const all = [...merged, ...node.pairs.filter(([key]) => !isMerge(key))];
    this.#flattened.set(node, all);
    return all;
  }
}

/** The document as plain data, as PyYAML's safe loader gives it. Fails with {@link YamlSyntaxError}. */
export const constructYaml = ({ root, shared }: ComposedYaml): unknown =>
  root === undefined ? undefined : new Constructor(shared).build(root).value;
