import { compareFindings, type Finding } from '@sdg/values';
import { YamlSource } from '@sdg/config';
import { fileFinding } from './find-qna-files.js';
import { leafPath, schemaName } from './leaf-path.js';
import type { DocumentPlaces, KnowledgeContent, Leaf, SkillContent } from './leaf.js';
import { silencesOf } from './lint/directives.js';
import { defaultLintConfig, type LintConfig } from './lint/lint-config.js';
import { lintFile } from './lint/lint-file.js';
import { lintRules } from './lint/rules.js';
import { MAX_FINDINGS, qnaFindings } from './qna-findings.js';

/** What is thought of a qna.yaml. `leaf` is there exactly when it was accepted. */
export interface Judgement {
  readonly verdict: 'accept' | 'warn' | 'reject';
  readonly findings: readonly Finding[];
  readonly leaf?: Leaf;
}

export interface JudgeOptions {
  /** Default: what InstructLab lints with. */
  readonly lint?: LintConfig;
}

/**
 * What yamllint, strict, finds in a YAML text that loads: every finding is an error, whatever its level in the
 * configuration.
 */
export function lintYaml(source: YamlSource, config: LintConfig): Finding[] {
  const file = lintFile(source.text, source.tokens);
  const isSilent = silencesOf(file, [...config.keys()]);
  const findings: Finding[] = [];
  for (const [name, options] of config) {
    for (const { offset, seenAt, message, remedy } of lintRules.get(name)?.check(file, options) ?? []) {
      if (isSilent(name, seenAt)) continue;
      findings.push({ severity: 'error', rule: `lint/${name}`, message, remedy, ...source.placeAt(offset) });
    }
  }
  return findings.sort(compareFindings);
}

const isMapping = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/** Python's falsehood: nothing, zero, false, and whatever is empty. A number that is none is not. */
const isEmpty = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === false ||
  value === 0 ||
  value === 0n ||
  value === '' ||
  (Array.isArray(value) && value.length === 0) ||
  (value instanceof Uint8Array && value.length === 0) ||
  (value instanceof Set && value.size === 0) ||
  (isMapping(value) && Object.keys(value).length === 0);

/**
 * The schema version that a file asks for, as Python's `int` makes one of whatever is there: 1 where it cannot. NaN:
 * there is no such schema.
 */
function versionOf(value: unknown): number {
  if (value === undefined) return 1;
  if (typeof value === 'number') return Number.isNaN(value) ? 1 : Number.isFinite(value) ? Math.trunc(value) : NaN;
  if (typeof value === 'boolean' || typeof value === 'bigint') return NaN;
  return typeof value === 'string' && !value.includes('\ufeff') && /^\s*[-+]?\d+(?:_\d+)*\s*$/.test(value)
    ? Number(value.replaceAll('_', ''))
    : 1;
}

/** The first findings, and how many more there are. */
function limited(findings: readonly Finding[]): readonly Finding[] {
  const rest = findings.length - MAX_FINDINGS;
  const last = findings[MAX_FINDINGS];
  if (rest <= 0 || !last) return findings;
  const more: Finding = { ...last, rule: 'file/more', message: `${rest} more findings in this file`, remedy: 'mend those above first' };
  return [...findings.slice(0, MAX_FINDINGS), more];
}

const documentPlaces = (source: YamlSource): DocumentPlaces => ({
  repo: source.placeOf(['document', 'repo']),
  commit: source.placeOf(['document', 'commit']),
  patterns: source.placeOf(['document', 'patterns']),
});

/** Pairs that are marked as drafts, as `sdg init --from` writes them: a person must have read what is learned from. */
function draftFindings(value: Record<string, unknown>, source: YamlSource): Finding[] {
  const examples = value['seed_examples'];
  if (!Array.isArray(examples)) return [];
  return examples.flatMap((example: unknown, i) => {
    const pairs = isMapping(example) ? example['questions_and_answers'] : undefined;
    if (!Array.isArray(pairs)) return [];
    return pairs.flatMap((pair: unknown, n): Finding[] => {
      if (!isMapping(pair) || !pair['draft']) return [];
      const message = 'this pair is a draft that nobody has confirmed';
      const path = `seed_examples[${i}].questions_and_answers[${n}].draft`;
      const place = source.placeOf(['seed_examples', i, 'questions_and_answers', n, 'draft']);
      return [{ severity: 'error', rule: 'qna/draft', path, ...place, message, remedy: 'read it, mend it, and delete this line' }];
    });
  });
}

/** What is wrong before a syntax error, whatever may follow; nothing where the schema would depend on what follows. */
function beforeFault(source: YamlSource, options: JudgeOptions): readonly Finding[] {
  const part = source.beforeFault();
  const value = part?.source.value;
  if (!part || !isMapping(value) || !('version' in value)) return [];
  const version = versionOf(value['version']);
  const isKnowledge = ['document', 'document_outline', 'domain'].some((field) => field in value);
  const lint = version > 1 ? lintYaml(part.source, options.lint ?? defaultLintConfig) : [];
  const found = [...lint, ...qnaFindings(value, part.source, schemaName(source.file, isKnowledge), version)];
  return limited([...found, ...draftFindings(value, part.source)].filter(part.isSettled).sort(compareFindings));
}

/**
 * Judges the text of a qna.yaml as InstructLab does: YAML, then lint from version 2 on, then the schema of its folder
 * and version. `file` says which schema holds, and stands in the findings; `root` is the path it was found under.
 */
export function judgeQna(text: string, file: string, root: string, options: JudgeOptions = {}): Judgement {
  const source = new YamlSource(text, file);
  const path = leafPath(file, root);
  if (source.findings.length > 0) return { verdict: 'reject', findings: [...beforeFault(source, options), ...source.findings] };
  const { value } = source;
  if (isEmpty(value)) {
    return {
      verdict: 'warn',
      findings: [fileFinding('warning', 'file/empty', file, 'the file is empty', 'add a leaf, or remove the file')],
    };
  }
  if (!isMapping(value)) {
    const remedy = 'begin with fields such as "version: 3" at the left margin';
    const message = 'the top level is not a mapping of fields to values';
    return { verdict: 'reject', findings: [fileFinding('error', 'file/mapping', file, message, remedy)] };
  }
  const name = schemaName(file, 'document' in value);
  const version = versionOf(value['version']);
  const lint = version > 1 ? lintYaml(source, options.lint ?? defaultLintConfig) : [];
  const findings = limited([...lint, ...qnaFindings(value, source, name, version), ...draftFindings(value, source)].sort(compareFindings));
  if (findings.length > 0) return { verdict: 'reject', findings };

  const examples = value['seed_examples'] as readonly unknown[];
  const base = { path, file, lines: examples.map((_, i) => source.placeOf(['seed_examples', i]).line) };
  const leaf: Leaf =
    name === 'knowledge'
      ? { ...base, kind: 'knowledge', content: value as unknown as KnowledgeContent, places: documentPlaces(source) }
      : { ...base, kind: 'skill', content: value as unknown as SkillContent };
  return { verdict: 'accept', findings: [], leaf };
}
