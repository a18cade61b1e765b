import type { Argument, Body, Expression, Parameter, Statement, Target } from './nodes.js';

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

/** Walks a template, with the names that are bound at each place. */
class Names {
  readonly free = new Set<string>();
  readonly guarded = new Set<string>();
  readonly printed = new Set<string>();
  readonly filters: Use[] = [];
  readonly tests: Use[] = [];
  readonly methods: Use[] = [];
  readonly functions: Use[] = [];

  body(body: Body, scope: Set<string>): void {
    for (const statement of body) this.#statement(statement, scope);
  }

  #statement(node: Statement, scope: Set<string>): void {
    switch (node.type) {
      case 'print':
        return this.#print(node.value, scope);
      case 'if':
        for (const { test, body } of node.branches) {
          this.#of(test, scope);
          this.body(body, scope);
        }
        return this.body(node.otherwise, scope);
      case 'for':
        return this.#for(node, scope);
      case 'set':
        this.#of(node.value, scope);
        return this.#bind(node.target, scope);
      case 'set-block':
        this.#filtered(node, scope);
        return this.#bind(node.target, scope);
      case 'filter-block':
        return this.#filtered(node, scope);
      case 'macro':
        scope.add(node.name);
        return this.#macro(node.parameters, node.body, scope);
      case 'call-block':
        this.#of(node.call, scope);
        return this.#macro(node.parameters, node.body, scope);
      case 'with':
        return this.#with(node, scope);
    }
  }

  #print(value: Expression, scope: Set<string>): void {
    if (value.type === 'name' && !scope.has(value.name) && !GLOBALS.has(value.name)) this.printed.add(value.name);
    this.#of(value, scope);
  }

  #filtered({ filters, body }: Extract<Statement, { type: 'set-block' | 'filter-block' }>, scope: Set<string>): void {
    if (filters) this.#of(filters, scope);
    this.body(body, new Set(scope));
  }

  #with(node: Extract<Statement, { type: 'with' }>, scope: Set<string>): void {
    const inner = new Set(scope);
    for (const { target, value } of node.values) {
      this.#of(value, scope);
      this.#bind(target, inner);
    }
    this.body(node.body, inner);
  }

  #for(node: Extract<Statement, { type: 'for' }>, scope: Set<string>): void {
    this.#of(node.over, scope);
    const inner = new Set(scope);
    this.#bind(node.target, inner);
    if (node.test) this.#of(node.test, inner);
    this.body(node.body, inner);
    this.body(node.otherwise, scope);
  }

  #macro(parameters: readonly Parameter[], body: Body, scope: Set<string>): void {
    const inner = new Set(scope);
    for (const { name, fallback } of parameters) {
      if (fallback) this.#of(fallback, inner);
      inner.add(name);
    }
    this.body(body, inner);
  }

  #bind(target: Target, scope: Set<string>): void {
    if (target.type === 'name') scope.add(target.name);
    else if (target.type === 'names') for (const one of target.targets) this.#bind(one, scope);
    else this.#name(target.of, scope);
  }

  #name(name: string, scope: Set<string>): void {
    if (!scope.has(name) && !GLOBALS.has(name)) this.free.add(name);
  }

  #of(node: Expression, scope: Set<string>): void {
    switch (node.type) {
      case 'name':
        return this.#name(node.name, scope);
      case 'filter':
        return this.#filter(node, scope);
      case 'test':
        this.tests.push(node);
        if (node.name === 'defined' || node.name === 'undefined') this.#guard(node.of);
        this.#arguments(node.args, scope);
        return this.#of(node.of, scope);
      case 'call':
        if (node.callee.type === 'attribute') this.methods.push(node.callee);
        if (node.callee.type === 'name' && !scope.has(node.callee.name) && !GLOBALS.has(node.callee.name)) this.functions.push(node.callee);
        this.#of(node.callee, scope);
        return this.#arguments(node.args, scope);
    }
    for (const part of partsOf(node)) this.#of(part, scope);
  }

  #filter(node: Extract<Expression, { type: 'filter' }>, scope: Set<string>): void {
    this.filters.push(node);
    if (node.of && (node.name === 'default' || node.name === 'd')) this.#guard(node.of);
    // `map('upper')`, `select('gt', 1)` and `selectattr('a', 'gt', 1)` name further ones.
    const named = node.args[node.name.endsWith('attr') ? 1 : 0];
    if (named?.kind === 'plain' && named.value.type === 'const' && typeof named.value.value === 'string') {
      const use = { name: named.value.value, offset: named.value.offset + 1 };
      if (node.name === 'map') this.filters.push(use);
      if (/^(?:select|reject)(?:attr)?$/.test(node.name)) this.tests.push(use);
    }
    if (node.of) this.#of(node.of, scope);
    this.#arguments(node.args, scope);
  }

  #guard(node: Expression): void {
    if (node.type === 'name') this.guarded.add(node.name);
  }

  #arguments(args: readonly Argument[], scope: Set<string>): void {
    for (const { value } of args) this.#of(value, scope);
  }
}

/** The expressions right inside another. */
function partsOf(node: Expression): readonly Expression[] {
  switch (node.type) {
    case 'list':
    case 'tuple':
    case 'concat':
      return node.items;
    case 'dict':
      return node.pairs.flat();
    case 'attribute':
    case 'unary':
      return [node.of];
    case 'item':
      return [node.of, node.key];
    case 'slice':
      return [node.of, ...node.bounds.filter((bound) => bound !== undefined)];
    case 'binary':
      return [node.left, node.right];
    case 'compare':
      return [node.first, ...node.links.map(({ right }) => right)];
    case 'choice':
      return [node.test, node.then, ...(node.otherwise ? [node.otherwise] : [])];
  }
  return [];
}

/** The macros of a template, wherever they stand: one may call another that is defined below it. */
function macrosOf(body: Body): string[] {
  return body.flatMap((node) => {
    const inside =
      node.type === 'if' ? [...node.branches.flatMap((branch) => branch.body), ...node.otherwise] : 'body' in node ? node.body : [];
    return [...(node.type === 'macro' ? [node.name] : []), ...macrosOf(inside)];
  });
}

/** Finds what a template uses. */
export function namesOf(body: Body): TemplateNames {
  const names = new Names();
  names.body(body, new Set(macrosOf(body)));
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
