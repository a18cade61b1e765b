/** The largest of numbers, or `least`. Not by `Math.max(...)`: what is spread goes over the stack, which has room for some 120,000. */
export function mostOf(numbers: Iterable<number>, least = 0): number {
  let most = least;
  for (const number of numbers) if (number > most) most = number;
  return most;
}

/** The same of several names, which stand with spaces between them. */
export const all = <T>(what: T, names: string): Readonly<Record<string, T>> =>
  Object.fromEntries(names.split(' ').map((name) => [name, what]));

/** Adds all of some to others, however many they are. */
export function addAll<T>(to: T[], some: Iterable<T>): void {
  for (const one of some) to.push(one);
}
