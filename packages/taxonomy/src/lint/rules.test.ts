import { join } from 'node:path';
import { YamlSource } from '@sdg/config';
import { describe, expect, it } from 'vitest';
import { lintCases } from '../test-support/lint-cases.js';
import { folderWith } from '../test-support/taxonomy-folder.js';
import { defaultLintConfig, readLintConfig } from './lint-config.js';
import { lintYaml } from '../judge-qna.js';
import { lintRules } from './rules.js';

const readConfig = async (rules: string, more: Readonly<Record<string, string>> = {}) =>
  readLintConfig(join(await folderWith({ 'rules.yaml': rules, ...more }), 'rules.yaml'));

describe.each(lintCases)('lintYaml with %s', (rules, cases) => {
  it.each(cases)('%j → %s', async (text, found) => {
    const { config, findings } = await readConfig(rules);
    expect(findings).toEqual([]);
    const source = new YamlSource(text, 'x.yaml');
    expect(source.findings).toEqual([]);
    const places = lintYaml(source, config).map(({ line, column, rule }) => `${line}:${column} ${rule?.slice('lint/'.length)}`);
    expect(places.sort().join(', ')).toBe(found);
  });
});

it('has a case with a finding for every rule', () => {
  const found = new Set(lintCases.flatMap(([, cases]) => cases.flatMap(([, places]) => places.match(/[a-z-]{3,}/g) ?? [])));
  expect([...lintRules.keys()].filter((name) => !found.has(name))).toEqual([]);
});

describe('readLintConfig', () => {
  const names = (config: ReadonlyMap<string, unknown>): string[] => [...config.keys()].sort();

  it('knows default and relaxed, and files that extend them or each other', async () => {
    const relaxed = await readConfig('extends: relaxed\nrules:\n  line-length: disable\n');
    expect(relaxed.config).toEqual(defaultLintConfig);
    expect(names((await readConfig('extends: default')).config)).toEqual(
      names(
        new Map([
          ...defaultLintConfig,
          ...['comments', 'comments-indentation', 'document-start', 'line-length', 'truthy'].map((name) => [name, {}] as const),
        ]),
      ),
    );
    const chained = await readConfig('extends: ./base.yaml\nrules: {colons: disable}', {
      'base.yaml': 'rules: {colons: enable, commas: {max-spaces-after: 7}}',
    });
    expect([...chained.config]).toEqual([['commas', { 'max-spaces-before': 0, 'min-spaces-after': 1, 'max-spaces-after': 7 }]]);
  });

  it('keeps the options of the file that it extends', async () => {
    const { config } = await readConfig('extends: relaxed\nrules: {braces: {min-spaces-inside: 1}}');
    expect(config.get('braces')).toMatchObject({ 'min-spaces-inside': 1, 'max-spaces-inside': 1 });
  });

  it.each([
    ['rules: {colons: {max-space: 1}}', 'rule "colons" has no option "max-space"'],
    ['rules: {colons: {max-spaces-after: many}}', 'option "max-spaces-after" of "colons" is to be an integer'],
    ['rules: {colons: maybe}', 'rule "colons" is set to neither'],
    ['rules: {colon: enable}', 'rule "colon" is not known here'],
    ['rules: [colons]', 'rules is not a mapping'],
    ['- colons', 'a rules file is a mapping'],
    ['extends: nowhere.yaml', 'there is no rules file nowhere.yaml'],
    ['extends: rules.yaml', 'rules.yaml extends itself'],
    ['rules: {colons', 'expected "," or "}"'],
  ])('says what is wrong with %j', async (rules, message) => {
    const { findings } = await readConfig(rules);
    expect(findings.map((finding) => finding.message).join()).toContain(message);
    expect(findings[0]?.line).toBe(1);
  });

  it('warns of a file that is not there, and goes by the default', async () => {
    const { config, findings } = await readLintConfig('/nowhere/rules.yaml');
    expect(config).toBe(defaultLintConfig);
    expect(findings).toMatchObject([{ severity: 'warning', message: 'there is no such rules file' }]);
  });
});
