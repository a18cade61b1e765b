import { Random } from '@sdg/core';
import { judgeQna } from '@sdg/taxonomy';

interface FuzzQnaInput {
  /** Texts to begin with. */
  readonly texts: readonly string[];
  readonly files: number;
  readonly seed: number;
}

interface FuzzQnaOutput {
  readonly crashes: number;
  /** Files with a verdict but no finding, or a finding that points to no place of the file. */
  readonly withoutPlace: number;
  readonly slowestMs: number;
  readonly verdicts: Readonly<Record<string, number>>;
  /** The first one that went wrong. */
  readonly example?: string;
}

const FOLDERS = ['knowledge', 'compositional_skills', 'foundational_skills', 'other'];
/** What means something in YAML, in any of its versions, or in an editor. */
const PIECES = [
  ' ',
  '    ',
  '\n',
  '\n\n\n\n',
  '\t',
  ': ',
  ':',
  '- ',
  '-',
  ' #',
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
  '!!binary ',
  '!x ',
  '|\n',
  '|2-\n',
  '>-\n',
  '>+\n',
  '? ',
  '%YAML 1.1\n',
  '---\n',
  '...\n',
  '<<: ',
  '=',
  '~',
  'yes',
  'off',
  '0o7',
  '0x1F',
  '1_000',
  '190:20:30',
  '.nan',
  '2024-01-01',
  '\r',
  '\r\n',
  '\u0085',
  '\u2028',
  '\ufeff',
  '\0',
  '\ud800',
  '😀',
  '\\',
  '\\x',
  '# yamllint disable\n',
  'version: 9\n',
];

/** Changes a text at up to seven places: pieces put in, characters cut out, stretches moved or doubled. */
function mutate(text: string, random: Random): string {
  for (let edits = 1 + random.below(7); edits > 0; edits--) {
    const at = random.below(text.length + 1);
    const length = random.below(random.below(4) === 0 ? 200 : 5);
    const [head, cut, tail] = [text.slice(0, at), text.slice(at, at + length), text.slice(at + length)];
    switch (random.below(5)) {
      case 0:
        text = head + tail;
        break;
      case 1:
        text = head + cut + cut + tail;
        break;
      case 2: {
        const to = random.below(head.length + tail.length + 1);
        text = (head + tail).slice(0, to) + cut + (head + tail).slice(to);
        break;
      }
      case 3:
        text = head + String.fromCharCode(random.below(random.below(2) === 0 ? 128 : 65536)) + cut + tail;
        break;
      default:
        text = head + random.pick(PIECES) + tail;
    }
  }
  return text;
}

/** Judges so many mutated qna.yaml files. A call that did not come back would keep the process from ending: a hang is seen, too. */
export default function fuzzQna({ texts, files, seed }: FuzzQnaInput): FuzzQnaOutput {
  const random = new Random('fuzz', seed);
  const verdicts: Record<string, number> = {};
  const result = { crashes: 0, withoutPlace: 0, slowestMs: 0, example: undefined as string | undefined };
  for (let i = 0; i < files; i++) {
    const text = mutate(random.pick(texts), random);
    const beganAt = performance.now();
    try {
      const { verdict, findings, leaf } = judgeQna(text, `/taxonomy/${random.pick(FOLDERS)}/qna.yaml`, '/taxonomy');
      verdicts[verdict] = (verdicts[verdict] ?? 0) + 1;
      const lines = text.split(/\r\n?|\n/).length;
      const hasPlaces = findings.every(({ line = 0, column = 0, message }) => line >= 1 && line <= lines && column >= 1 && message !== '');
      if (!hasPlaces || findings.length > 0 === (verdict === 'accept') || (leaf !== undefined) !== (verdict === 'accept')) {
        result.withoutPlace++;
        result.example ??= JSON.stringify(text);
      }
    } catch (error) {
      result.crashes++;
      result.example ??= `${(error as Error).message}: ${JSON.stringify(text)}`;
    }
    result.slowestMs = Math.max(result.slowestMs, performance.now() - beganAt);
  }
  const { example, ...counts } = result;
  return { ...counts, verdicts, ...(example !== undefined && { example }) };
}
