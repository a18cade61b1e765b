import { setImmediate as turn } from 'node:timers/promises';
import { catalog } from '@sdg/blocks';
import { fromGated, Gate, Random, Run, type BlockContext, type Catalog, type Sample } from '@sdg/core';
import { offlineTeacher } from '@sdg/offline';
import { shippedUses, type ShippedUse } from '@sdg/testing';
import fc from 'fast-check';
import { lastValueFrom, Observable, toArray, type OperatorFunction } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { compile } from './compile.js';
import { exactly } from './exactly.js';
import { goalOf, openShipped, settings } from './test-support/shipped.js';

/** As another process would get it. */
const throughJson = (sample: Sample): Sample => JSON.parse(JSON.stringify(sample)) as Sample;

/** Every sample through JSON; where no order is kept, in random order too. */
function hop(context: BlockContext, draw: number, side: string): OperatorFunction<Sample, Sample> {
  if (context.ordered) {
    return (source) =>
      new Observable((to) =>
        source.subscribe({ next: (s) => to.next(throughJson(s)), error: (e) => to.error(e), complete: () => to.complete() }),
      );
  }
  const random = new Random('hop', draw, context.name, side);
  return (source) =>
    new Observable((to) => {
      const held: Sample[] = [];
      let ended = false;
      let running = false;
      const run = async (): Promise<void> => {
        running = true;
        while (held.length > 0 && !to.closed) {
          for (let i = random.below(3); i >= 0; i--) await turn();
          const at = random.below(held.length);
          const [sample] = held.splice(at, 1);
          if (!to.closed) to.next(throughJson(sample!));
        }
        running = false;
        if (ended) to.complete();
      };
      return source.subscribe({
        next(sample) {
          held.push(sample);
          if (!running) void run();
        },
        error: (error) => to.error(error),
        complete() {
          ended = true;
          if (!running) to.complete();
        },
      });
    });
}

/** The catalogue, with a hop before and behind every block. */
const hopping = (draw: number): Catalog =>
  new Map(
    [...catalog].map(([type, spec]) => [
      type,
      {
        ...spec,
        create: (config: unknown, context: BlockContext) => (source: Observable<Sample>) =>
          source.pipe(hop(context, draw, 'before'), spec.create(config, context), hop(context, draw, 'behind')),
      },
    ]),
  );

async function rows({ pipeline: path, seeds, goal }: ShippedUse, used: Catalog, slots: number): Promise<string> {
  const pipeline = await openShipped(path);
  const gate = new Gate({ slots });
  const until = goal && exactly(goalOf(pipeline, goal)!);
  const run = new Run({ gate, settings, teacher: offlineTeacher({ concurrency: slots }), ...until?.runOptions });
  const compiled = compile(pipeline, { catalog: used, run });
  const output = await lastValueFrom(fromGated(seeds, { gate }).pipe(until ? until.operator(run, compiled) : compiled, toArray()));
  run.close();
  run.ledger.reconcile();
  return output.map((row) => JSON.stringify(row)).join('\n');
}

describe('samples through JSON, in random order, at every place between two blocks', () => {
  it.each(shippedUses)(
    '$name: the same bytes',
    async (use) => {
      const expected = await rows(use, catalog, 8);
      expect(expected).not.toBe('');
      expect(expected).not.toContain('"at":');
      await fc.assert(
        fc.asyncProperty(fc.nat(), fc.constantFrom(1, 5, 64), async (draw, slots) => {
          expect(await rows(use, hopping(draw), slots)).toBe(expected);
        }),
        { numRuns: 2 },
      );
    },
    120_000,
  );
});
