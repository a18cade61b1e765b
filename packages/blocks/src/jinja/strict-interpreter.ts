import { Interpreter, isNode, type Environment, type Node, type Value } from './library.js';

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

/**
 * Evaluates as Jinja does with `StrictUndefined`: what is not defined is an error wherever it is used, and only
 * `is defined`, `is undefined` and `default` may ask. The library by itself renders nothing in its place.
 */
export class StrictInterpreter extends Interpreter {
  /** The one node that may be undefined: the operand of the question being asked. */
  #asked: unknown;

  override evaluate(node: Node | undefined, environment: Environment): Value {
    switch (node?.type) {
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
        break;
      }
    }
    return super.evaluate(node, environment);
  }
}
