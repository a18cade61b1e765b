/** What numbers come to, or what each of some things counts for; 0 for none. */
export function sumOf(numbers: Iterable<number>): number;
export function sumOf<T>(things: Iterable<T>, of: (thing: T) => number): number;
export function sumOf(things: Iterable<unknown>, of: (thing: never) => number = Number): number {
  let sum = 0;
  for (const thing of things) sum += of(thing as never);
  return sum;
}
