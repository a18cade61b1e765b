import type { Random } from '@sdg/core';
import { compareBy, comparisons, numeric, typeName } from './compare.js';
import { items } from './filter.js';
import { filters } from './filters.js';
import { format } from './text-filters.js';
import { Environment, Interpreter, isNode, nodeLike, type Node, type Value } from './library.js';
import { dictChanges, dictMethods } from './dict-methods.js';
import { listMethods } from './list-methods.js';
import { MissingVariable } from './missing-variable.js';
import { pythonText } from './python-text.js';
import { GROUP, IS, IS_NOT, TUPLE } from './rewrite-tokens.js';
import { stringMethods } from './string-methods.js';
import { tests } from './tests.js';
import { Float, iterable, plain, tuple, Tuple, valueOf } from './values.js';

/** `a.b` of a member expression, for messages. */
function nameOf({ type, object, property, value }: Node): string {
  if (type !== 'MemberExpression') return typeof value === 'string' ? value : '…';
  const name = isNode(property) ? property['value'] : undefined;
  return `${isNode(object) ? nameOf(object) : '…'}.${typeof name === 'string' || typeof name === 'number' ? name : '…'}`;
}

/** The name of a filter, with arguments or without. */
function calleeOf(node: unknown): string {
  if (!isNode(node)) return '';
  return node.type === 'CallExpression' ? calleeOf(node['callee']) : String(node['value']);
}

/** Tests that ask what a value is, and do nothing with it. */
const MERE = ['defined', 'undefined', 'none', 'boolean', 'true', 'false', 'string', 'number', 'integer', 'float', 'mapping', 'sequence', 'callable'];
/** Filters that may be given what is not defined. */
const ASKING = new Set(['default', 'd', ...MERE.flatMap((name) => [IS + name, IS_NOT + name])]);

/** Values that Python prints in another way than JavaScript. */
const OWN_TEXT = new Set(['BooleanValue', 'NullValue', 'ArrayValue', 'TupleValue', 'ObjectValue']);

const operatorOf = ({ operator }: Node): string => (operator as { readonly value: string }).value;

interface Arguments {
  readonly args: readonly unknown[];
  readonly named: Readonly<Record<string, unknown>>;
}

/**
 * Evaluates as Jinja does with `StrictUndefined`: what is not defined is an error wherever it is used, and only
 * `is defined`, `is undefined` and `default` may ask. The library by itself renders nothing in its place.
 */
export class StrictInterpreter extends Interpreter {
  /** The one node that may be undefined: the operand of the question being asked. */
  #asked: unknown;
  /** What `loop.changed()` was last called with, by the place of the call. */
  readonly #before = new Map<Node, string>();

  /** `random`: where the filter of that name draws from. */
  constructor(
    environment: Environment,
    readonly random: () => Random,
  ) {
    super(environment);
  }

  override evaluate(node: Node | undefined, environment: Environment): Value {
    switch (node?.type) {
      case 'Output': {
        const value = this.evaluate(node['expression'] as Node, environment);
        return OWN_TEXT.has(value.type) ? valueOf(pythonText(plain(value))) : value;
      }
      case 'Identifier':
      case 'MemberExpression':
        return this.#defined(node, () => this.#member(node, environment) ?? super.evaluate(node, environment));
      case 'Held':
        return node['held'] as Value;
      case 'ObjectLiteral': {
        const dict = valueOf({});
        for (const [key, value] of node['value'] as Map<Node, Node>) {
          (dict.value as Map<string, Value>).set(pythonText(plain(this.evaluate(key, environment))), this.evaluate(value, environment));
        }
        return dict;
      }
      case 'CallExpression':
        return this.#call(node, environment) ?? super.evaluate(node, environment);
      case 'BinaryExpression':
        return this.#binary(node, environment) ?? super.evaluate(node, environment);
      case 'FilterExpression':
        return this.#defined(node, () => this.#filter(node, environment));
      case 'FilterStatement': {
        const body = valueOf(super.evaluate({ type: 'Program', body: node['body'] }, environment).value);
        return this.#apply(calleeOf(node['filter']), plain(body), this.#arguments(node['filter'], environment));
      }
      case 'Iterable':
        return iterable(this.evaluate(node['expression'] as Node, environment), node['takesApart'] === true);
      case 'Iteration':
        // What is set in one turn of a loop is gone in the next.
        return super.evaluate({ type: 'Program', body: node['body'] }, new Environment(environment));
    }
    return super.evaluate(node, environment);
  }

  /** Fails where a value is undefined and nobody asked whether it is. */
  #defined(node: Node, find: () => Value): Value {
    const mayBeUndefined = this.#asked === node;
    this.#asked = undefined;
    const value = find();
    if (value.type === 'UndefinedValue' && !mayBeUndefined) throw new MissingVariable(nameOf(node.type === 'FilterExpression' ? (node['operand'] as Node) : node));
    return value;
  }

  /** `a[b]`, where `b` may be a number and `a` a dict: its keys are texts here. */
  #member(node: Node, environment: Environment): Value | undefined {
    const key = node['property'];
    if (node.type !== 'MemberExpression' || !node['computed'] || !isNode(key) || key.type === 'SliceExpression') return undefined;
    const object = this.evaluate(node['object'] as Node, environment);
    const wanted = this.evaluate(key, environment);
    const isNumber = wanted.type === 'IntegerValue' || wanted.type === 'FloatValue' || wanted.type === 'BooleanValue';
    const property = object.type === 'ObjectValue' && isNumber ? valueOf(pythonText(plain(wanted))) : wanted;
    return super.evaluate(nodeLike(node, { ...node, object: { type: 'Held', held: object }, property: { type: 'Held', held: property } }), environment);
  }

  #filter({ operand, filter }: Node, environment: Environment): Value {
    const name = calleeOf(filter);
    if (ASKING.has(name)) this.#asked = operand;
    const value = this.evaluate(operand as Node, environment);
    this.#asked = undefined;
    if (name === GROUP) return value;
    const given = this.#arguments(filter, environment);
    if (name === TUPLE) return valueOf(tuple(...(plain(value) as unknown[])));
    if (name.startsWith(IS)) {
      const [word, negated] = name.startsWith(IS_NOT) ? [name.slice(IS_NOT.length), true] : [name.slice(IS.length), false];
      return valueOf(this.#test(word, value, given.args) !== negated);
    }
    return this.#apply(name, plain(value), given);
  }

  #test(name: string, value: Value, args: readonly unknown[]): boolean {
    if (name === 'callable') return value.type === 'FunctionValue';
    if (name === 'filter') return filters.has(String(value.value));
    if (name === 'test') return tests.has(String(value.value));
    if (name === 'integer' || name === 'float') return value.type === (name === 'float' ? 'FloatValue' : 'IntegerValue');
    const test = tests.get(name);
    if (!test) throw new TypeError(`there is no test "${name}"`);
    return test(plain(value), ...args);
  }

  #apply(name: string, value: unknown, { args, named }: Arguments): Value {
    if (name === 'random') return valueOf(items(value).length > 0 ? this.random().pick(items(value)) : undefined);
    const filter = filters.get(name);
    if (!filter) throw new TypeError(`there is no filter "${name}"`);
    try {
      return valueOf(filter(value, args, named));
    } catch (error) {
      throw error instanceof TypeError ? new TypeError(`filter ${name}: ${error.message}`, { cause: error }) : error;
    }
  }

  /** Calls that the library does not know: methods of texts and dicts, `dict()`, `loop.cycle()`. */
  #call(node: Node, environment: Environment): Value | undefined {
    const callee = node['callee'] as Node;
    if (callee.type === 'Identifier' && callee['value'] === 'dict') {
      const { args, named } = this.#arguments(node, environment);
      const [first] = args;
      return valueOf({ ...(Array.isArray(first) ? Object.fromEntries(first as [string, unknown][]) : (first as object | undefined)), ...named });
    }
    if (callee.type !== 'MemberExpression' || callee['computed']) return undefined;
    const name = String((callee['property'] as Node)['value']);
    const target = callee['object'] as Node;
    if (name === 'cycle' && target['value'] === 'loop') {
      const loop = plain(this.evaluate(target, environment)) as { readonly index0: number };
      const { args } = this.#arguments(node, environment);
      return valueOf(args[loop.index0 % args.length]);
    }
    if (name === 'changed' && target['value'] === 'loop') {
      const { index0 } = plain(this.evaluate(target, environment)) as { readonly index0: number };
      const now = pythonText(this.#arguments(node, environment).args);
      const changed = index0 === 0 || this.#before.get(node) !== now;
      this.#before.set(node, now);
      return valueOf(changed);
    }
    const onText = stringMethods.get(name);
    const onDict = dictMethods.get(name);
    const onList = listMethods.get(name);
    const change = dictChanges.get(name);
    if (!onText && !onDict && !onList && !change) return undefined;
    const object = this.evaluate(target, environment);
    if (object.type === 'StringValue' && onText) {
      const { args, named } = this.#arguments(node, environment);
      return valueOf(onText(String(object.value), args, named));
    }
    if (Array.isArray(object.value) && onList) return valueOf(onList(object.value as Value[], this.#arguments(node, environment).args));
    if (object.type === 'ObjectValue' && (onDict || change)) {
      const { args, named } = this.#arguments(node, environment);
      return valueOf(change ? change(object.value as Map<string, Value>, args, named) : onDict!(plain(object) as Record<string, unknown>, args));
    }
    return undefined;
  }

  #binary(node: Node, environment: Environment): Value | undefined {
    const sign = operatorOf(node);
    if (comparisons.has(sign)) return valueOf(this.#chain(node, environment).holds);
    if (!['~', '%', '*', '/', '//'].includes(sign)) return undefined;
    const first = this.evaluate(node['left'] as Node, environment);
    const second = this.evaluate(node['right'] as Node, environment);
    const [left, right] = [plain(first), plain(second)];
    if (sign === '~') return valueOf(pythonText(left) + pythonText(right));
    const divisor = numeric(right);
    if (sign !== '*' && numeric(left) !== undefined && divisor === 0) throw new RangeError('division by zero');
    if (sign === '%') {
      if (typeof left === 'string') return valueOf(format(left, right instanceof Tuple ? right : [right], typeName(right) === 'dict' ? (right as Record<string, unknown>) : {}));
      if (numeric(left) === undefined || divisor === undefined) return undefined;
      const rest = (((numeric(left)! % divisor) + divisor) % divisor) as number;
      return valueOf(first.type === 'FloatValue' || second.type === 'FloatValue' ? new Float(rest) : rest);
    }
    const [whole, times] = typeof left === 'number' ? [right, left] : [left, right];
    if (sign !== '*' || typeof times !== 'number') return undefined;
    if (typeof whole === 'string') return valueOf(whole.repeat(Math.max(0, times)));
    return Array.isArray(whole) ? valueOf(Array.from({ length: Math.max(0, times) }, () => whole as unknown[]).flat()) : undefined;
  }

  /** `a < b < c` holds where `a < b` does and `b < c` does. */
  #chain(node: Node, environment: Environment): { readonly holds: boolean; readonly last: unknown } {
    const left = node['left'] as Node;
    const isLink = left.type === 'BinaryExpression' && comparisons.has(operatorOf(left));
    const before = isLink ? this.#chain(left, environment) : { holds: true, last: plain(this.evaluate(left, environment)) };
    if (!before.holds) return before;
    const last = plain(this.evaluate(node['right'] as Node, environment));
    return { holds: compareBy(operatorOf(node), before.last, last)!, last };
  }

  #arguments(call: unknown, environment: Environment): Arguments {
    const args: unknown[] = [];
    const named: Record<string, unknown> = {};
    for (const arg of isNode(call) && call.type === 'CallExpression' ? (call['args'] as Node[]) : []) {
      if (arg.type === 'KeywordArgumentExpression') named[String((arg['key'] as Node)['value'])] = plain(this.evaluate(arg['value'] as Node, environment));
      else if (arg.type === 'SpreadExpression') args.push(...(plain(this.evaluate(arg['argument'] as Node, environment)) as unknown[]));
      else if (arg.type === 'KeywordSpreadExpression') Object.assign(named, plain(this.evaluate(arg['argument'] as Node, environment)));
      else args.push(plain(this.evaluate(arg, environment)));
    }
    return { args, named };
  }
}
