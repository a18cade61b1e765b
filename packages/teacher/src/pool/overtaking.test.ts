import { describe, expect, it } from 'vitest';
import { TOP, loadOf, stepOf } from './load-scale.js';
import { Overtaking, disagreement } from './overtaking.js';

/** Numbers of slots, among eighths of octaves up to 64, that calls of such ranks speak against. */
function denied(ranks: readonly number[], among: number): number[] {
  const overtaking = new Overtaking();
  for (const rank of ranks) overtaking.add(rank, among);
  return [...overtaking.impossible(stepOf(64))].flatMap((misfit, step) => (misfit > 4 ? [loadOf(step)] : []));
}

const turns = (most: number): number[] => Array.from({ length: 60 }, (_, i) => 1 + (i % most));

describe('Overtaking', () => {
  it('speaks against fewer slots than calls overtook, and never against more', () => {
    const slots = denied(turns(32), 40);
    expect(Math.max(...slots)).toBeGreaterThan(24);
    expect(Math.max(...slots)).toBeLessThan(32);
  });

  it('bears a call in a hundred that gets past a queue', () => {
    expect(denied([...turns(4), 40], 40).every((slots) => slots < 4)).toBe(true);
  });

  it('says nothing of calls that end in turn', () => {
    expect(denied(turns(1), 40)).toEqual([]);
  });

  it('forgets what was long ago', () => {
    const overtaking = new Overtaking();
    for (const rank of turns(32)) overtaking.add(rank, 40);
    expect(overtaking.impossible(TOP)[stepOf(16)]).toBeGreaterThan(4);
    for (let i = 0; i < 20_000; i++) overtaking.add(1 + (i % 8), 40);
    expect(overtaking.impossible(TOP)[stepOf(16)]).toBe(0);
    expect(overtaking.impossible(TOP)[stepOf(4)]).toBeGreaterThan(4);
  });

  it('expects calls that all run at once to overtake the more of the others, the more they differ', () => {
    const overtaking = new Overtaking();
    // A quarter of the seven others, by calls that could overtake them all.
    for (let i = 0; i < 100; i++) overtaking.add(i % 4 === 0 ? 8 : 1, 8);
    const sums = overtaking.sums(stepOf(64));
    expect(disagreement(sums, 0.25)).toBeLessThan(disagreement(sums, 0.6));
    expect(disagreement(sums, 0.25)).toBeLessThan(disagreement(sums, 0.05));
  });
});
