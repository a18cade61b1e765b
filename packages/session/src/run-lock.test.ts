import { describe, expect, it } from 'vitest';
import { lockChanges, withoutSecrets, type RunLock } from './run-lock.js';

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
    ['http://user:secret@host:99999/v1', 'not a URL'],
    ['user:secret@host', 'not a URL'],
    ['offline', 'offline'],
  ])('%s is shown as %s', (url, shown) => {
    expect(withoutSecrets(url)).toBe(shown);
  });
});
