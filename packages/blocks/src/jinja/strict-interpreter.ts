import { ownFilters, type Filter } from './filters.js';
import { Environment, Interpreter, isNode, type Node, type Value } from './library.js';
import { pythonText } from './python-text.js';

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
        return OWN_TEXT.has(value.type) ? new Environment().set('text', pythonText(plain(value))) : value;
      }
      case 'Identifier':
      case 'MemberExpression': {
        const mayBeUndefined = this.#asked === node;
        this.#asked = undefined;
        const value = super.evaluate(node, environment);
        if (value.type === 'UndefinedValue' && !mayBeUndefined) throw new MissingVariable(nameOf(node));
        return value;
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

  #apply(filter: Filter, { operand, filter: call }: Node, environment: Environment): Value {
    const value = plain(this.evaluate(operand as Node, environment));
    this.#asked = undefined;
    const args: unknown[] = [];
    const named: Record<string, unknown> = {};
    for (const arg of isNode(call) && call.type === 'CallExpression' ? (call['args'] as Node[]) : []) {
      if (arg.type === 'KeywordArgumentExpression') named[String((arg['key'] as Node)['value'])] = plain(this.evaluate(arg['value'] as Node, environment));
      else args.push(plain(this.evaluate(arg, environment)));
    }
    return new Environment().set('value', filter(value, args, named));
  }
}
