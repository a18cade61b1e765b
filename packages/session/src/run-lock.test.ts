import { mkdtempSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { lockChanges, withoutSecrets, writeRecord, type RunLock } from './run-lock.js';

const lock = (settings: RunLock['settings']): RunLock => ({
  format: 1,
  versions: {},
  pipeline: { name: 'p', files: {} },
  plugins: {},
  inputs: {},
  settings,
  given: { positionals: [], flags: {} },
});

describe('lockChanges', () => {
  it('tells of what may change the output', () => {
    expect(lockChanges(lock({ seed: 1, model: 'm' }), lock({ seed: 2, model: 'm' }))).toEqual(['settings seed: was 1, is 2']);
  });

  it('lets a run resume at another pace and with a larger budget', () => {
    expect(lockChanges(lock({ 'max-cost': 1, concurrency: '8' }), lock({ 'max-cost': 2, rpm: 60, replay: true }))).toEqual([]);
  });
});

describe('withoutSecrets', () => {
  it.each([
    ['http://user:secret@host:8000/v1?key=secret', 'http://host:8000/v1'],
    ['http://secret@a/v1, HTTPS://user:secret@b/v1/', 'http://a/v1,https://b/v1'],
    ['nats://user:sec@ret@a:4222,nats://secret@b', 'nats://a:4222,nats://b'],
    ['own://secret@host/model?key=secret', 'own://host/model'],
    ['own:model', 'own:model'],
    ['llama:models/a,b@2.gguf?threads=4', 'llama:models/a,b@2.gguf?threads=4'],
    ['static:models/potion', 'static:models/potion'],
    ['http://user:secret@host:99999/v1', 'not a URL'],
    ['user:secret@host', 'not a URL'],
    ['offline', 'offline'],
  ])('%s is shown as %s', (url, shown) => {
    expect(withoutSecrets(url)).toBe(shown);
  });
});

it.skipIf(process.platform !== 'linux')('a record that finds no room is no mistake of whoever named the folder', async () => {
  const folder = mkdtempSync(`${tmpdir()}/sdg-record-`);
  symlinkSync('/dev/full', `${folder}/ledger.json.tmp`);
  await expect(writeRecord(folder, 'ledger.json', {})).rejects.toMatchObject({ code: 'output', exitCode: 3 });
  await expect(writeRecord('/dev/null/a', 'ledger.json', {})).rejects.toMatchObject({ code: 'usage', exitCode: 2 });
});
