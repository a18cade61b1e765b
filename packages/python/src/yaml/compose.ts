import { CORE, type YamlNode } from './node.js';
import { resolveTag } from './resolve-tag.js';
import { MAX_DEPTH } from './scanner.js';
import type { Token, TokenType } from './token.js';
import { YamlSyntaxError } from './yaml-syntax-error.js';

/** How tokens are named to people. */
const names: Partial<Record<TokenType, string>> = {
  ...{ 'block-sequence-start': 'a list', 'block-mapping-start': 'a mapping', 'block-end': 'the end of a collection', 'block-entry': '"-"' },
  ...{
    'flow-entry': '","',
    'flow-sequence-end': '"]"',
    'flow-mapping-end': '"}"',
    'flow-sequence-start': '"["',
    'flow-mapping-start': '"{"',
  },
  ...{
    key: 'a key',
    value: '":"',
    scalar: 'text',
    'stream-end': 'the end of the file',
    'document-start': '"---"',
    'document-end': '"..."',
  },
  ...{ alias: 'an alias', anchor: 'an anchor', tag: 'a tag', directive: 'a directive' },
};

export interface ComposedYaml {
  /** Undefined for a file without a document. */
  readonly root: YamlNode | undefined;
  /** Nodes that an alias names. */
  readonly shared: ReadonlySet<YamlNode>;
}

interface Properties {
  readonly anchor: Token | undefined;
  readonly tag: string | undefined;
  readonly start: number;
}

/** What collections begin with. */
const BEGINNINGS: ReadonlyMap<TokenType, { readonly tag: 'seq' | 'map'; readonly form: 'flow' | 'block' }> = new Map([
  ['flow-sequence-start', { tag: 'seq', form: 'flow' }],
  ['flow-mapping-start', { tag: 'map', form: 'flow' }],
  ['block-sequence-start', { tag: 'seq', form: 'block' }],
  ['block-mapping-start', { tag: 'map', form: 'block' }],
]);

/** Puts tokens together to the tree of the one document of a file, by the grammar that PyYAML follows. */
class Composer {
  #at = 0;
  #depth = 0;
  readonly #anchors = new Map<string, YamlNode>();
  readonly #shared = new Set<YamlNode>();
  #handles = new Map<string, string>();

  constructor(private readonly tokens: readonly Token[]) {}

  composeFile(): ComposedYaml {
    this.#take();
    const root = this.#document(true);
    if (root && !this.#is('stream-end')) {
      const second = this.#next;
      if (this.#document(false)) this.#fail('a second document begins here', 'a file holds one: remove "---" or split the file', second);
    }
    return { root, shared: this.#shared };
  }

  get #next(): Token {
    return this.tokens[this.#at] as Token;
  }

  #is(...types: readonly TokenType[]): boolean {
    return types.includes(this.#next.type);
  }

  #take(): Token {
    return this.tokens[this.#at++] as Token;
  }

  #takeIf(type: TokenType): boolean {
    if (this.#next.type !== type) return false;
    this.#at++;
    return true;
  }

  #fail(message: string, remedy?: string, token = this.#next): never {
    throw new YamlSyntaxError(message, token.start, remedy);
  }

  #unexpected(expected: string, remedy: string): never {
    return this.#fail(`expected ${expected}, found ${names[this.#next.type] ?? this.#next.type}`, remedy);
  }

  /** The next document, an empty node for an empty one; undefined at the end of the file. */
  #document(first: boolean): YamlNode | undefined {
    this.#handles = new Map([
      ['!', '!'],
      ['!!', CORE],
    ]);
    const isBare = first && !this.#is('directive', 'document-start', 'stream-end');
    if (!isBare) {
      while (this.#takeIf('document-end'));
      if (this.#is('stream-end')) return undefined;
      const directive = this.#is('directive') ? this.#next : undefined;
      this.#directives();
      if (!this.#takeIf('document-start')) {
        if (directive) this.#fail('no "---" follows this directive', 'put text that begins with "%" in quotes', directive);
        this.#unexpected('the end of the file', 'indent what belongs to the value above, or put it in quotes');
      }
    }
    const isEmpty = !isBare && this.#is('directive', 'document-start', 'document-end', 'stream-end');
    const root = isEmpty ? this.#empty(this.#next.start) : this.#node(true);
    this.#takeIf('document-end');
    return root;
  }

  #directives(): void {
    let hasVersion = false;
    const declared = new Set<string>();
    while (this.#is('directive')) {
      const token = this.#take();
      if (token.value === 'YAML') {
        if (hasVersion) this.#fail('the YAML version is given twice', 'remove one', token);
        hasVersion = true;
        if (Number(token.parameter?.split('.')[0]) !== 1) this.#fail('only YAML version 1 can be read', 'remove the directive', token);
      } else if (token.value === 'TAG') {
        const handle = token.handle ?? '!';
        if (declared.has(handle)) this.#fail(`the tag handle "${handle}" is declared twice`, 'remove one', token);
        declared.add(handle);
        this.#handles.set(handle, token.parameter ?? '');
      }
    }
  }

  #empty(start: number): YamlNode {
    return { kind: 'scalar', tag: `${CORE}null`, start, value: '', style: 'plain' };
  }

  /** Anchor and tag in either order. */
  #properties(): Properties {
    const { start } = this.#next;
    let anchor = this.#is('anchor') ? this.#take() : undefined;
    const tagToken = this.#is('tag') ? this.#take() : undefined;
    if (tagToken && !anchor && this.#is('anchor')) anchor = this.#take();
    let tag: string | undefined;
    if (tagToken) {
      const { handle, value } = tagToken;
      const prefix = handle === undefined ? '' : this.#handles.get(handle);
      if (prefix === undefined) {
        this.#fail(`the tag handle "${handle}" is not declared`, 'put text that begins with "!" in quotes', tagToken);
      }
      tag = prefix + value;
    }
    return { anchor, tag, start };
  }

  #name<N extends YamlNode>(node: N, { anchor }: Properties): N {
    if (!anchor) return node;
    if (this.#anchors.has(anchor.value)) this.#fail(`the anchor "&${anchor.value}" is used twice`, 'give each its own name', anchor);
    this.#anchors.set(anchor.value, node);
    return node;
  }

  #alias(): YamlNode {
    const token = this.#take();
    const node = this.#anchors.get(token.value);
    if (node) this.#shared.add(node);
    return node ?? this.#fail(`nothing is anchored as "&${token.value}"`, 'put text that begins with "*" in quotes', token);
  }

  /** A node; `isBlock`: block collections may begin here; `isIndentless`: a list without indentation may, too. */
  #node(isBlock: boolean, isIndentless = false): YamlNode {
    if (this.#is('alias')) return this.#alias();
    const properties = this.#properties();
    const given = properties.tag === '!' ? undefined : properties.tag;
    if (isIndentless && this.#is('block-entry')) return this.#sequence(properties, given ?? `${CORE}seq`, 'indentless');
    const { type } = this.#next;
    if (type === 'scalar') return this.#scalar(properties, given);
    const begun = BEGINNINGS.get(type);
    if (begun && (isBlock || begun.form === 'flow')) {
      const tag = given ?? CORE + begun.tag;
      return begun.tag === 'seq' ? this.#sequence(properties, tag, begun.form) : this.#mapping(properties, tag, begun.form);
    }
    return this.#nothing(properties, given);
  }

  /** Properties alone stand for nothing. */
  #nothing(properties: Properties, given: string | undefined): YamlNode {
    if (!properties.anchor && properties.tag === undefined) this.#unexpected('a value', 'put text with special signs in quotes');
    return this.#name({ kind: 'scalar', tag: given ?? `${CORE}null`, start: properties.start, value: '', style: 'plain' }, properties);
  }

  #scalar(properties: Properties, given: string | undefined): YamlNode {
    const { value, style = 'plain' } = this.#take();
    // The tag `!` makes quoted text mean what plain text would.
    const isPlain = properties.tag === '!' || (style === 'plain' && properties.tag === undefined);
    return this.#name({ kind: 'scalar', tag: given ?? resolveTag(value, isPlain), start: properties.start, value, style }, properties);
  }

  /** A node, or an empty one where one of these tokens comes at once. */
  #nodeUnless(types: readonly TokenType[], isBlock: boolean, isIndentless = false): YamlNode {
    return this.#is(...types) ? this.#empty(this.#next.start) : this.#node(isBlock, isIndentless);
  }

  #within<T>(work: () => T): T {
    if (++this.#depth > MAX_DEPTH) this.#fail(`collections are nested more than ${MAX_DEPTH} deep`, 'flatten them');
    const result = work();
    this.#depth--;
    return result;
  }

  #sequence(properties: Properties, tag: string, form: 'block' | 'indentless' | 'flow'): YamlNode {
    const items: YamlNode[] = [];
    const node = this.#name({ kind: 'sequence', tag, start: properties.start, items } as const, properties);
    this.#within(() => {
      if (form === 'flow') this.#flowItems(items);
      else this.#blockItems(items, form);
    });
    return node;
  }

  #blockItems(items: YamlNode[], form: 'block' | 'indentless'): void {
    if (form === 'block') this.#at++;
    const none: TokenType[] = form === 'block' ? ['block-entry', 'block-end'] : ['block-entry', 'key', 'value', 'block-end'];
    while (this.#takeIf('block-entry')) items.push(this.#nodeUnless(none, true));
    if (form === 'block' && !this.#takeIf('block-end')) {
      this.#unexpected('a list item or the end of the list', 'indent all items of a list alike');
    }
  }

  #flowItems(items: YamlNode[]): void {
    this.#at++;
    for (let first = true; !this.#is('flow-sequence-end'); first = false) {
      if (!first && !this.#takeIf('flow-entry')) this.#unexpected('"," or "]"', 'separate items with commas and close the bracket');
      if (this.#is('key')) items.push(this.#singlePair());
      else if (!this.#is('flow-sequence-end')) items.push(this.#node(false));
    }
    this.#at++;
  }

  /** `[a: b]`: a mapping of one pair. */
  #singlePair(): YamlNode {
    const { start } = this.#take();
    return this.#within(() => {
      const key = this.#nodeUnless(['value', 'flow-entry', 'flow-sequence-end'], false);
      const value = this.#takeIf('value') ? this.#nodeUnless(['flow-entry', 'flow-sequence-end'], false) : this.#empty(this.#next.start);
      return { kind: 'mapping', tag: `${CORE}map`, start, pairs: [[key, value]] };
    });
  }

  #mapping(properties: Properties, tag: string, form: 'block' | 'flow'): YamlNode {
    const pairs: [YamlNode, YamlNode][] = [];
    const node = this.#name({ kind: 'mapping', tag, start: properties.start, pairs } as const, properties);
    this.#within(() => {
      this.#at++;
      if (form === 'flow') this.#flowPairs(pairs);
      else this.#blockPairs(pairs);
    });
    return node;
  }

  #blockPairs(pairs: [YamlNode, YamlNode][]): void {
    const none: TokenType[] = ['key', 'value', 'block-end'];
    // YAML allows a pair without a key here; PyYAML does not.
    while (this.#takeIf('key')) {
      const key = this.#nodeUnless(none, true, true);
      const value = this.#takeIf('value') ? this.#nodeUnless(none, true, true) : this.#empty(this.#next.start);
      pairs.push([key, value]);
    }
    if (!this.#takeIf('block-end')) {
      this.#unexpected('a key or the end of the mapping', 'line the keys up, and put text that begins with a quote wholly in quotes');
    }
  }

  #flowPairs(pairs: [YamlNode, YamlNode][]): void {
    const none: TokenType[] = ['value', 'flow-entry', 'flow-mapping-end'];
    for (let first = true; !this.#is('flow-mapping-end'); first = false) {
      if (!first && !this.#takeIf('flow-entry')) this.#unexpected('"," or "}"', 'separate pairs with commas and close the brace');
      if (this.#is('flow-mapping-end')) break;
      const isKey = this.#takeIf('key');
      const key = isKey ? this.#nodeUnless(none, false) : this.#node(false);
      const value = isKey && this.#takeIf('value') ? this.#nodeUnless(none.slice(1), false) : this.#empty(this.#next.start);
      pairs.push([key, value]);
    }
    this.#at++;
  }
}

/** Puts tokens together to a tree. Fails with {@link YamlSyntaxError}. */
export const composeYaml = (tokens: readonly Token[]): ComposedYaml => new Composer(tokens).composeFile();
