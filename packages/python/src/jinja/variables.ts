import type { Body, Expression, Statement, Target } from './nodes.js';

/** A name of a filter, test, method or function, and where it stands. */
export interface Use {
  readonly name: string;
  readonly offset: number;
}

/** What a template needs to be there, and what of the language it uses. */
export interface TemplateNames {
  /** Variables that must be defined on some way through the template. */
  readonly required: readonly string[];
  /** Variables that it asks for only behind `default` or `is defined`. */
  readonly optional: readonly string[];
  /** Variables, of those, whose bare value it writes out: where one is null, the text reads None. */
  readonly printed: readonly string[];
  readonly filters: readonly Use[];
  readonly tests: readonly Use[];
  readonly methods: readonly Use[];
  readonly functions: readonly Use[];
}

const GLOBALS = new Set(['range', 'dict', 'namespace', 'joiner', 'cycler', 'raise_exception', 'loop', 'caller', 'varargs', 'kwargs']);
const isFree = (name: string, scope: ReadonlySet<string>): boolean => !scope.has(name) && !GLOBALS.has(name);

/** Statements that bind names. */
type Binding = Extract<Statement, { type: 'for' | 'macro' | 'call-block' | 'with' | 'set' | 'set-block' | 'filter-block' }>;
const BINDING = new Set<unknown>(['for', 'macro', 'call-block', 'with', 'set', 'set-block', 'filter-block']);
const isBinding = (node: Expression | Statement): node is Binding => BINDING.has(node.type);

/** Walks a template, with the names that are bound at each place. */
class Names {
  readonly free = new Set<string>();
  readonly guarded = new Set<string>();
  readonly printed = new Set<string>();
  readonly filters: Use[] = [];
  readonly tests: Use[] = [];
  readonly methods: Use[] = [];
  readonly functions: Use[] = [];

  /** Takes a part of a template, whatever it is; it binds names in `scope`. */
  walk(part: unknown, scope: Set<string>): void {
    if (typeof part !== 'object' || part === null) return;
    const node = part as Expression | Statement;
    if (isBinding(node)) return this.#binding(node, scope);
    if ('type' in part) this.#note(node, scope);
    for (const one of node.type === 'test' ? [node.args, node.of] : Object.values(part)) this.walk(one, scope);
  }

  /** Notes what a node uses by itself. */
  #note(node: Expression | Statement, scope: Set<string>): void {
    if (node.type === 'name') this.#name(node.name, scope);
    else if (node.type === 'print') {
      if (node.value.type === 'name' && isFree(node.value.name, scope)) this.printed.add(node.value.name);
    } else if (node.type === 'filter') this.#filter(node);
    else if (node.type === 'test') {
      this.tests.push(node);
      if (node.name === 'defined' || node.name === 'undefined') this.#guard(node.of);
    } else if (node.type === 'call') {
      const { callee } = node;
      if (callee.type === 'attribute') this.methods.push(callee);
      if (callee.type === 'name' && isFree(callee.name, scope)) this.functions.push(callee);
    }
  }

  /** Statements that bind names: for their body, or for what stands behind them. */
  #binding(node: Binding, scope: Set<string>): void {
    if (node.type === 'set') this.walk(node.value, scope);
    else this.#withBody(node, scope);
    if (node.type === 'set' || node.type === 'set-block') this.#bind(node.target, scope);
  }

  #withBody(node: Exclude<Binding, { type: 'set' }>, scope: Set<string>): void {
    if (node.type === 'macro') scope.add(node.name);
    if (node.type === 'for') this.walk(node.over, scope);
    if (node.type === 'call-block') this.walk(node.call, scope);
    if ('filters' in node) this.walk(node.filters, scope);
    const inner = new Set(scope);
    if (node.type === 'for') {
      this.#bind(node.target, inner);
      this.walk(node.test, inner);
    }
    for (const { target, value } of 'values' in node ? node.values : []) {
      this.walk(value, scope);
      this.#bind(target, inner);
    }
    for (const { name, fallback } of 'parameters' in node ? node.parameters : []) {
      this.walk(fallback, inner);
      inner.add(name);
    }
    this.walk(node.body, inner);
    if (node.type === 'for') this.walk(node.otherwise, scope);
  }

  #bind(target: Target, scope: Set<string>): void {
    if (target.type === 'name') scope.add(target.name);
    else if (target.type === 'names') for (const one of target.targets) this.#bind(one, scope);
    else this.#name(target.of, scope);
  }

  #name(name: string, scope: Set<string>): void {
    if (isFree(name, scope)) this.free.add(name);
  }

  #filter(node: Extract<Expression, { type: 'filter' }>): void {
    this.filters.push(node);
    if (node.of && (node.name === 'default' || node.name === 'd')) this.#guard(node.of);
    // `map('upper')`, `select('gt', 1)` and `selectattr('a', 'gt', 1)` name further ones.
    const named = node.args[node.name.endsWith('attr') ? 1 : 0];
    if (named?.kind === 'plain' && named.value.type === 'const' && typeof named.value.value === 'string') {
      const use = { name: named.value.value, offset: named.value.offset + 1 };
      if (node.name === 'map') this.filters.push(use);
      if (/^(?:select|reject)(?:attr)?$/.test(node.name)) this.tests.push(use);
    }
  }

  #guard(node: Expression): void {
    if (node.type === 'name') this.guarded.add(node.name);
  }
}

/** The macros of a part of a template, wherever they stand: one may call another that is defined below it. */
function macrosIn(part: unknown): string[] {
  if (typeof part !== 'object' || part === null) return [];
  const inside = Object.values(part).flatMap(macrosIn);
  const { type, name } = part as { readonly type?: unknown; readonly name?: unknown };
  return type === 'macro' ? [name as string, ...inside] : inside;
}

/** Finds what a template uses. */
export function namesOf(body: Body): TemplateNames {
  const names = new Names();
  names.walk(body, new Set(macrosIn(body)));
  const { free, guarded, printed, filters, tests, methods, functions } = names;
  return {
    required: [...free].filter((name) => !guarded.has(name)),
    optional: [...free].filter((name) => guarded.has(name)),
    printed: [...printed],
    filters,
    tests,
    methods,
    functions,
  };
}
