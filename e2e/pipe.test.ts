import { jsonLines } from '@sdg/testing/json-lines';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { cleanEnvironment, shell } from './shell.js';

interface Origin {
  readonly leaf: string;
  readonly file: string;
  readonly line: number;
  readonly document?: string;
  readonly chunk?: number;
}
interface Row {
  readonly messages: readonly { readonly role: string; readonly content: string }[];
  readonly metadata: string;
}

const taxonomy = fileURLToPath(new URL('taxonomy', import.meta.url));

describe('sdg-read | sdg-run simple | sdg-mix', () => {
  it('writes training rows each of which traces back to a seed example', async () => {
    const folder = mkdtempSync(`${tmpdir()}/sdg-pipe-`);
    const { stdout, code } = await shell(`sdg-read "${taxonomy}" | tee "${folder}/seeds.jsonl" | sdg-run simple --quiet | sdg-mix --quiet`);
    expect(code).toBe(0);
    const seeds = jsonLines<{ _sdg: { id: string; origin: Origin } }>(readFileSync(`${folder}/seeds.jsonl`, 'utf8'));
    const byId = new Map(seeds.map((seed) => [seed._sdg.id, seed]));
    const leaves = new Set(seeds.map((seed) => seed._sdg.origin.leaf));
    expect(leaves.size).toBeGreaterThanOrEqual(6);
    const rows = jsonLines<Row>(stdout);
    const reached = new Set<string>();
    for (const { messages, metadata } of rows) {
      expect(messages.map(({ role }) => role)).toEqual(['system', 'user', 'assistant']);
      const { _sdg } = JSON.parse(metadata) as { _sdg: { root: string; pipeline: string; teachers: string[]; origin: Origin } };
      expect(_sdg.pipeline).toBe('simple');
      expect(_sdg.teachers).toHaveLength(1);
      const seed = byId.get(_sdg.root);
      expect(seed?._sdg.origin).toEqual(_sdg.origin);
      const qna = readFileSync(_sdg.origin.file, 'utf8').split('\n');
      expect(qna[_sdg.origin.line - 1]).toMatch(/^\s*- /);
      reached.add(_sdg.origin.leaf);
    }
    expect(reached).toEqual(leaves);
  });

  it('gives the same bytes whatever the concurrency', async () => {
    const runs = await Promise.all(
      ['1', '7', '64'].map((n) => shell(`sdg-read "${taxonomy}" | sdg-run simple --quiet --no-cache --concurrency ${n}`)),
    );
    expect(runs.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(new Set(runs.map(({ stdout }) => stdout)).size).toBe(1);
    expect(jsonLines(runs[0]!.stdout).length).toBeGreaterThan(50);
  });

  it('ends all three processes quietly when the consumer has seen enough', async () => {
    const { stdout, stderr } = await shell(
      `sdg-read "${taxonomy}" | sdg-run simple --quiet | sdg-mix --quiet --phase knowledge | head -n 1 > /dev/null; echo ` +
        `"\${PIPESTATUS[@]}"`,
    );
    expect(stdout).toBe('0 0 0 0\n');
    expect(stderr).toBe('');
  });

  it('says what it expects where stdin is a terminal', async () => {
    const { stdout } = await execa('script', ['-qec', 'sdg-run simple --quiet', '/dev/null'], {
      extendEnv: false,
      env: cleanEnvironment(),
      reject: false,
      timeout: 30_000,
    });
    expect(stdout).toContain('stdin is a terminal; expected seed samples, as sdg-read writes them; pipe them in or name a file');
  });
});
