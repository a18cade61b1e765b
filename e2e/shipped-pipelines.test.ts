import { jsonLines } from '@sdg/testing/json-lines';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { BlockAccount } from '@sdg/core';
import { startTeacherSim } from '@sdg/teacher-sim';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { cleanEnvironment, shell } from './shell.js';

interface Row {
  readonly leaf_node_type: string;
  readonly _sdg: { readonly origin: { readonly leaf: string }; readonly teachers: readonly string[] };
}

interface Result {
  readonly stdout: string;
  readonly rows: readonly Row[];
  readonly blocks: readonly BlockAccount[];
  readonly calls: number;
}

/** Seed samples of every leaf: of each kind there are two leaves. */
const SEEDS = 2;

const cwd = mkdtempSync(`${tmpdir()}/sdg-shipped-`);
const env = cleanEnvironment(cwd);
const parse = (text: string): Row[] => jsonLines<Row>(text);
function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Record<string, T[]> {
  const groups: Record<string, T[]> = {};
  for (const item of items) (groups[keyOf(item)] ??= []).push(item);
  return groups;
}
const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

beforeAll(async () => {
  const { stdout } = await shell(`sdg-read ${fileURLToPath(new URL('taxonomy', import.meta.url))}`, { env });
  const count = new Map<string, number>();
  const seeds = stdout.split('\n').filter((line) => {
    if (line === '') return false;
    const { leaf } = (JSON.parse(line) as Row)._sdg.origin;
    count.set(leaf, (count.get(leaf) ?? 0) + 1);
    return count.get(leaf)! <= SEEDS;
  });
  writeFileSync(`${cwd}/seeds.jsonl`, `${seeds.join('\n')}\n`);
});

let runs = 0;

/** Runs a shipped pipeline with the real command, and checks what must hold of every run. */
async function run(pipeline: string, flags: string): Promise<Result> {
  const folder = `${cwd}/run${++runs}`;
  const { stdout, stderr, code } = await shell(`sdg-run ${pipeline} seeds.jsonl -m sim ${flags} --no-cache --quiet --run-dir ${folder}`, {
    cwd,
    env,
  });
  expect([code, stderr]).toEqual([0, '']);
  const { blocks, exit, written } = JSON.parse(readFileSync(`${folder}/ledger.json`, 'utf8')) as {
    blocks: BlockAccount[];
    exit: string;
    written: number;
  };
  const rows = parse(stdout);
  expect([exit, written]).toEqual(['done', rows.length]);
  for (const { block, in: entered, made, out, filtered, deduplicated, unfinished, rejected } of blocks) {
    const left = out + filtered + deduplicated + unfinished + sum(Object.values(rejected));
    expect([block, left, unfinished, rejected]).toEqual([block, entered + made, 0, {}]);
  }
  // Nothing is lost between blocks either: each takes what the one before it in its chain put out.
  const chains = groupBy(blocks.slice(1), ({ block }) => block.split('/')[0]!);
  for (const chain of Object.values(chains)) {
    expect(chain.slice(1).map((block) => block.in)).toEqual(chain.slice(0, -1).map((block) => block.out));
  }
  return { stdout, rows, blocks, calls: sum(blocks.map((block) => block.calls)) };
}

/** The same against a server, whose own count of the calls must agree. */
async function runOverHttp(pipeline: string, flags: string): Promise<Result> {
  const sim = await startTeacherSim({ slots: 16 });
  onTestFinished(() => sim.close());
  const result = await run(pipeline, `-t ${sim.url} ${flags}`);
  const { answered, faults, turnedAway } = sim.stats();
  expect({ answered, faults, turnedAway }).toEqual({ answered: result.calls, faults: {}, turnedAway: 0 });
  return result;
}

/** Rows by kind of leaf; both leaves of the kind must be among them. */
function byKind(rows: readonly Row[]): Record<string, number> {
  const kinds = groupBy(rows, ({ leaf_node_type }) => leaf_node_type);
  for (const list of Object.values(kinds)) expect(new Set(list.map(({ _sdg }) => _sdg.origin.leaf)).size).toBe(2);
  return Object.fromEntries(Object.entries(kinds).map(([kind, list]) => [kind, list.length]));
}

describe('a shipped pipeline over HTTP', () => {
  it.each([
    ['full', '--api chat', { freeform_skill: 120, grounded_skill: 56, knowledge: 20 }],
    ['full', '--api completions --model-family mixtral', { freeform_skill: 120, grounded_skill: 56, knowledge: 20 }],
    ['llama', '--api chat', { freeform_skill: 120, grounded_skill: 56, knowledge: 41 }],
  ])('%s %s puts out what it does with the embedded teacher, to the byte', async (pipeline, flags, expected) => {
    // Its calls are not random: temperature 0, or a seed.
    const { stdout, rows } = await runOverHttp(pipeline, flags);
    expect(byKind(rows)).toEqual(expected);
    expect(stdout).toBe((await run(pipeline, '-t offline')).stdout);
  });

  // Its calls are random: a server without randomness makes another draw of the same rows than the embedded teacher, which
  // knows the sample.
  it.each([
    ['simple', { freeform_skill: 120, grounded_skill: 104, knowledge: 71 }, { freeform_skill: 120, grounded_skill: 104, knowledge: 72 }],
    ['eval', { knowledge: 39 }, { knowledge: 39 }],
  ])('%s puts out rows of every kind that it has a chain for', async (pipeline, expected, offline) => {
    expect(byKind((await runOverHttp(pipeline, '--api chat')).rows)).toEqual(expected);
    expect(byKind((await run(pipeline, '-t offline')).rows)).toEqual(offline);
  });
});
