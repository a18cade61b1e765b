import { rejectsTo, Run, seedSample, type RejectRecord } from '@sdg/core';
import { scriptedTeacher } from '@sdg/testing';
import { from, lastValueFrom, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { ratingJudge } from './rating-judge.js';

describe('ratingJudge', () => {
  it('keeps what is rated well, and puts all that the judge saw and said on record for the rest', async () => {
    const rejects: RejectRecord[] = [];
    const replies = ['Good.\nRating: [[3]]', 'Poor.\nRating: [[1]]', 'I would say 3.', 'Superb!\nRating: [[11]]', 'Fair.\nRating: [2]'];
    const run = new Run({ teacher: scriptedTeacher(replies), observer: rejectsTo((record) => rejects.push(record)) });
    const judge = ratingJudge({ prompt: { generation: 'Rate: {{ answer }}' }, scale: [1, 3], keep_from: 2 }, run.block('judge'));
    const output = await lastValueFrom(from(replies.map((_, i) => seedSample({ answer: `answer ${i}` }))).pipe(judge, toArray()));
    expect(output.map(({ answer, rating }) => [answer, rating])).toEqual([['answer 0', 3], ['answer 4', 2]]);
    expect(rejects.map(({ reason, message, prompt, reply, sample }) => [reason, message, prompt, reply, sample['answer']])).toEqual([
      ['low-rating', 'rated 1; kept from 2 up', 'Rate: answer 1', replies[1], 'answer 1'],
      ['no-rating', 'the reply has no "Rating: [[n]]"', 'Rate: answer 2', replies[2], 'answer 2'],
      ['off-scale', 'rated 11, on a scale from 1 to 3', 'Rate: answer 3', replies[3], 'answer 3'],
    ]);
    run.ledger.reconcile();
  });
});
