import { expect, it } from 'vitest';
import { Endpoints } from './endpoints.js';
import { fixedLimit } from './fixed-limit.js';
import type { Limit } from './limit.js';
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

it('asks one that has turned calls away after all others for a while, then where those have enough to do', () => {
  const all = endpoints();
  const [a, tooMany] = [all.freest(0)!, new SdgError('teacher-overloaded', 'too many', { status: 429 })];
  a.inFlight = 1;
  const b = all.freest(0)!;
  b.inFlight = 2;
  const c = all.freest(0)!;
  const asked = (now: number, ofB: number, ofC: number): string | undefined => {
    [a.inFlight, b.inFlight, c.inFlight] = [0, ofB, ofC];
    return all.freest(now)?.server.name;
  };
  expect([asked(9, 0, 0), all.hasSound(9)]).toEqual(['a', true]);
  a.failed(tooMany, 0, 1);
  // Of a burst, not one more.
  a.failed(tooMany, 0, 2);
  expect([asked(251, 1, 3), asked(252, 1, 3), asked(252, 0, 3), asked(251, 2, 4)]).toEqual(['b', 'a', 'b', 'a']);
  a.failed(tooMany, 252, 253);
  expect([asked(752, 1, 3), asked(753, 1, 3), asked(9999, 0, 3)]).toEqual(['b', 'a', 'b']);
  a.failed(new SdgError('teacher-overloaded', 'too many', { status: 429, retryAfterMs: 3_600_000 }), 254, 255);
  expect([a.isTroubled(15_254), a.isTroubled(15_255), asked(300, 2, 4), all.hasSound(300)]).toEqual([true, false, undefined, true]);
  all.pause(400, 300, 'b');
  all.pause(400, 300, 'c');
  expect([all.hasSound(399), all.hasSound(400)]).toEqual([false, true]);
  const pausing = (error: SdgError): boolean => (a.succeeded(), a.failed(error, 300, 301), a.isTroubled(302));
  expect([new SdgError('teacher-reply', 'half'), new SdgError('teacher-refused', 'no')].map(pausing)).toEqual([true, false]);
});

it('tells what limits do and have found, and tells them the time and what is left of a rate', async () => {
  const told: unknown[] = [];
  const limits: Record<string, Limit> = {
    a: { value: 1, ended: () => undefined },
    b: { value: 2, phase: 'cruise', found: 5, risesAt: 70, ended: () => undefined, passed: (now) => told.push(['b', now]) },
    c: { value: 4, phase: 'startup', risesAt: 60, ended: () => undefined, heard: (load, inFlight) => told.push(['c', load, inFlight]) },
  };
  const closed: string[] = [];
  const all = new Endpoints(
    ['a', 'b', 'c'].map((name) => ({ ...server(name), close: async () => void closed.push(name) })),
    ({ name }) => limits[name]!,
  );
  expect([all.name, all.phase, all.risesAt, [...all.found]]).toEqual(['a,b,c', 'cruise, startup', 60, [['b', 5]]]);
  expect([endpoints().phase, endpoints().risesAt, endpoints().found.size]).toEqual([undefined, Infinity, 0]);
  all.passed(12);
  all.remaining('b', 3);
  all.remaining('c', 3);
  expect(told).toEqual([
    ['b', 12],
    ['c', { remaining: 3 }, 0],
  ]);
  await all.close();
  expect(closed).toEqual(['a', 'b', 'c']);
});

it('pauses none for less long than before, and tells of those alone that did not pause already', () => {
  const all = endpoints();
  const names = (list: readonly { readonly server: { readonly name: string } }[]): string[] => list.map((one) => one.server.name);
  expect(names(all.pause(50, 10, 'b'))).toEqual(['b']);
  expect(names(all.pause(40, 20, 'b'))).toEqual([]);
  expect(all.soonest(20)).toBe(30);
  // At the very end of a pause it is not over for whoever counts pauses, and over for whoever asks.
  expect(names(all.pause(60, 50, 'b'))).toEqual([]);
  expect(names(all.pause(70, 61, 'b'))).toEqual(['b']);
});
