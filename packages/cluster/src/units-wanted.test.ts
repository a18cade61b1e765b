import { expect, it } from 'vitest';
import { areLast, unitsWanted, type WorkerLoad } from './units-wanted.js';

const load = (more: Partial<WorkerLoad>): WorkerLoad => ({
  ...{ slots: 64, inFlight: 64, before: 0, after: 0, units: 64, beginning: 0, waiting: 1000 },
  ...more,
});

it('asks for as many units as there are slots with nothing to do, and some ahead only where many wait', () => {
  expect(unitsWanted(load({ inFlight: 0, units: 0 }))).toBe(80);
  expect(unitsWanted(load({ inFlight: 0, units: 0, waiting: 64 }))).toBe(64);
  expect(unitsWanted(load({ inFlight: 40, before: 10, beginning: 4, waiting: 64 }))).toBe(10);
  expect(unitsWanted(load({ waiting: 64 }))).toBe(0);
});

it('asks for several ahead at a time', () => {
  expect([16, 9, 8, 0].map((before) => unitsWanted(load({ before })))).toEqual([0, 0, 8, 16]);
});

it('takes units that go before calls that wait here, though slots are busy and few wait, up to four a slot', () => {
  expect(unitsWanted(load({ before: 0, after: 30, waiting: 20 }))).toBe(16);
  expect(unitsWanted(load({ before: 12, after: 30, waiting: 20 }))).toBe(0);
  expect(unitsWanted(load({ after: 30, units: 245 }))).toBe(11);
  expect(unitsWanted(load({ after: 30, units: 256 }))).toBe(0);
});

it('lets units by once there are two for each slot of all workers', () => {
  expect([513, 512, 0].map((waiting) => areLast(waiting, 256))).toEqual([false, true, true]);
});
