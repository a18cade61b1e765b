import { readFile, stat } from 'node:fs/promises';
import { readdirSync } from 'node:fs';
import { basename, dirname, extname, resolve } from 'node:path';
import { didYouMean, escapeRegex, fileError, type Finding, isRecord, suggest } from '@sdg/core';
import { schemaErrors, schemaFindings, type YamlPath, YamlSource } from '@sdg/config';
import type { Static } from '@sinclair/typebox';
import { dgtTemplates } from './dgt-templates.js';
import { mergeDeep, OverriddenSource, type AppliedOverride, type Mapping } from './overridden-source.js';
import { OverrideFile, roles, type TeacherDefinition } from './override-schema.js';

/** What to change in the blocks whose names a pattern matches. */
interface Rule {
  readonly pattern: string;
  readonly matches: RegExp;
  /** Where it stands in the file. */
  readonly at: YamlPath;
  readonly teacher: string | undefined;
  readonly config: Mapping;
}

/** Prompts that take the place of others, by name without ending. */
interface Prompts {
  readonly at: YamlPath;
  readonly paths: ReadonlyMap<string, string>;
  readonly texts: ReadonlyMap<string, string>;
}

const NINE = `the nine templates of DGT are ${Object.keys(dgtTemplates)
  .map((name) => `${name}.txt`)
  .join(', ')}`;

const stem = (path: string): string => basename(path, extname(path));
const patternOf = (glob: string): RegExp => new RegExp(`^${glob.split('*').map(escapeRegex).join('.*')}$`);

/** Members that name files: one, or a list, in which a file may stand with the value that chooses it. */
const PATHS = ['config_path', 'config_paths', 'list_paths'];

function placed(paths: unknown, folder: string): unknown {
  if (typeof paths === 'string') return resolve(folder, paths);
  if (!Array.isArray(paths)) return paths;
  return (paths as unknown[]).map((path) => (Array.isArray(path) ? [placed(path[0], folder), ...path.slice(1)] : placed(path, folder)));
}

/** Files that an override names are beside the override, not beside the pipeline. */
function withPlaces(value: unknown, folder: string): unknown {
  if (Array.isArray(value)) return value.map((item) => withPlaces(item, folder));
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [key, PATHS.includes(key) ? placed(one, folder) : withPlaces(one, folder)]),
  );
}

/**
 * Changes to a pipeline from one small file (`--config`): members of blocks' configs by block name, prompts, and teachers
 * of their own. What is wrong after the change is found where it was written, in that file or the pipeline's.
 */
export class Overrides {
  readonly #seen = new Set<string>();
  readonly #used = new Set<Rule>();
  readonly #usedPrompts = new Set<string>();

  private constructor(
    readonly source: YamlSource,
    readonly teachers: Readonly<Record<string, TeacherDefinition>>,
    readonly rules: readonly Rule[],
    readonly prompts: Prompts | undefined,
  ) {}

  /** Reads a file. Fails with `usage` where there is none; what is wrong in it is in the findings. */
  static async read(file: string): Promise<{ overrides?: Overrides; findings: readonly Finding[] }> {
    const text = await readFile(file, 'utf8').catch((error: unknown) => {
      throw fileError('read', file, error, '--config');
    });
    const source = new YamlSource(text, file);
    if (source.findings.length > 0) {
      const part = source.beforeFault();
      const before = part ? schemaFindings(schemaErrors(OverrideFile, part.source.value), part.source, part.source.value) : [];
      return { findings: [...(part ? before.filter(part.isSettled) : []), ...source.findings] };
    }
    const value = source.value ?? {};
    const errors = schemaErrors(OverrideFile, value);
    if (errors.length > 0) return { findings: schemaFindings(errors, source, value) };
    const { teachers = {}, teacher_config, blocks = {}, ...byRole } = value as Static<typeof OverrideFile>;
    const rule = (pattern: string, { teacher, ...config }: { teacher?: string }, at: YamlPath): Rule => ({
      pattern,
      matches: patternOf(pattern),
      at,
      teacher,
      config: withPlaces(config, dirname(file)) as Mapping,
    });
    const rules = [
      ...Object.entries(byRole).map(([role, override]) => rule(roles[role as 'generator'], override, [role])),
      ...Object.entries(blocks).map(([pattern, override]) => rule(pattern, override, ['blocks', pattern])),
    ];
    const findings: Finding[] = rules.flatMap(({ teacher, at }) =>
      teacher === undefined || Object.hasOwn(teachers, teacher)
        ? []
        : [unknownTeacher(teacher, Object.keys(teachers), source, [...at, 'teacher'])],
    );
    const prompts = teacher_config === undefined ? undefined : await readPrompts(resolve(dirname(file), teacher_config), source, findings);
    return findings.length > 0 ? { findings } : { overrides: new Overrides(source, teachers, rules, prompts), findings };
  }

  /** The rules for a block, the first ones first: later ones win. */
  #rulesFor(chain: string, block: string): Rule[] {
    return this.rules.filter(({ matches }) => matches.test(block) || matches.test(`${chain}/${block}`));
  }

  /** A pipeline file as it is with the changes. */
  apply(source: YamlSource, chain: string): YamlSource {
    const blocks: unknown = isRecord(source.value) ? source.value['blocks'] : undefined;
    if (!Array.isArray(blocks)) return source;
    const applied: AppliedOverride[] = [];
    const changed = (blocks as unknown[]).map((block, index) => {
      if (!isRecord(block) || typeof block['name'] !== 'string') return block;
      const name = block['name'];
      this.#seen.add(name);
      let config: unknown = block['config'] ?? {};
      const path = isRecord(config) && typeof config['config_path'] === 'string' ? stem(config['config_path']) : '';
      const prompt = this.prompts?.paths.get(path);
      if (prompt !== undefined) {
        const change = { index, at: this.prompts!.at, value: { config_path: prompt } };
        config = mergeDeep(config, change.value);
        applied.push(change);
        this.#usedPrompts.add(path);
      }
      for (const rule of this.#rulesFor(chain, name)) {
        this.#used.add(rule);
        config = mergeDeep(config, rule.config);
        applied.push({ index, at: rule.at, value: rule.config });
      }
      return { ...block, config };
    });
    return new OverriddenSource(source, { ...(source.value as Mapping), blocks: changed }, this.source, applied);
  }

  /** The teacher that a block has of its own. */
  teacherOf(chain: string, block: string): string | undefined {
    return this.#rulesFor(chain, block).findLast(({ teacher }) => teacher !== undefined)?.teacher;
  }

  /** Text of a prompt that stands in the file of prompts; undefined for any other file. */
  readText(file: string): string | undefined {
    return this.prompts?.texts.get(file);
  }

  /** Rules and prompts that were of no use, once all files of the pipeline were applied. */
  unused(): Finding[] {
    const blocks = this.rules
      .filter((rule) => !this.#used.has(rule))
      .map(({ pattern, at }): Finding => {
        const known = [...this.#seen];
        const meant = suggest(pattern, known);
        return {
          severity: 'error',
          rule: 'override/unknown-block',
          path: at.join('.'),
          message: `no block is named "${pattern}"`,
          remedy: meant ? `did you mean "${meant}"?` : `there are ${known.join(', ')}`,
          ...this.source.placeOfKey(at),
        };
      });
    const prompts = [...(this.prompts?.paths.keys() ?? [])].filter((name) => !this.#usedPrompts.has(name));
    const unusedPrompts = prompts.map((name): Finding => ({
      severity: 'warning',
      rule: 'override/unused-prompt',
      path: 'teacher_config',
      message: `no block uses a prompt "${name}"`,
      ...this.source.placeOf(this.prompts!.at),
    }));
    return [...blocks, ...unusedPrompts];
  }
}

function unknownTeacher(name: string, known: readonly string[], source: YamlSource, at: YamlPath): Finding {
  const meant = suggest(name, known);
  const remedy = meant ? `did you mean "${meant}"?` : 'describe it under teachers';
  return {
    severity: 'error',
    rule: 'override/unknown-teacher',
    path: at.join('.'),
    message: `there is no teacher "${name}"`,
    remedy,
    ...source.placeOf(at),
  };
}

/** Prompts of a folder, by the names of its files, or of one file, by its keys. */
async function readPrompts(path: string, source: YamlSource, findings: Finding[]): Promise<Prompts | undefined> {
  const at = ['teacher_config'];
  const report = (message: string, remedy = 'name a folder of prompt files, or a YAML file of prompts by name'): undefined => {
    findings.push({ severity: 'error', rule: 'override/prompts', path: 'teacher_config', message, remedy, ...source.placeOf(at) });
    return undefined;
  };
  const found = await stat(path).catch(() => undefined);
  if (!found) return report(`there is no file or folder ${path}`);
  if (found.isDirectory()) {
    const names = readdirSync(path).sort();
    const files = names.filter((name) => /\.ya?ml$/.test(name));
    const templates = names.filter((name) => name.endsWith('.txt'));
    const unknown = templates.find((name) => !(stem(name) in dgtTemplates));
    if (unknown !== undefined) {
      return report(`DGT has no template ${unknown}`, didYouMean(stem(unknown), Object.keys(dgtTemplates)) || NINE);
    }
    if (files.length + templates.length === 0) {
      return report(`no prompt file (.yaml) is in ${path}`, `name the files as the pipeline's prompts; ${NINE}`);
    }
    const paths = new Map(files.map((name) => [stem(name), resolve(path, name)]));
    const texts = new Map<string, string>();
    for (const name of templates) {
      const { prompt, read } = dgtTemplates[stem(name)]!;
      const place = `${resolve(path, name)}#jinja`;
      paths.set(prompt, place);
      texts.set(place, JSON.stringify(read(await readFile(resolve(path, name), 'utf8'))));
    }
    return { at, paths, texts };
  }
  const file = new YamlSource(await readFile(path, 'utf8'), path);
  findings.push(...file.findings);
  if (file.findings.length > 0) return undefined;
  if (!isRecord(file.value)) return report('the file holds no prompts by name');
  const paths = new Map<string, string>();
  const texts = new Map<string, string>();
  for (const [name, prompt] of Object.entries(file.value)) {
    const key = stem(name);
    const place = typeof prompt === 'string' ? resolve(dirname(path), prompt) : `${path}#${name}`;
    paths.set(key, place);
    if (typeof prompt !== 'string') texts.set(place, JSON.stringify(prompt));
  }
  return { at, paths, texts };
}
