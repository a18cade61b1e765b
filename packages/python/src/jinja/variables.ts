import { isNode, type Node } from './library.js';
import { GROUP, IS, IS_NOT, TUPLE } from './rewrite-tokens.js';
import { binaryTests } from './tests.js';

/** Names that every template has. */
const GLOBALS = new Set(['true', 'false', 'none', 'True', 'False', 'None', 'range', 'namespace', 'raise_exception', 'dict', 'joiner', 'cycler', 'caller', 'varargs', 'kwargs']);

/** What a template takes from the sample, found in its syntax tree. */
export interface TemplateNames {
  /** Variables that it cannot do without (on some path through it). */
  readonly required: readonly string[];
  /** Variables that it asks for first, by `is defined` or `default`. */
  readonly optional: readonly string[];
  /** Variables, of those, whose bare value it writes out: where one is null, the text reads None. */
  readonly printed: readonly string[];
  readonly filters: readonly string[];
  readonly tests: readonly string[];
  /** Names called behind a dot, and names called by themselves that nothing in the template defines. */
  readonly methods: readonly string[];
  readonly functions: readonly string[];
}

/** The free variables of a parsed template, and the filters and tests that it names. */
export function namesOf(program: Node): TemplateNames {
  const free = new Set<string>();
  const guarded = new Set<string>();
  const printed = new Set<string>();
  const filters = new Set<string>();
  const tests = new Set<string>();
  const methods = new Set<string>();
  const functions = new Set<string>();

  const nameOf = (node: unknown): string | undefined =>
    isNode(node) && node.type === 'Identifier' ? String(node['value']) : undefined;
  const bind = (target: unknown, scope: Set<string>): void => {
    const name = nameOf(target);
    if (name !== undefined) scope.add(name);
    else if (isNode(target) && target.type === 'TupleLiteral') for (const item of target['value'] as unknown[]) bind(item, scope);
  };
  const guard = (node: unknown): void => {
    const name = nameOf(node);
    if (name !== undefined) guarded.add(name);
  };
  const filter = (node: unknown, scope: Set<string>): string | undefined => {
    const call = isNode(node) && node.type === 'CallExpression' ? node : undefined;
    const name = nameOf(call ? call['callee'] : node);
    if (name === undefined) return undefined;
    const test = name.startsWith(IS_NOT) ? name.slice(IS_NOT.length) : name.startsWith(IS) ? name.slice(IS.length) : undefined;
    if (test !== undefined) tests.add(test);
    else if (name !== GROUP && name !== TUPLE) filters.add(name);
    const args = (call?.['args'] ?? []) as unknown[];
    // `map('upper')`, `select('gt', 1)` and `selectattr('a', 'gt', 1)` name further ones.
    const named = args[/attr$/.test(name) ? 1 : 0];
    const word = isNode(named) && named.type === 'StringLiteral' ? String(named['value']) : undefined;
    if (word !== undefined && name === 'map') filters.add(word);
    if (word !== undefined && /^(?:select|reject)(?:attr)?$/.test(name)) tests.add(word);
    if (test !== undefined && binaryTests.has(test) && args.length !== 1) throw new SyntaxError(`the test "${test}" takes one argument`);
    walk(args, scope);
    return test === 'defined' || test === 'undefined' ? 'default' : name;
  };
  const parameters = (args: unknown, scope: Set<string>): void => {
    for (const arg of (args ?? []) as unknown[]) {
      const named = isNode(arg) && arg.type === 'KeywordArgumentExpression';
      if (named) walk(arg['value'], scope);
      bind(named ? arg['key'] : arg, scope);
    }
  };

  const walk = (value: unknown, scope: Set<string>): void => {
    if (Array.isArray(value)) return value.forEach((item) => walk(item, scope));
    if (value instanceof Map) return [...value].flat().forEach((item) => walk(item, scope));
    if (!isNode(value)) return;
    switch (value.type) {
      case 'Identifier': {
        const name = String(value['value']);
        if (!scope.has(name) && !GLOBALS.has(name)) free.add(name);
        return;
      }
      case 'Output': {
        const name = nameOf(value['expression']);
        if (name !== undefined && !scope.has(name) && !GLOBALS.has(name)) printed.add(name);
        return walk(value['expression'], scope);
      }
      case 'Set':
        walk(value['value'], scope);
        walk(value['body'], scope);
        if (isNode(value['assignee']) && value['assignee'].type === 'MemberExpression') walk(value['assignee'], scope);
        else bind(value['assignee'], scope);
        return;
      case 'For': {
        const inner = new Set(scope);
        const select = isNode(value['iterable']) && value['iterable'].type === 'SelectExpression' ? value['iterable'] : undefined;
        walk(select ? select['lhs'] : value['iterable'], scope);
        bind(value['loopvar'], inner);
        inner.add('loop');
        if (select) walk(select['test'], inner);
        walk(value['body'], inner);
        walk(value['defaultBlock'], scope);
        return;
      }
      case 'Macro': {
        bind(value['name'], scope);
        const inner = new Set(scope);
        parameters(value['args'], inner);
        return walk(value['body'], inner);
      }
      case 'CallStatement': {
        walk(value['call'], scope);
        const inner = new Set(scope);
        parameters(value['callerArgs'], inner);
        return walk(value['body'], inner);
      }
      case 'MemberExpression':
        walk(value['object'], scope);
        if (value['computed']) walk(value['property'], scope);
        return;
      case 'KeywordArgumentExpression':
        return walk(value['value'], scope);
      case 'FilterExpression': {
        const name = filter(value['filter'], scope);
        if (name === 'default' || name === 'd') guard(value['operand']);
        return walk(value['operand'], scope);
      }
      case 'FilterStatement':
        filter(value['filter'], scope);
        return walk(value['body'], scope);
      case 'CallExpression': {
        const callee = value['callee'];
        const name = nameOf(callee);
        if (name !== undefined && !scope.has(name) && !GLOBALS.has(name)) functions.add(name);
        if (isNode(callee) && callee.type === 'MemberExpression' && !callee['computed']) methods.add(String((callee['property'] as Node)['value']));
        walk(callee, scope);
        return walk(value['args'], scope);
      }
      default:
        for (const [key, child] of Object.entries(value)) if (key !== 'operator') walk(child, scope);
    }
  };

  // A macro may call one that is defined below it.
  const macros = new Set<string>();
  const findMacros = (value: unknown): void => {
    if (Array.isArray(value)) return value.forEach(findMacros);
    if (!isNode(value)) return;
    if (value.type === 'Macro') bind(value['name'], macros);
    for (const key of ['body', 'alternate', 'defaultBlock']) findMacros(value[key]);
  };
  findMacros(program);
  walk(program, new Set(macros));
  return {
    required: [...free].filter((name) => !guarded.has(name)),
    optional: [...free].filter((name) => guarded.has(name)),
    printed: [...printed],
    filters: [...filters],
    tests: [...tests],
    methods: [...methods],
    functions: [...functions],
  };
}
