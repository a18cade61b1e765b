import { expect, it, onTestFinished } from 'vitest';
import { ProcessorClock } from './processor-clock.js';

/** A clock whose time is what the test says. */
function clockOf(): { clock: ProcessorClock; pass: (time: number, processor: number) => string[]; over: string[] } {
  let [now, processor] = [0, 0];
  const clock = new ProcessorClock({ now: () => now, processor: () => processor });
  const over: string[] = [];
  const pass = (time: number, taken: number): string[] => {
    now += time;
    processor += taken;
    clock.tick();
    return over.splice(0);
  };
  return { clock, pass, over };
}

it('lets what gets a tenth of a processor take ten times as long', () => {
  const { clock, pass, over } = clockOf();
  const timed = clock.start(1000, () => over.push('a'), 100);
  onTestFinished(() => timed.stop());
  for (let i = 0; i < 9; i++) expect(pass(1000, 100)).toEqual([]);
  expect(pass(1000, 100)).toEqual(['a']);
  expect(pass(1000, 1000)).toEqual([]);
});

it('gives all that run an equal part, none more than the time that went by, and more to what gets on', () => {
  const { clock, pass, over } = clockOf();
  const first = clock.start(1000, () => over.push('a'));
  clock.start(2000, () => over.push('b'));
  expect(pass(600, 1200)).toEqual([]);
  first.allowed = 3000;
  expect(pass(600, 5000)).toEqual([]);
  expect(pass(900, 1800)).toEqual(['b']);
  expect(pass(800, 800)).toEqual([]);
  expect(pass(100, 100)).toEqual(['a']);
});

it('ends what takes no processor at ten times its time, or earlier where that is said', () => {
  const { clock, pass, over } = clockOf();
  clock.start(1000, () => over.push('a'));
  clock.start(1000, () => over.push('b'), 1);
  expect(pass(999, 0)).toEqual([]);
  expect(pass(1, 0)).toEqual(['b']);
  expect(pass(8999, 0)).toEqual([]);
  expect(pass(1, 0)).toEqual(['a']);
});
