import { rejectsTo, Run, seedSample, type RejectRecord, type TeacherRequest } from '@sdg/core';
import { scriptedTeacher } from '@sdg/testing';
import { from, lastValueFrom, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { ratingJudge } from './rating-judge.js';

describe('ratingJudge', () => {
  it('keeps what is rated well, and puts all that the judge saw and said on record for the rest', async () => {
    const rejects: RejectRecord[] = [];
    const judgements: Readonly<Record<string, readonly string[]>> = {
      'Rate: answer 0': ['Good.\nRating: [[3]]'],
      'Rate: answer 1': ['Poor.\nRating: [[1]]'],
      'Rate: answer 2': ['I would say three or so.', 'It is fine.'],
      'Rate: answer 3': ['Superb!\nRating: [[11]]', 'Rating: [[10]]'],
      'Rate: answer 4': ['Fair.\nRating: 2'],
      'Rate: answer 5': ['Well done.', '3'],
    };
    // A judge that is asked again sees what it wrote.
    const judgeOf = ({ messages = [] }: TeacherRequest): string => judgements[messages[0]!.content]![(messages.length - 1) / 2]!;
    const run = new Run({ teacher: scriptedTeacher(judgeOf), observer: rejectsTo((record) => rejects.push(record)) });
    const judge = ratingJudge({ prompt: { generation: 'Rate: {{ answer }}' }, scale: [1, 3], keep_from: 2 }, run.block('judge'));
    const output = await lastValueFrom(
      from(Object.keys(judgements).map((_, i) => seedSample({ answer: `answer ${i}` }))).pipe(judge, toArray()),
    );
    expect(output.map(({ answer, rating }) => [answer, rating])).toEqual([
      ['answer 0', 3],
      ['answer 4', 2],
      ['answer 5', 3],
    ]);
    expect(rejects.map(({ reason, message, prompt, reply, sample }) => [reason, message, prompt, reply, sample['answer']])).toEqual([
      ['low-rating', 'rated 1; kept from 2 up', 'Rate: answer 1', 'Poor.\nRating: [[1]]', 'answer 1'],
      ['no-rating', 'the reply has no "Rating: [[n]]", also when asked again', 'Rate: answer 2', 'It is fine.', 'answer 2'],
      ['off-scale', 'rated 10, on a scale from 1 to 3, also when asked again', 'Rate: answer 3', 'Rating: [[10]]', 'answer 3'],
    ]);
    run.ledger.reconcile();
  });
});
