import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { renderComparison, type Report } from '@sdg/cli/bench';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { suites } from './index.js';
import { attribute } from './profile/attribute.js';

const bench = fileURLToPath(new URL('../bin/bench.js', import.meta.url));

describe('the short mode', () => {
  let folder: string;
  let report: Report;
  let markdown: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sdg-bench-test-'));
    const { stdout } = await execa('node', [bench, '--short', '--json', join(folder, 'report.json')], { timeout: 580_000 });
    markdown = stdout;
    report = JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8')) as Report;
  }, 600_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('runs every suite to its end', () => {
    expect(report.suites.map(({ name }) => name)).toEqual(suites.map(({ title }) => title));
    expect(report.suites.flatMap(({ unmeasured }) => unmeasured).filter(({ id }) => id.endsWith('.failed'))).toEqual([]);
  });

  it('gives numbers, each under an id of its own, medians within their spread', () => {
    const rows = report.suites.flatMap((suite) => suite.rows);
    expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
    for (const { value } of rows) {
      expect(Number.isFinite(value.median)).toBe(true);
      expect(value.low <= value.median && value.median <= value.high).toBe(true);
    }
  });

  it('has every target, with a value or the reason why there is none', () => {
    const all = report.suites
      .flatMap((suite) => [...suite.rows, ...suite.unmeasured])
      .filter(({ target }) => target)
      .map(({ id }) => id);
    expect(all.sort()).toEqual(suites.flatMap(({ targets }) => Object.keys(targets)).sort());
  });

  it('says on what it ran, and compares with itself without a finding', () => {
    for (const fact of ['processor', 'memory', 'system', 'node', 'commit', 'mode', 'command']) expect(markdown).toContain(`| ${fact} |`);
    expect(renderComparison(report, report)).toContain('Nothing changed beyond the noise.');
  });
});

describe('the command line', () => {
  it('names what it does not know', { timeout: 60_000 }, async () => {
    const { exitCode, stderr } = await execa('node', [bench, 'saturatoin'], { reject: false });
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('there is no suite "saturatoin"; known are startup')]);
    expect((await execa('node', [bench, '--runs', '0'], { reject: false })).exitCode).toBe(2);
    expect((await execa('node', [bench, '--help'])).stdout).toContain('Suites:');
  });
});

describe('sharing out a profile', () => {
  it('puts a sample to the nearest frame that belongs to a layer, and leaves idle time out', () => {
    const folder = mkdtempSync(join(tmpdir(), 'sdg-bench-test-'));
    const bundle = join(folder, 'packages/core/dist/index.js');
    mkdirSync(dirname(bundle), { recursive: true });
    const map = { version: 3, sources: ['../src/ndjson/write-ndjson.ts'], names: [], mappings: 'AAAA' };
    writeFileSync(`${bundle}.map`, JSON.stringify(map));
    const frame = (functionName: string, url = '') => ({ functionName, url, lineNumber: 0, columnNumber: 0 });
    const nodes = [
      { id: 1, callFrame: frame('(root)'), children: [2, 3, 5] },
      { id: 2, callFrame: frame('(idle)') },
      { id: 3, callFrame: frame('write', pathToFileURL(bundle).href), children: [4] },
      { id: 4, callFrame: frame('stringify') },
      { id: 5, callFrame: frame('(garbage collector)') },
    ];
    expect(attribute({ nodes, samples: [2, 4, 3, 5, 1], timeDeltas: [100, 7, 3, 2, 1] })).toMatchObject({
      write: 10,
      collection: 2,
      other: 1,
      http: 0,
    });
    rmSync(folder, { recursive: true, force: true });
  });
});
