/**
 * A function of an object that does its work once for each. A far run makes a block's operator anew for every unit; the
 * templates and schemas of its config are compiled the first time.
 */
export function onceFor<K extends object, V>(make: (key: K) => V): (key: K) => V {
  const made = new WeakMap<K, { readonly value: V }>();
  return (key) => {
    let one = made.get(key);
    if (!one) made.set(key, (one = { value: make(key) }));
    return one.value;
  };
}
