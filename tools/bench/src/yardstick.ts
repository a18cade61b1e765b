import { createHash } from 'node:crypto';

const TEXT = JSON.stringify(Array.from({ length: 400 }, (_, i) => ({ id: i, words: `word ${i} `.repeat(20) })));

/** Milliseconds that a fixed piece of work takes, so many times over: how fast the machine was just then. */
export function yardstick(times: number): number[] {
  const work = (): number => {
    const beganAt = performance.now();
    for (let i = 0; i < 40; i++) createHash('sha256').update(JSON.stringify(JSON.parse(TEXT))).digest();
    return performance.now() - beganAt;
  };
  work();
  return Array.from({ length: times }, work);
}
