import fc from 'fast-check';
import { expect, it } from 'vitest';
import { judgeQna } from './judge-qna.js';
import { knowledge, skill } from './test-support/corpus/corpus-case.js';

const bases = [skill(0), skill(2), skill(3), knowledge()];
const pieces = [
  ' ',
  '  ',
  '\n',
  '\n\n\n\n',
  '\t',
  ': ',
  '- ',
  '#',
  '"',
  "'",
  '{',
  '}',
  '[',
  ']',
  ', ',
  '&a ',
  '*a',
  '!x ',
  '|\n',
  '>-\n',
  '? ',
  '%',
  '---\n',
  '<<: ',
  '=',
  'yes',
  '1',
  '2024-01-01',
  '\r',
  '\u2028',
  '😀',
  '# yamllint disable\n',
];

/** Replaces some characters at a place by something that means much in YAML. */
const editOf = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  remove: fc.nat({ max: 4 }),
  insert: fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 5, unit: 'binary' })),
});

const mutated = fc.tuple(fc.constantFrom(...bases), fc.array(editOf, { maxLength: 6 })).map(([base, edits]) =>
  edits.reduce((text, { at, remove, insert }) => {
    const offset = Math.floor(at * text.length);
    return text.slice(0, offset) + insert + text.slice(offset + remove);
  }, base),
);

it('judges whatever it is given: no crash, and no verdict without a place', () => {
  fc.assert(
    fc.property(mutated, fc.constantFrom('knowledge', 'compositional_skills', 'other'), (text, folder) => {
      const { verdict, findings, leaf } = judgeQna(text, `/taxonomy/${folder}/qna.yaml`, '/taxonomy');
      expect(findings.length > 0).toBe(verdict !== 'accept');
      expect(leaf !== undefined).toBe(verdict === 'accept');
      const lines = text.split(/\r\n?|\n/).length;
      for (const { line = 0, column = 0, message } of findings) {
        expect(line >= 1 && line <= lines && column >= 1 && message !== '').toBe(true);
      }
    }),
    { numRuns: 400 },
  );
});
