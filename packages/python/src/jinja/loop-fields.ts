import { equals } from './compare.js';
import { Callable, Undefined } from './values.js';

/** What `loop` knows in each turn of a loop over `list`: `index`, `last`, `previtem`, `cycle()`, `changed()` and their like. */
export function loopFields(list: readonly unknown[], depth: number): (index: number) => ReadonlyMap<string, unknown> {
  let before: readonly unknown[] | undefined;
  return (i) => {
    const cycle = new Callable('cycle', (args) => args[i % args.length]);
    const changed = new Callable('changed', (args) => {
      const isSame = before !== undefined && equals([...before], [...args]);
      before = args;
      return !isSame;
    });
    return new Map<string, unknown>([
      ['index', i + 1],
      ['index0', i],
      ['revindex', list.length - i],
      ['revindex0', list.length - i - 1],
      ['first', i === 0],
      ['last', i === list.length - 1],
      ['length', list.length],
      ['depth', depth + 1],
      ['depth0', depth],
      ['previtem', i === 0 ? new Undefined('loop.previtem') : list[i - 1]],
      ['nextitem', i === list.length - 1 ? new Undefined('loop.nextitem') : list[i + 1]],
      ['cycle', cycle],
      ['changed', changed],
    ]);
  };
}
