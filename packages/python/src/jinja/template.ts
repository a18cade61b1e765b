import { canonicalJson, didYouMean, Random, SdgError } from '@sdg/core';
import { dictChanges, dictMethods } from './dict-methods.js';
import { filters, refusedFilters } from './filters.js';
import { findFault } from './find-fault.js';
import { Environment } from './library.js';
import { listMethods } from './list-methods.js';
import { parseProgram } from './parse-program.js';
import { Refused } from './rewrite-tokens.js';
import { StrictInterpreter } from './strict-interpreter.js';
import { libraryStringMethods, stringMethods } from './string-methods.js';
import { tests } from './tests.js';
import { namesOf, type TemplateNames } from './variables.js';

/** A Jinja template, parsed once. */
export interface Template {
  readonly names: TemplateNames;
  /**
   * Fails with `MissingVariable` where it meets a name that `columns` lacks. `random` is what the filter of that name
   * draws from; without it the columns decide.
   */
  render(columns: Readonly<Record<string, unknown>>, random?: () => Random): string;
}

const constants: Readonly<Record<string, unknown>> = { true: true, false: false, none: null, True: true, False: false, None: null };

/** Python's `range(stop)` and `range(start, stop, step)`. */
function range(first: number, stop?: number, step = 1): number[] {
  const [from, to] = stop === undefined ? [0, first] : [first, stop];
  if (step === 0) throw new RangeError('range() step must not be zero');
  const length = Math.max(0, Math.ceil((to - from) / step));
  return Array.from({ length }, (_, i) => from + i * step);
}

/** Nothing the first time it is called, then the separator. */
function joiner(separator = ', '): () => string {
  let used = false;
  return () => {
    if (used) return separator;
    used = true;
    return '';
  };
}

/** One after the other of `items`, again and again. */
function cycler(...items: readonly unknown[]): { readonly next: () => unknown; readonly reset: () => void } {
  let at = 0;
  return { next: () => items[at++ % items.length], reset: () => void (at = 0) };
}

function fail(message: unknown): never {
  throw new SdgError('sample-rejected', String(message));
}

/** A name that the template language does not have. */
export class UnknownName extends SyntaxError {
  override readonly name = 'UnknownName';
  /** Further names of the same template that there are not. */
  others: readonly UnknownName[] = [];
  constructor(
    readonly kind: 'filter' | 'test' | 'method' | 'function',
    readonly word: string,
    readonly remedy: string,
  ) {
    super(`there is no ${kind} "${word}"`);
  }
}

const known: Readonly<Record<UnknownName['kind'], readonly string[]>> = {
  filter: [...filters.keys(), 'random'],
  test: [...tests.keys(), 'filter', 'test'],
  method: [...new Set([...stringMethods.keys(), ...libraryStringMethods, ...dictMethods.keys(), ...dictChanges.keys(), ...listMethods.keys(), 'cycle', 'changed', 'next', 'reset'])],
  function: ['range', 'dict', 'namespace', 'joiner', 'cycler', 'raise_exception'],
};

/** The names of one kind that there are not. */
function unknown(kind: UnknownName['kind'], used: readonly string[]): UnknownName[] {
  const names = known[kind];
  return used
    .filter((name) => !names.includes(name))
    .map((word) => {
      const refused = kind === 'filter' && Object.hasOwn(refusedFilters, word) ? refusedFilters[word] : undefined;
      return new UnknownName(kind, word, refused ?? (didYouMean(word, names) || `there are ${[...names].filter((name) => /^\w/.test(name)).sort().join(', ')}`));
    });
}

/**
 * Parses a template as Python's Jinja does by default: `trim_blocks` and `lstrip_blocks` off (the library's own
 * `Template` has both on, as chat templates want them), undefined names strict. Fails with a SyntaxError, {@link UnknownName} for a filter or test.
 */
export function parseTemplate(text: string): Template {
  const program = parseProgram(text);
  const names = namesOf(program);
  // At run time it would be too late to say so.
  const [first, ...others] = [...unknown('filter', names.filters), ...unknown('test', names.tests), ...unknown('method', names.methods), ...unknown('function', names.functions)];
  if (first) {
    first.others = others;
    throw first;
  }
  const wanted = [...names.required, ...names.optional];
  return {
    names,
    render(columns, random) {
      const environment = new Environment();
      for (const [name, value] of Object.entries(constants)) environment.set(name, value);
      environment.set('range', range);
      environment.set('joiner', joiner);
      environment.set('cycler', cycler);
      environment.set('raise_exception', fail);
      // Only what the template names: a sample may carry a whole document in columns that this one does not use.
      for (const name of wanted) if (columns[name] !== undefined) environment.set(name, columns[name]);
      let source: Random | undefined;
      const draw = (): Random => (source ??= random?.() ?? new Random('template', text, canonicalJson(wanted.map((name) => columns[name] ?? null))));
      return String(new StrictInterpreter(environment, draw).run(program).value);
    },
  };
}

/** What is wrong with a template that does not parse, and what to do, for findings. */
export function templateProblem(error: Error, text: string): { readonly message: string; readonly remedy?: string } {
  const isNamed = error instanceof UnknownName || error instanceof Refused;
  const { message, remedy } = isNamed ? error : (findFault(text) ?? { message: error.message, remedy: undefined });
  return { message: `the template does not parse: ${message}`, ...(remedy !== undefined && { remedy }) };
}
