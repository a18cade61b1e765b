import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { didYouMean, type Finding, isRecord } from '@sdg/values';
import { type YamlPath, YamlSource } from '@sdg/config';
import type { LintOptions, LintRule, OptionType } from './lint-rule.js';
import { lintRules } from './rules.js';

/** The rules in force and their options, complete. */
export type LintConfig = ReadonlyMap<string, LintOptions>;

/** What a rules file says of a rule: off, or some of its options. */
type Setting = false | Readonly<Record<string, unknown>>;

type Settings = Readonly<Record<string, Setting>>;

/** The rules that yamllint's `default` switches on. */
const ruleNames = (
  'anchors braces brackets colons commas comments comments-indentation document-start empty-lines hyphens indentation ' +
  'key-duplicates line-length new-line-at-end-of-file new-lines trailing-spaces truthy'
).split(' ');
const standard: Settings = Object.fromEntries(ruleNames.map((name) => [name, {}]));

const merged = (base: Settings, own: Settings): Record<string, Setting> => {
  const all: Record<string, Setting> = { ...base };
  for (const [name, setting] of Object.entries(own)) all[name] = setting && base[name] ? { ...base[name], ...setting } : setting;
  return all;
};

/** yamllint's `relaxed`. Levels do not matter: strict, every finding is an error. */
const relaxed = merged(standard, {
  braces: { 'max-spaces-inside': 1 },
  brackets: { 'max-spaces-inside': 1 },
  comments: false,
  'comments-indentation': false,
  'document-start': false,
  indentation: { 'indent-sequences': 'consistent' },
  'line-length': { 'allow-non-breakable-inline-mappings': true },
  truthy: false,
});

const complete = (settings: Settings): LintConfig => {
  const config = new Map<string, LintOptions>();
  for (const [name, setting] of Object.entries(settings)) {
    const rule = lintRules.get(name);
    if (!rule || setting === false) continue;
    const defaults = Object.entries(rule.options).map(([option, spec]) => [option, spec.default]);
    config.set(name, { ...Object.fromEntries(defaults), ...setting });
  }
  return config;
};

/** The rules that InstructLab lints taxonomies with: yamllint's `relaxed`, lines of any length. */
export const defaultLintConfig: LintConfig = complete({ ...relaxed, 'line-length': false });

function isOfType(value: unknown, type: OptionType): boolean {
  if ('listOf' in type) return Array.isArray(value) && value.every((item) => typeof item === 'string');
  return type.some((one) =>
    typeof one === 'object'
      ? value === one.word
      : one === 'boolean'
        ? typeof value === 'boolean'
        : one === 'integer'
          ? Number.isInteger(value)
          : typeof value === 'string',
  );
}

const said = (type: OptionType): string =>
  'listOf' in type
    ? 'a list of texts'
    : type
        .map((one) =>
          typeof one === 'object' ? one.word : one === 'boolean' ? 'true or false' : `a${one === 'integer' ? 'n' : ''} ${one}`,
        )
        .join(' or ');

/** Options that any rule has in yamllint; which files they are about does not matter here. */
const common = new Set(['level', 'ignore', 'ignore-from-file']);

class ConfigReader {
  readonly findings: Finding[] = [];
  constructor(private readonly source: YamlSource) {}

  report(path: YamlPath, message: string, remedy: string, severity: Finding['severity'] = 'error'): void {
    this.findings.push({ severity, rule: 'lint/config', message, remedy, ...this.source.placeOfKey(path) });
  }

  setting(name: string, value: unknown): Setting | undefined {
    const rule = lintRules.get(name);
    if (!rule) {
      const remedy = didYouMean(name, [...lintRules.keys()]) || 'remove it';
      return void this.report(['rules', name], `rule "${name}" is not known here and is not checked`, remedy, 'warning');
    }
    if (value === 'enable') return {};
    if (value === 'disable' || value === false) return false;
    if (isRecord(value)) return this.#options(rule, value);
    const message = `rule "${name}" is set to neither of what a rule may be`;
    return void this.report(['rules', name], message, 'write enable, disable or a mapping of options');
  }

  #options(rule: LintRule, value: Readonly<Record<string, unknown>>): Setting {
    const known = Object.entries(value).filter(([option, given]) => {
      if (common.has(option)) return false;
      const spec = rule.options[option];
      const path = ['rules', rule.name, option];
      if (!spec) {
        const known = Object.keys(rule.options);
        const remedy = didYouMean(option, known) || `known are ${known.join(', ') || 'none'}`;
        this.report(path, `rule "${rule.name}" has no option "${option}"`, remedy);
      } else if (!isOfType(given, spec.type)) {
        this.report(path, `option "${option}" of "${rule.name}" is to be ${said(spec.type)}`, 'change it');
      } else return true;
      return false;
    });
    return Object.fromEntries(known);
  }
}

async function readSettings(file: string, seen: readonly string[], findings: Finding[]): Promise<Record<string, Setting>> {
  const source = new YamlSource(await readFile(file, 'utf8'), file);
  findings.push(...source.findings);
  const top = { severity: 'error', rule: 'lint/config', ...source.placeOf([]) } as const;
  const { value } = source;
  if (source.findings.length > 0) return {};
  if (!isRecord(value)) {
    findings.push({ ...top, message: 'a rules file is a mapping', remedy: 'write "extends: relaxed" and "rules:"' });
    return {};
  }
  const reader = new ConfigReader(source);
  const rules = isRecord(value['rules']) ? value['rules'] : {};
  if (value['rules'] !== undefined && !isRecord(value['rules'])) {
    reader.report(['rules'], 'rules is not a mapping', 'write rule names and what to do, one a line');
  }
  const own: Record<string, Setting> = {};
  for (const [name, given] of Object.entries(rules)) {
    const setting = reader.setting(name, given);
    if (setting !== undefined) own[name] = setting;
  }
  findings.push(...reader.findings);

  const base = value['extends'];
  if (base === undefined) return own;
  if (base === 'default') return merged(standard, own);
  if (base === 'relaxed') return merged(relaxed, own);
  const path = resolve(dirname(file), String(base));
  const wrong = { ...top, ...source.placeOf(['extends']), remedy: 'name default, relaxed or another file' };
  if (seen.includes(path)) {
    findings.push({ ...wrong, message: `${String(base)} extends itself` });
    return own;
  }
  try {
    return merged(await readSettings(path, [...seen, path], findings), own);
  } catch {
    findings.push({ ...wrong, message: `there is no rules file ${String(base)}` });
    return own;
  }
}

/** A rules file, read: the rules in force, or findings of what is wrong with it. */
export interface ReadLintConfig {
  readonly config: LintConfig;
  readonly findings: readonly Finding[];
}

/**
 * Reads a file of yamllint's format, which takes the place of {@link defaultLintConfig}. A file that is not there is a
 * warning, and the default holds, as in the original, which does not say so.
 */
export async function readLintConfig(file: string): Promise<ReadLintConfig> {
  const findings: Finding[] = [];
  try {
    const settings = await readSettings(file, [resolve(file)], findings);
    return { config: complete(settings), findings };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const message = code === 'ENOENT' ? 'there is no such rules file' : `the rules file cannot be read (${code ?? String(error)})`;
    const remedy = 'the default rules hold; name a file with --yaml-rules';
    return { config: defaultLintConfig, findings: [{ severity: 'warning', rule: 'lint/config', file, message, remedy }] };
  }
}
