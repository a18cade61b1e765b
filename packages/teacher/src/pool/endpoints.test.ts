import { expect, it } from 'vitest';
import { Endpoints } from './endpoints.js';
import { fixedLimit } from './fixed-limit.js';
import { SdgError } from '@sdg/core';

const server = (name: string) => ({ name, complete: () => Promise.reject(new Error('not asked')), probe: async () => undefined });
const endpoints = () => {
  const limits = new Map(['a', 'b', 'c'].map((name, i) => [name, fixedLimit(2 ** i)]));
  return new Endpoints([...limits.keys()].map(server), ({ name }) => limits.get(name)!);
};
const refused = new SdgError('teacher-unreachable', 'http://a refuses connections');

it('counts what those can take that are up, and where none is, what all could', () => {
  const all = endpoints();
  expect([all.limit, all.allDown]).toEqual([7, false]);
  const taken = [0, 1, 2].map((now) => {
    all.freest(now)!.failed(refused, 0, 1);
    return [all.limit, all.allDown];
  });
  expect(taken).toEqual([
    [6, false],
    [4, false],
    [7, true],
  ]);
  expect(all.freest(9)).toBeUndefined();
});

it('asks the one of the least load that does not pause, and knows when one may be asked again', () => {
  const all = endpoints();
  const first = all.freest(0)!;
  expect(first.server.name).toBe('a');
  first.inFlight = 1;
  expect(all.freest(0)!.server.name).toBe('b');
  expect(all.soonest(0)).toBe(Infinity);
  expect(all.pause(50, 10, 'b').map(({ server: { name } }) => name)).toEqual(['b']);
  expect([all.freest(49)!.server.name, all.freest(50)!.server.name]).toEqual(['c', 'b']);
  expect(all.pause(30, 20).map(({ server: { name } }) => name)).toEqual(['a', 'c']);
  expect([all.soonest(20), all.soonest(30), all.soonest(50)]).toEqual([10, 20, Infinity]);
  expect(all.freest(29)).toBeUndefined();
});
