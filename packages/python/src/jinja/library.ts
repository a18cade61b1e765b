import * as jinja from '@huggingface/jinja';

// The library's own declarations import without file endings, which Node's resolution does not follow: all of it would
// be `any`. These are the parts that are used here, as its source has them.

/** A node of the syntax tree. */
export interface Node {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** A value while a template runs. */
export interface Value {
  readonly type: string;
  readonly value: unknown;
}

export interface Environment {
  /** Declares a variable; fails if it is declared already. */
  set(name: string, value: unknown): Value;
}

export interface Interpreter {
  run(program: Node): Value;
  evaluate(node: Node | undefined, environment: Environment): Value;
}

interface Library {
  readonly Environment: new (parent?: Environment) => Environment;
  readonly Interpreter: new (environment: Environment) => Interpreter;
  readonly tokenize: (source: string, options: { readonly trim_blocks?: boolean; readonly lstrip_blocks?: boolean }) => unknown[];
  readonly parse: (tokens: unknown[]) => Node;
}

export const { Environment, Interpreter, tokenize, parse } = jinja as unknown as Library;

export const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';

/** A node of the class that another has: the library asks for the class here and there. */
export const nodeLike = (node: Node, fields: Node): Node => Object.assign(Object.create(Object.getPrototypeOf(node) as object) as Node, fields);
