import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join, relative } from 'node:path';
import { schemaErrors, schemaFindings, YamlSource } from '@sdg/config';
import { formatFinding, SdgError, type Finding } from '@sdg/values';
import type { Flag } from '../command.js';
import { configFlags, configSchema, fieldOf } from './config-settings.js';
import { configFiles } from './find-config.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** A setting of a file: the value as a flag of its name would have it, and where it stands. */
export interface ConfigSetting {
  readonly value: unknown;
  /** `sdg.config.yaml:3:1`. */
  readonly from: string;
}

const shown = (file: string): string => {
  const near = relative('', file);
  return near.startsWith('../../..') ? file : near;
};

/** Files are named from the config file, not from where the command was started. */
function located(flag: Flag, value: unknown, folder: string): unknown {
  const isPath = /^(?:FILE|DIR)$/.test(flag.value ?? '');
  const text = flag.value !== undefined && (flag.type ?? 'text') === 'text' && typeof value === 'number' ? String(value) : value;
  if (!isPath || typeof text !== 'string') return text;
  return isAbsolute(text) ? text : join(folder, text.replace(/^~(?=\/)/, homedir()));
}

/** The text of a config file; a finding where there is no reading it. */
async function textOf(file: string): Promise<string | Finding> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === 'EISDIR' ? 'is a folder' : `cannot be read (${code})`;
    return {
      severity: 'error',
      rule: 'config/read',
      message: `the config file ${why}`,
      remedy: 'mend it, or remove it',
      file: shown(file),
    };
  }
}

function findingsOf(source: YamlSource): readonly Finding[] {
  const judge = (part: YamlSource): Finding[] => {
    const value = part.value ?? {};
    const remedy = 'keys stand in .env, or in the file that api_key_file names';
    return schemaFindings(schemaErrors(configSchema, value), part, value).map((finding) =>
      /"api_?-?key"/i.test(finding.message) ? { ...finding, remedy } : finding,
    );
  };
  if (source.findings.length === 0) return [...judge(source), ...source.repeatedKeys('error')];
  const part = source.beforeFault();
  return [...(part ? judge(part.source).filter(part.isSettled) : []), ...source.findings];
}

/**
 * The settings of all config files by the names of flags; of two files the nearer wins.
 *
 * @throws SdgError `config` with everything that is wrong in them
 */
export async function readConfig(env: Environment, cwd?: string): Promise<ReadonlyMap<string, ConfigSetting>> {
  const settings = new Map<string, ConfigSetting>();
  const findings: Finding[] = [];
  for (const file of configFiles(env, cwd)) {
    const text = await textOf(file);
    if (typeof text !== 'string') {
      findings.push(text);
      continue;
    }
    const source = new YamlSource(text, shown(file));
    const found = findingsOf(source);
    findings.push(...found);
    if (found.length > 0) continue;
    const given = (source.value ?? {}) as Readonly<Record<string, unknown>>;
    for (const flag of configFlags) {
      const field = fieldOf(flag.name);
      if (settings.has(flag.name) || given[field] === undefined || given[field] === null) continue;
      const { line, column } = source.placeOfKey([field]);
      const values = [given[field]].flat().map((value) => located(flag, value, dirname(file)));
      settings.set(flag.name, { value: flag.multiple ? values : values[0], from: `${source.file}:${line}:${column}` });
    }
  }
  if (findings.length > 0) throw new SdgError('config', findings.map(formatFinding).join('\n'));
  return settings;
}
