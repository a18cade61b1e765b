import { items, takes, truth, type Filter } from './filter.js';
import { attributeOf, listFilters } from './list-filters.js';
import { MissingVariable } from './missing-variable.js';
import { tests } from './tests.js';
import { textFilters } from './text-filters.js';
import { Undefined } from './values.js';

const fallback = takes('default_value boolean', (value, instead = '', evenIfEmpty = false) =>
  value instanceof Undefined || (truth(evenIfEmpty) && !truth(value)) ? instead : value,
);

/** What `map` and `select` go through: nothing where a value is false, None included. */
const itemsOf = (value: unknown): readonly unknown[] => (truth(value) ? items(value) : []);

/** `map(attribute='a.b')`, or `map('upper')` with the arguments of the filter that it names. */
const map: Filter = (value, [name, ...args], named) => {
  if (name === undefined) {
    const { attribute, default: instead } = named;
    return itemsOf(value).map((item) => {
      const found = attributeOf(item, attribute);
      if (found === undefined && instead === undefined) throw new MissingVariable(String(attribute));
      return found === undefined ? instead : found;
    });
  }
  const filter = filters.get(String(name));
  if (!filter) throw new TypeError(`map() knows no filter "${String(name)}"`);
  return itemsOf(value).map((item) => filter(item, args, named));
};

function found(item: unknown, attribute: unknown): unknown {
  const value = attributeOf(item, attribute);
  return value === undefined ? new Undefined(String(attribute)) : value;
}

/** `select('gt', 1)`, `rejectattr('a', 'none')`: without a test the value's own truth decides. */
const select =
  (wanted: boolean, byAttribute: boolean): Filter =>
  (value, given) => {
    const [attribute, [name, ...args]] = byAttribute ? [given[0], given.slice(1)] : [undefined, given];
    const test = name === undefined ? truth : tests.get(String(name));
    if (!test) throw new TypeError(`there is no test "${String(name)}"`);
    return itemsOf(value).filter((item) => test(byAttribute ? found(item, attribute) : item, ...args) === wanted);
  };

/** Every filter that a template may use. */
export const filters: ReadonlyMap<string, Filter> = new Map<string, Filter>([
  ...textFilters,
  ...listFilters,
  ['default', fallback],
  ['d', fallback],
  ['map', map],
  ['select', select(true, false)],
  ['reject', select(false, false)],
  ['selectattr', select(true, true)],
  ['rejectattr', select(false, true)],
]);

/** Filters of Python's Jinja that are not here, and why. */
export const refusedFilters: ReadonlyMap<string, string> = new Map([['urlize', 'it makes HTML']]);
