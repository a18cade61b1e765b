import { catalog } from '@sdg/blocks';
import { columnsOf, Gate, Random, Run, seedSample, type Sample } from '@sdg/core';
import { loadExample } from '@sdg/testing';
import { from, lastValueFrom, count, type OperatorFunction, type Observable } from 'rxjs';

interface BlockCostInput {
  readonly samples: number;
}

/** CPU of a block's operator, microseconds a sample, the stream around it left out. */
export type BlockCostOutput = Readonly<Record<string, number>>;

const words = Array.from({ length: 2000 }, (_, i) => `word${i}`);

/** Whether a column is what makes samples differ, rather than what the block's config names. */
const isFreeText = (value: unknown): value is string => typeof value === 'string' && value.length > 20;

/** Samples like the example's, each with lineage, a document of 2 kB and texts of its own. */
function samplesOf(type: string, input: readonly Readonly<Record<string, unknown>>[], number: number): Sample[] {
  const random = new Random('block cost');
  const document = Array.from({ length: 300 }, () => random.pick(words)).join(' ');
  // Blocks that compare texts with each other get texts that differ; others keep the form that their config expects.
  const isComparing = type.includes('Duplicates');
  const text = (value: string, i: number): string =>
    isComparing
      ? Array.from({ length: 8 + random.below(16) }, () => random.pick(words)).join(' ')
      : `${value} ${random.pick(words)} ${random.pick(words)} ${i}`;
  return Array.from({ length: number }, (_, i) => {
    const columns = columnsOf(input[i % input.length]! as Sample);
    const varied = Object.fromEntries(Object.entries(columns).map(([name, value]) => [name, isFreeText(value) ? text(value, i) : value]));
    return seedSample({ bench_document: document, ...varied });
  });
}

async function cpuOf(samples: readonly Sample[], operator: (source: Observable<Sample>) => Observable<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await lastValueFrom(from(samples).pipe(operator, count()));
  const { user, system } = process.cpuUsage(before);
  return (user + system) / samples.length;
}

/** Runs every block that makes no calls over samples made of its first example, and the same stream without it. */
export default async function blockCost({ samples: number }: BlockCostInput): Promise<BlockCostOutput> {
  const costs: Record<string, number> = {};
  for (const [type, spec] of catalog) {
    const example = spec.examples[0];
    if (!example) continue;
    const config = await loadExample(spec, example, catalog);
    if (spec.needsEmbedder || spec.cost(config, new Run().settings).calls > 0) continue;
    const samples = samplesOf(type, example.input, number);
    const block = (): OperatorFunction<Sample, Sample> => spec.create(config, new Run({ gate: new Gate({ slots: number }) }).block(type));
    const bare = (source: Observable<Sample>): Observable<Sample> => source;
    await cpuOf(samples.slice(0, Math.ceil(number / 5)), block());
    await cpuOf(samples, bare);
    costs[type] = (await cpuOf(samples, block())) - (await cpuOf(samples, bare));
  }
  return costs;
}
