import { SdgError } from '@sdg/core';
import { Environment, parse, tokenize } from './library.js';
import { StrictInterpreter } from './strict-interpreter.js';
import { namesOf, type TemplateNames } from './variables.js';

/** A Jinja template, parsed once. */
export interface Template {
  readonly names: TemplateNames;
  /** Fails with `MissingVariable` where it meets a name that `columns` lacks. */
  render(columns: Readonly<Record<string, unknown>>): string;
}

const constants: Readonly<Record<string, unknown>> = { true: true, false: false, none: null, True: true, False: false, None: null };

/** Python's `range(stop)` and `range(start, stop, step)`. */
function range(first: number, stop?: number, step = 1): number[] {
  const [from, to] = stop === undefined ? [0, first] : [first, stop];
  if (step === 0) throw new RangeError('range() step must not be zero');
  const length = Math.max(0, Math.ceil((to - from) / step));
  return Array.from({ length }, (_, i) => from + i * step);
}

function fail(message: unknown): never {
  throw new SdgError('sample-rejected', String(message));
}

/**
 * Parses a template as Python's Jinja does by default: `trim_blocks` and `lstrip_blocks` off (the library's own
 * `Template` has both on, as chat templates want them), undefined names strict. Fails with the parser's SyntaxError.
 */
export function parseTemplate(text: string): Template {
  const program = parse(tokenize(text, {}));
  const names = namesOf(program);
  const wanted = [...names.required, ...names.optional];
  return {
    names,
    render(columns) {
      const environment = new Environment();
      for (const [name, value] of Object.entries(constants)) environment.set(name, value);
      environment.set('range', range);
      environment.set('raise_exception', fail);
      // Only what the template names: a sample may carry a whole document in columns that this one does not use.
      for (const name of wanted) if (columns[name] !== undefined) environment.set(name, columns[name]);
      return String(new StrictInterpreter(environment).run(program).value);
    },
  };
}
