import { attribute, item, namedOf, slice } from './access.js';
import { compareBy, typeName } from './compare.js';
import { dictOf } from './dict.js';
import { items, truth } from './filter.js';
import { filters } from './filters.js';
import { MissingVariable } from './missing-variable.js';
import type { Argument, Expression } from './nodes.js';
import { exact, int } from './integers.js';
import { numeric } from './numbers.js';
import { operate } from './operators.js';
import { pythonText } from './python-text.js';
import type { Scope } from './scope.js';
import { tests } from './tests.js';
import { Callable, float, tuple, Undefined } from './values.js';

/** An expression made ready: its value in a scope. What is not defined comes out as {@link Undefined}. */
type Evaluate = (scope: Scope) => unknown;

/** Tests that ask what a value is, and do nothing with it: those may be given what is not defined. */
const ASKING: ReadonlySet<string> = new Set(
  'defined undefined none boolean true false string number integer float mapping sequence callable'.split(' '),
);

/** A value that is used. Fails with {@link MissingVariable} where it is not defined. */
export function used(value: unknown): unknown {
  if (value instanceof Undefined && !value.isSilent) throw new MissingVariable(value.variable);
  return value;
}

/** An expression in words, for messages: `a.b`. */
function wordsOf(node: Expression): string {
  if (node.type === 'name') return node.name;
  if (node.type === 'const') return typeof node.value === 'string' ? node.value : pythonText(node.value);
  if (node.type === 'attribute') return `${wordsOf(node.of)}.${node.name}`;
  if (node.type === 'item') return `${wordsOf(node.of)}.${wordsOf(node.key)}`;
  return '…';
}

interface Given {
  readonly args: readonly unknown[];
  readonly named: Readonly<Record<string, unknown>>;
}

/** Arguments of a call, filter or test. */
function compileArguments(nodes: readonly Argument[]): (scope: Scope) => Given {
  if (nodes.length === 0) return () => ({ args: [], named: {} });
  const parts = nodes.map((node) => ({ ...node, evaluate: compileExpression(node.value) }));
  return (scope) => {
    const args: unknown[] = [];
    const named: Record<string, unknown> = {};
    for (const part of parts) {
      const value = part.evaluate(scope);
      if (part.kind === 'plain') args.push(value);
      else if (part.kind === 'named') named[part.name] = value;
      else if (part.kind === 'list') args.push(...items(used(value)));
      else Object.assign(named, namedOf(used(value)));
    }
    return { args, named };
  };
}

/** Applies a filter by name to a value. */
export function compileFilter(name: string, nodes: readonly Argument[]): (value: unknown, scope: Scope) => unknown {
  const given = compileArguments(nodes);
  if (name === 'random') {
    return (value, scope) => (items(used(value)).length > 0 ? scope.random().pick(items(value)) : new Undefined('random of nothing'));
  }
  const filter = filters.get(name);
  const mayBeUndefined = name === 'default' || name === 'd';
  return (value, scope) => {
    const { args, named } = given(scope);
    if (!filter) throw new TypeError(`there is no filter "${name}"`);
    try {
      return filter(mayBeUndefined ? value : used(value), args, named);
    } catch (error) {
      throw error instanceof TypeError ? new TypeError(`filter ${name}: ${error.message}`, { cause: error }) : error;
    }
  };
}

/** An expression of a type. */
type Of<Type extends Expression['type']> = Extract<Expression, { type: Type }>;

/** The values of several expressions, in order. */
function compileAll(nodes: readonly Expression[]): (scope: Scope) => unknown[] {
  const parts = nodes.map(compileExpression);
  return (scope) => parts.map((part) => part(scope));
}

function compileTest({ of, name, args, negated }: Of<'test'>): Evaluate {
  const [value, given] = [compileExpression(of), compileArguments(args)];
  // These two ask whether there is something of a name.
  const named = new Map<string, ReadonlyMap<string, unknown>>([
    ['filter', filters],
    ['test', tests],
  ]).get(name);
  const test = named ? (word: unknown) => named.has(String(word)) : tests.get(name);
  return (scope) => {
    const subject = value(scope);
    if (!test) throw new TypeError(`there is no test "${name}"`);
    return test(ASKING.has(name) ? subject : used(subject), ...given(scope).args.map(used)) !== negated;
  };
}

function compileCall(node: Of<'call'>): Evaluate {
  const [callee, given] = [compileExpression(node.callee), compileArguments(node.args)];
  return (scope) => {
    const target = used(callee(scope));
    if (!(target instanceof Callable)) throw new TypeError(`${wordsOf(node.callee)} is a ${typeName(target)}, which cannot be called`);
    const { args, named } = given(scope);
    return target.call(args, named);
  };
}

function compileUnary({ sign, of }: Of<'unary'>): Evaluate {
  const value = compileExpression(of);
  if (sign === 'not') return (scope) => !truth(used(value(scope)));
  return (scope) => {
    const subject = used(value(scope));
    const number = numeric(subject);
    if (number === undefined) throw new TypeError(`bad operand type for unary ${sign}: '${typeName(subject)}'`);
    const whole = exact(subject);
    if (whole !== undefined) return int(sign === '+' ? whole : -whole);
    return float(sign === '+' ? number : -number);
  };
}

function compileBinary({ sign, ...node }: Of<'binary'>): Evaluate {
  const [left, right] = [compileExpression(node.left), compileExpression(node.right)];
  if (sign !== 'or' && sign !== 'and') return (scope) => operate(sign, used(left(scope)), used(right(scope)));
  return (scope) => {
    const first = used(left(scope));
    return truth(first) === (sign === 'or') ? first : right(scope);
  };
}

/** `a < b < c` holds where `a < b` does and `b < c` does. */
function compileCompare({ first, links }: Of<'compare'>): Evaluate {
  const start = compileExpression(first);
  const steps = links.map(({ sign, right }) => ({ sign, right: compileExpression(right) }));
  return (scope) => {
    let left = used(start(scope));
    for (const { sign, right } of steps) {
      const value = used(right(scope));
      if (!compareBy(sign, left, value)) return false;
      left = value;
    }
    return true;
  };
}

function compileSlice(node: Of<'slice'>): Evaluate {
  const whole = compileExpression(node.of);
  const bounds = node.bounds.map((bound) => bound && compileExpression(bound));
  return (scope) => {
    const [start, stop, step] = bounds.map((bound) => bound && used(bound(scope)));
    return slice(used(whole(scope)), start, stop, step ?? 1);
  };
}

function compileChoice(node: Of<'choice'>): Evaluate {
  const [test, then] = [compileExpression(node.test), compileExpression(node.then)];
  const otherwise = node.otherwise ? compileExpression(node.otherwise) : () => new Undefined('…', true);
  return (scope) => (truth(used(test(scope))) ? then(scope) : otherwise(scope));
}

/** How expressions of each type are made ready. */
const COMPILERS: { readonly [Type in Expression['type']]: (node: Of<Type>) => Evaluate } = {
  const:
    ({ value }) =>
    () =>
      value,
  name:
    ({ name }) =>
    (scope) =>
      scope.get(name),
  list: ({ items }) => compileAll(items),
  tuple({ items }) {
    const all = compileAll(items);
    return (scope) => tuple(...all(scope));
  },
  concat({ items }) {
    const all = compileAll(items);
    return (scope) => all(scope).map(pythonText).join('');
  },
  dict({ pairs }) {
    const all = compileAll(pairs.flat());
    return (scope) => {
      const values = all(scope);
      return dictOf(pairs.map((_, i) => [used(values[2 * i]), values[2 * i + 1]]));
    };
  },
  attribute(node) {
    const [of, words] = [compileExpression(node.of), wordsOf(node)];
    return (scope) => attribute(used(of(scope)), node.name, words);
  },
  item(node) {
    const [of, key, words] = [compileExpression(node.of), compileExpression(node.key), wordsOf(node)];
    return (scope) => item(used(of(scope)), used(key(scope)), words);
  },
  filter(node) {
    const [of, apply] = [compileExpression(node.of!), compileFilter(node.name, node.args)];
    return (scope) => apply(of(scope), scope);
  },
  choice: compileChoice,
  test: compileTest,
  call: compileCall,
  unary: compileUnary,
  binary: compileBinary,
  compare: compileCompare,
  slice: compileSlice,
};

/** Makes an expression ready to be evaluated in many scopes. */
export const compileExpression = (node: Expression): Evaluate => COMPILERS[node.type](node as never);
