import { compileBody } from './compile-body.js';
import { dictMethods, newDict } from './dict-methods.js';
import { namedOf } from './access.js';
import { filters, refusedFilters } from './filters.js';
import { changes, listMethods } from './list-methods.js';
import { numeric } from './numbers.js';
import { parseBody } from './parse-template.js';
import { pythonText } from './python-text.js';
import { Scope, type Draw } from './scope.js';
import { stringMethods } from './string-methods.js';
import { tests } from './tests.js';
import { UnknownName } from './template-error.js';
import { Callable, copied, Namespace, type Call } from './values.js';
import { namesOf, type TemplateNames, type Use } from './variables.js';

/** A Jinja template, parsed once. */
export interface Template {
  readonly names: TemplateNames;
  /**
   * The text for one sample's columns, as Python's Jinja prints it with `StrictUndefined`: null as `None`. Fails with
   * `MissingVariable` where it uses a name that `columns` lacks. `random` is what the filter of that name draws from.
   */
  render(columns: Readonly<Record<string, unknown>>, random?: () => Draw): string;
}

/** What a template said by `raise_exception`. */
export class Raised extends Error {
  override readonly name = 'Raised';
}

/** Numbers of a `range()` at most, as in Jinja's sandbox: a prompt wants a few, and a slip makes billions. */
const MOST_NUMBERS = 100_000;

const range: Call = ([first, stop, by = 1]) => {
  const [from, to] = stop === undefined ? [0, numeric(first) ?? 0] : [numeric(first) ?? 0, numeric(stop) ?? 0];
  const step = numeric(by) ?? 1;
  if (step === 0) throw new RangeError('range() arg 3 must not be zero');
  const length = Math.max(0, Math.ceil((to - from) / step));
  if (length > MOST_NUMBERS) throw new RangeError(`range() makes at most ${MOST_NUMBERS} numbers`);
  return Array.from({ length }, (_, i) => from + i * step);
};

/** Nothing the first time it is called, then the separator. */
const joiner: Call = ([first], { sep = first ?? ', ' }) => {
  let isUsed = false;
  return new Callable('joiner', () => {
    const text = isUsed ? sep : '';
    isUsed = true;
    return text;
  });
};

/** One after the other of its arguments, again and again. */
const cycler: Call = (items) => {
  let at = 0;
  const fields = new Map<string, unknown>();
  const go = (to: number): void => void fields.set('current', items[(at = to)]);
  const next = (): unknown => {
    const value = items[at];
    go((at + 1) % items.length);
    return value;
  };
  const reset = (): null => (go(0), null);
  go(0);
  fields.set('next', new Callable('next', next)).set('reset', new Callable('reset', reset));
  return Object.assign(new Callable('cycler', () => null), { fields });
};

const fail: Call = ([message]) => {
  throw new Raised(pythonText(message));
};

const functions: Readonly<Record<string, Callable>> = {
  range: new Callable('range', range),
  dict: new Callable('dict', ([from], named) => newDict(from, named)),
  namespace: new Callable('namespace', ([from], named) => new Namespace(new Map(Object.entries({ ...namedOf(from), ...named })))),
  joiner: new Callable('joiner', joiner),
  cycler: new Callable('cycler', cycler),
  raise_exception: new Callable('raise_exception', fail),
};

/** The words that there are, by kind. */
const known: Readonly<Record<'filter' | 'test' | 'method' | 'function', readonly string[]>> = {
  filter: [...filters.keys(), 'random'],
  test: [...tests.keys(), 'filter', 'test'],
  method: [...new Set([...stringMethods.keys(), ...dictMethods.keys(), ...listMethods.keys(), 'cycle', 'changed', 'next', 'reset'])],
  function: Object.keys(functions),
};

/** The names of one kind that there are not. */
function unknown(kind: keyof typeof known, uses: readonly Use[]): UnknownName[] {
  const names = known[kind];
  const first = uses.filter(({ name }, i) => !names.includes(name) && uses.findIndex((use) => use.name === name) === i);
  return first.map(
    ({ name, offset }) => new UnknownName(kind, name, names, offset, kind === 'filter' ? refusedFilters.get(name) : undefined),
  );
}

const noDraw = (): never => {
  throw new TypeError('there is nothing to draw from: give render() a source');
};

/**
 * Parses a template as Python's Jinja does by default: `trim_blocks` and `lstrip_blocks` off, undefined names strict.
 * Fails with a `TemplateSyntaxError`; with `UnknownName` for filters, tests, methods and functions that there are not,
 * all of them at once.
 *
 * @example parseTemplate('{{ question | upper }}').render({ question: 'Why?' }) // WHY?
 */
export function parseTemplate(text: string): Template {
  const body = parseBody(text);
  const names = namesOf(body);
  const [first, ...others] = (['filter', 'test', 'method', 'function'] as const).flatMap((kind) => unknown(kind, names[`${kind}s`]));
  if (first) throw Object.assign(first, { others });
  const run = compileBody(body);
  const isChanging = names.methods.some(({ name }) => changes.has(name));
  return {
    names,
    render(columns, random = noDraw) {
      const given = isChanging ? Object.fromEntries(Object.entries(columns).map(([name, value]) => [name, copied(value)])) : columns;
      let source: Draw | undefined;
      const outermost = new Scope(undefined, () => (source ??= random()), given);
      for (const [name, made] of Object.entries(functions)) if (given[name] === undefined) outermost.set(name, made);
      const out: string[] = [];
      run(outermost, out);
      return out.join('');
    },
  };
}
