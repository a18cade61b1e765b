import { describe, expect, it } from 'vitest';
import { readClause } from './clause.js';

describe('readClause', () => {
  it.each([
    ['A bee has five eyes.', 'A bee', 'has', 'five eyes'],
    ['The egg stage lasts three days in all three castes.', 'The egg stage', 'lasts', 'three days in all three castes'],
    ['Invertase splits the sucrose into two sugars, glucose and fructose.', 'Invertase', 'splits', 'the sucrose into two sugars'],
    ['The Bell Rock is the oldest one still standing, and its stonework is whole.', 'The Bell Rock', 'is', 'the oldest one still standing'],
    ['The mite feeds on fat and breeds in cells.', 'The mite', 'feeds', 'on fat'],
    ['Thomas Stevenson also designed the screen.', 'Thomas Stevenson', 'designed', 'the screen'],
    [
      'Five colours in five places on the body gave him enough combinations.',
      'Five colours in five places on the body',
      'gave',
      'him enough combinations',
    ],
  ])('splits “%s”', (sentence, subject, verb, core) => {
    expect(readClause(sentence)).toMatchObject({ subject, verb, core });
  });

  it.each([
    'In the Middle Ages few lights were kept on the coasts.',
    'The species kept in hives all over the world is the western honey bee.',
    'High in the air she mates with a dozen drones.',
    'The tower that stood there fell.',
    'Nobody home.',
    '',
  ])('gives up on “%s” rather than be wrong', (sentence) => {
    expect(readClause(sentence)).toBeUndefined();
  });
});
