import { ownFilters, type Filter } from './filters.js';
import { Environment, Interpreter, isNode, type Node, type Value } from './library.js';
import { pythonText } from './python-text.js';
import { stringMethods } from './string-methods.js';

/** A template met a name that nothing defines. */
export class MissingVariable extends Error {
  override readonly name = 'MissingVariable';
  constructor(readonly variable: string) {
    super(`variable "${variable}" is not defined`);
  }
}

/** `a.b` of a member expression, for messages. */
function nameOf({ type, object, property, value }: Node): string {
  if (type !== 'MemberExpression') return String(value);
  const name = isNode(property) ? property['value'] : undefined;
  return `${isNode(object) ? nameOf(object) : '…'}.${typeof name === 'string' || typeof name === 'number' ? name : '…'}`;
}

/** The name of a filter or test, with arguments or without. */
function calleeOf(node: unknown): unknown {
  if (!isNode(node)) return undefined;
  return node.type === 'CallExpression' ? calleeOf(node['callee']) : node['value'];
}

/** Values that Python prints in another way than JavaScript. */
const OWN_TEXT = new Set(['BooleanValue', 'ArrayValue', 'TupleValue', 'ObjectValue']);

/** A value of a running template as plain data. */
function plain({ type, value }: Value): unknown {
  if (type === 'UndefinedValue') return undefined;
  if (Array.isArray(value)) return value.map((item: Value) => plain(item));
  if (value instanceof Map) return Object.fromEntries([...(value as Map<string, Value>)].map(([key, item]) => [key, plain(item)]));
  return value;
}

/** Plain data as a value of a running template. */
const valueOf = (value: unknown): Value => new Environment().set('value', value);

/**
 * Evaluates as Jinja does with `StrictUndefined`: what is not defined is an error wherever it is used, and only
 * `is defined`, `is undefined` and `default` may ask. The library by itself renders nothing in its place.
 */
export class StrictInterpreter extends Interpreter {
  /** The one node that may be undefined: the operand of the question being asked. */
  #asked: unknown;

  override evaluate(node: Node | undefined, environment: Environment): Value {
    switch (node?.type) {
      case 'Output': {
        const value = this.evaluate(node['expression'] as Node, environment);
        return OWN_TEXT.has(value.type) ? valueOf(pythonText(plain(value))) : value;
      }
      case 'Identifier':
      case 'MemberExpression': {
        const mayBeUndefined = this.#asked === node;
        this.#asked = undefined;
        const value = super.evaluate(node, environment);
        if (value.type === 'UndefinedValue' && !mayBeUndefined) throw new MissingVariable(nameOf(node));
        return value;
      }
      case 'CallExpression': {
        const { callee } = node;
        if (!isNode(callee) || callee.type !== 'MemberExpression' || callee['computed']) break;
        const method = stringMethods.get(String((callee['property'] as Node)['value']));
        const object = method && this.evaluate(callee['object'] as Node, environment);
        if (object?.type !== 'StringValue') break;
        const { args, named } = this.#arguments(node, environment);
        return valueOf(method!(String(object.value), args, named));
      }
      case 'BinaryExpression': {
        const result = this.#ofTexts(node, environment);
        if (result !== undefined) return valueOf(result);
        break;
      }
      case 'TestExpression': {
        const name = calleeOf(node['test']);
        if (name === 'defined' || name === 'undefined') this.#asked = node['operand'];
        break;
      }
      case 'FilterExpression': {
        const name = calleeOf(node['filter']);
        if (name === 'default' || name === 'd') this.#asked = node['operand'];
        const filter = ownFilters.get(String(name));
        if (filter) return this.#apply(filter, node, environment);
        break;
      }
    }
    return super.evaluate(node, environment);
  }

  /** `~` of any two values, `%` and `*` of a text, which the library knows for some or for numbers alone. */
  #ofTexts({ operator, left, right }: Node, environment: Environment): string | undefined {
    const sign = (operator as { readonly value: string }).value;
    if (!['~', '%', '*'].includes(sign)) return undefined;
    const first = this.evaluate(left as Node, environment);
    if (sign !== '~' && first.type !== 'StringValue') return undefined;
    const second = this.evaluate(right as Node, environment);
    if (sign === '~') return pythonText(plain(first)) + pythonText(plain(second));
    const value = plain(second);
    if (sign === '%') return String(ownFilters.get('format')!(first.value, Array.isArray(value) ? value : [value], {}));
    return typeof value === 'number' ? String(first.value).repeat(Math.max(0, value)) : undefined;
  }

  #arguments(call: unknown, environment: Environment): { readonly args: unknown[]; readonly named: Record<string, unknown> } {
    const args: unknown[] = [];
    const named: Record<string, unknown> = {};
    for (const arg of isNode(call) && call.type === 'CallExpression' ? (call['args'] as Node[]) : []) {
      if (arg.type === 'KeywordArgumentExpression') named[String((arg['key'] as Node)['value'])] = plain(this.evaluate(arg['value'] as Node, environment));
      else args.push(plain(this.evaluate(arg, environment)));
    }
    return { args, named };
  }

  #apply(filter: Filter, { operand, filter: call }: Node, environment: Environment): Value {
    const value = plain(this.evaluate(operand as Node, environment));
    this.#asked = undefined;
    const { args, named } = this.#arguments(call, environment);
    return valueOf(filter(value, args, named));
  }
}
