import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadDotEnv } from './find-config.js';
import { readConfig } from './read-config.js';

const before = process.cwd();
let folder: string;
beforeEach(() => process.chdir((folder = mkdtempSync(`${tmpdir()}/sdg-config-`))));
afterEach(() => process.chdir(before));

describe('loadDotEnv', () => {
  it('reads a file with a byte order mark from its first variable on', () => {
    writeFileSync('.env', '\ufeffSDG_MODEL=a\nSDG_RPM=5\n');
    const env: NodeJS.ProcessEnv = {};
    expect(loadDotEnv(env)).toEqual([]);
    expect(env).toEqual({ SDG_MODEL: 'a', SDG_RPM: '5' });
  });

  it.each([
    ['UTF-16', Buffer.from('\ufeffSDG_MODEL=a\n', 'utf16le')],
    ['UTF-16 without a mark', Buffer.from('SDG_MODEL=a\n', 'utf16le')],
    ['Latin 1', Buffer.from('SDG_MODEL=é\n', 'latin1')],
  ])('says in one line that %s is not UTF-8', (_, bytes) => {
    writeFileSync('.env', bytes);
    const env: NodeJS.ProcessEnv = {};
    expect(loadDotEnv(env)).toEqual(['.env is not UTF-8 text, so it sets nothing; save it as UTF-8']);
    expect(env).toEqual({});
  });
});

describe('readConfig', () => {
  const read = () => readConfig({ XDG_CONFIG_HOME: `${folder}/none` }, folder);

  it('says that a config file is a folder', async () => {
    mkdirSync('sdg.config.yaml');
    await expect(read()).rejects.toThrow(/^sdg\.config\.yaml: the config file is a folder; mend it, or remove it$/);
  });

  it('finds a field that is given twice', async () => {
    writeFileSync('sdg.config.yaml', 'model: a\nmodel: b\n');
    await expect(read()).rejects.toThrow('sdg.config.yaml:2:1: "model" is given twice; keep one of them');
  });
});
