import { rougeDuplicates } from '@sdg/blocks';
import { Random, Run, seedSample, type Sample } from '@sdg/core';
import { count, from, lastValueFrom } from 'rxjs';

interface RougePoolInput {
  readonly texts: number;
  /** Examples that the texts are compared with, beside each other. */
  readonly pool: number;
}

/** Questions of a task: they begin alike and speak of the same things, as those of one generator do. */
const OPENINGS = (
  'Hold a debate on whether|Write a dialogue about whether|Let two friends discuss if|Argue for and against the claim that|Have ' +
  'a student and a librarian talk about why'
).split('|');
const WHO = 'schools,libraries,small towns,museums,farmers,bus companies,parents,young people,hospitals,newspapers,harbours,bakers'.split(
  ',',
);
const WHAT = (
  'begin later,lend out games,close the main street to cars,open on Sundays,sell local food only,pay a fee for every ' +
  'letter,keep bees on the roof,teach two languages,plant trees along the river,give up paper,share their tools,work at ' +
  'night'
).split(',');
const WHY = (
  'for the sake of the neighbours,to save money,because the young leave,before winter comes,although it costs more,if nobody ' +
  'objects,when the weather allows it,so that visitors stay longer'
).split(',');

/** Sends questions past the pool of a task: near-duplicates of it and of each other are dropped. */
export default async function rougePool({ texts, pool }: RougePoolInput): Promise<{ cpuUs: number; kept: number }> {
  const random = new Random('rouge pool');
  const question = (i: number): string =>
    (
      `${random.pick(OPENINGS)} ${random.pick(WHO)} should ${random.pick(WHAT)} ${random.pick(WHY)}, and ${random.pick(WHO)} ` +
      `${random.pick(WHAT)} ${random.pick(WHY)} ${i % 50 === 0 ? 'too' : ''}`
    ).trim();
  const seeds = Array.from({ length: pool }, (_, i) => seedSample({ seed_question: question(i) }));
  const samples = Array.from({ length: texts }, (_, i) => seedSample({ question: question(i) }));
  const run = new Run({ pool: { seeds: () => seeds, accepted: (): Sample[] => [] } });
  const before = process.cpuUsage();
  const kept = await lastValueFrom(from(samples).pipe(rougeDuplicates({ columns: ['question'] }, run.block('dedupe')), count()));
  const { user, system } = process.cpuUsage(before);
  run.ledger.reconcile();
  return { cpuUs: (user + system) / texts, kept };
}
