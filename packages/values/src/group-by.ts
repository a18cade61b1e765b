/** Things by what they have in common, in the order in which that was met: `Map.groupBy`, which Node 20 has not. */
export function groupBy<T, K>(things: Iterable<T>, keyOf: (thing: T, index: number) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  let index = 0;
  for (const thing of things) {
    const key = keyOf(thing, index++);
    const group = groups.get(key);
    if (group) group.push(thing);
    else groups.set(key, [thing]);
  }
  return groups;
}
