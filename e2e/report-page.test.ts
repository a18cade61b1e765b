import { appendFileSync, cpSync, createReadStream, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { readNdjson } from '@sdg/core';
import { SetMeasure } from '@sdg/mixer';
import { compareRows, readRun, renderReport } from '@sdg/report';
import { chromium, type BrowserContext, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { cleanEnvironment, shell } from './shell.js';

const cwd = mkdtempSync(`${tmpdir()}/sdg-page-`);
const env = cleanEnvironment(cwd);
const run = (line: string) => shell(line, { cwd, env });
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
let browser: BrowserContext;

beforeAll(async () => {
  const skills = fileURLToPath(new URL('taxonomy/compositional_skills', import.meta.url));
  writeFileSync(`${cwd}/none.jsonl`, '');
  const [found, made, empty] = await Promise.all([
    // It finds a browser, or installs one, or says in a line how to get one.
    run(`node ${fileURLToPath(new URL('../tools/fetch/chromium.js', import.meta.url))}`),
    run(`sdg-read -q ${skills} | sdg-run full -q --teacher offline --scale-factor 2 --price 3,7 --run-dir run > rows.jsonl`),
    run('sdg-run full -q --teacher offline none.jsonl --run-dir empty'),
  ]);
  expect([made.code, made.stderr]).toEqual([0, '']);
  expect([empty.code, empty.stderr]).toEqual([1, expect.stringContaining('the input was empty')]);
  expect([found.code, found.stderr]).toEqual([0, '']);
  browser = await chromium.launchPersistentContext(mkdtempSync(`${tmpdir()}/sdg-chromium-`), {
    ...{ executablePath: found.stdout.trim(), headless: true, offline: true, timeout: 60_000 },
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
  expect((await run('sdg report run')).code).toBe(0);
});
afterAll(() => browser?.close());

/** Opens a report from disk at a width; whatever leaves or goes wrong is in `faults`. */
async function open(file: string, width = 1280): Promise<{ page: Page; faults: string[] }> {
  const page = await browser.newPage();
  const faults: string[] = [];
  page.on('console', (message) => void (message.type() === 'error' && faults.push(message.text())));
  page.on('pageerror', (error) => void faults.push(error.message));
  page.on('request', (request) => void (/^(?:file|data|blob):/.test(request.url()) || faults.push(`asks for ${request.url()}`)));
  await page.setViewportSize({ width, height: 900 });
  await page.goto(`file://${cwd}/${file}`);
  await page.locator('#theme').waitFor();
  return { page, faults };
}

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string }[];
}

/** What rules of accessibility find, all or those named. The page lets no script in but its own: the checker comes by the debugger. */
async function accessibility(page: Page, rules?: readonly string[]): Promise<string[]> {
  await page.evaluate(axe);
  const found = await page.evaluate(
    (runOnly) =>
      (globalThis as unknown as { axe: { run(options: object): Promise<{ violations: Violation[] }> } }).axe.run({
        ...{ resultTypes: ['violations'], ...(runOnly && { runOnly }) },
      }),
    rules,
  );
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]!.html.slice(0, 200)}`);
}

/** Pixels of an A4 page between its margins. */
const PAPER = 718;

/** Tables that are wider than what shows them: on paper nobody can scroll. */
const cut = (page: Page): Promise<number> =>
  page.evaluate("[...document.querySelectorAll('.scroll')].filter((one) => one.scrollWidth > one.clientWidth).length");

/** How far the page is wider than the window. */
const overflow = (page: Page): Promise<number> => page.evaluate('document.documentElement.scrollWidth - innerWidth');

it('opens from disk; is searched, opened down to the seed and turned dark; asks for nothing and is readable to all', async () => {
  const { page, faults } = await open('run/report.html');
  const rows = page.locator('#rows details.row');
  const before = await rows.count();
  expect(before).toBeGreaterThan(5);
  const question = (JSON.parse(readFileSync(`${cwd}/run/rows.jsonl`, 'utf8').split('\n')[0]!) as { question: string }).question;
  await page.locator('#rows input[type=search]').fill(question.slice(0, 40));
  await expect.poll(() => rows.count()).toBeLessThan(before);
  for (const row of await rows.allTextContents()) expect(row).toContain(question.slice(0, 40));
  await page.locator('#rows input[type=search]').fill('');
  const leaf = page.locator('#rows select').first();
  const [, wanted] = await leaf.locator('option').allTextContents();
  await leaf.selectOption(wanted!);
  for (const row of await rows.locator('> summary').allTextContents()) expect(row).toContain(wanted!);

  await rows.first().locator('> summary').click();
  const steps = rows.first().locator('details.step');
  expect(await steps.count()).toBeGreaterThanOrEqual(4);
  await steps.first().locator('> summary').click();
  expect(await steps.first().locator('pre').first().isVisible()).toBe(true);
  expect((await steps.first().locator('pre').first().textContent())!.length).toBeGreaterThan(50);

  const paper = (): Promise<string> => page.evaluate('getComputedStyle(document.body).backgroundColor');
  const light = await paper();
  expect(await accessibility(page)).toEqual([]);
  await page.locator('#theme').click();
  expect(await paper()).not.toBe(light);
  // Nothing but its colours is another.
  expect(await accessibility(page, ['color-contrast'])).toEqual([]);
  expect(await page.locator('#timeline .chart canvas').count()).toBeGreaterThan(0);
  await page.evaluate('document.querySelectorAll("details").forEach((one) => (one.open = true))');
  expect(await rows.nth(1).locator('table').first().isVisible()).toBe(true);
  expect(await accessibility(page, ['landmark-unique', 'region', 'duplicate-id-aria'])).toEqual([]);
  expect(faults).toEqual([]);
  await page.close();
});

/** The page of the run, for tests that look at it. */
let looked: Awaited<ReturnType<typeof open>> | undefined;
const look = async () => (looked ??= await open('run/report.html'));

interface Use {
  readonly calls: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
}
interface Account
  extends Record<'block', string>, Record<'in' | 'made' | 'out' | 'filtered' | 'deduplicated' | 'unfinished' | 'calls', number> {
  readonly rejected: Readonly<Record<string, number>>;
  readonly models: Readonly<Record<string, Use>>;
}

it('shows the counts, tokens and money of the ledger', async () => {
  const { page } = await look();
  const ledger = JSON.parse(readFileSync(`${cwd}/run/ledger.json`, 'utf8')) as {
    readonly written: number;
    readonly cost: number;
    readonly costs: Readonly<Record<string, Readonly<Record<string, number>>>>;
    readonly blocks: readonly Account[];
  };
  // What is under a number, its reasons, is read by itself.
  const cells = (rows: string): Promise<string[][]> =>
    page
      .locator(rows)
      .evaluateAll((all) => all.map((row) => [...row.children].map((cell) => (cell.querySelector('summary') ?? cell).textContent ?? '')));
  const shown = (n: number): string => n.toLocaleString('en');
  const money = (n: number): string => (n === 0 ? '0' : n.toFixed(n >= 1 ? 2 : 4));
  const sum = (all: readonly number[]): number => all.reduce((total, n) => total + n, 0);
  const reached = ledger.blocks.filter((block) => block.in + block.made > 0);
  const idle = ledger.blocks.filter((block) => !reached.includes(block));
  expect([reached.length > 3, idle.length > 3]).toEqual([true, true]);
  expect(ledger.cost).toBeGreaterThan(0);
  expect(await cells('#funnel > .scroll tbody tr')).toEqual(
    reached.map(({ block, rejected, ...n }) => [
      ...[block, shown(n.in), shown(n.made), shown(n.out), '', shown(n.filtered), shown(n.deduplicated)],
      ...[shown(sum(Object.values(rejected))), shown(n.unfinished), shown(n.calls)],
    ]),
  );
  const others = await page.locator('#funnel > details').first().textContent();
  expect(others).toBe(`No sample came to ${idle.length} other blocks${idle.map(({ block }) => block).join(', ')}`);
  const uses = ledger.blocks.flatMap(({ block, models }) => Object.entries(models).map(([model, use]) => ({ block, model, use })));
  expect(await cells('#tokens tbody tr')).toEqual(
    uses.map(({ block, model, use }) => [
      ...[block, model, shown(use.calls), shown(use.promptTokens), shown(use.completionTokens)],
      // The offline teacher has no server.
      ...['–', money(ledger.costs[block]![model]!)],
    ]),
  );
  expect(sum(Object.values(ledger.costs).flatMap((models) => Object.values(models)))).toBeCloseTo(ledger.cost, 9);
  const figures = (await page.locator('#summary .figure').allTextContents()).join('; ');
  expect(figures).toContain(`${shown(ledger.written)}rows written`);
  expect(figures).toContain(`${shown(sum(uses.map(({ use }) => use.promptTokens)))}tokens in, paid`);
  expect(figures).toContain(`${shown(sum(uses.map(({ use }) => use.completionTokens)))}tokens out, paid`);
  expect(figures).toContain(`${money(ledger.cost)}cost`);
});

it('tells how much the rows say', async () => {
  const { page } = await look();
  const measure = new SetMeasure();
  for await (const row of readNdjson(createReadStream(`${cwd}/run/rows.jsonl`), { name: 'rows' })) measure.see(row);
  const { distinct } = (await measure.result())!;
  const shown = await page.locator('#shapes .scroll tbody td').allTextContents();
  expect(shown).toEqual(([1, 2, 3] as const).map((size) => `${(100 * distinct[size]).toFixed(1)} %`));
});

it('leads from a number of the funnel to what it counts', async () => {
  const { page, faults } = await look();
  await page.locator('#funnel a').first().click();
  const [, kind] = [page.url(), await page.locator('#rejects select').first().inputValue()];
  expect(page.url()).toMatch(/#rejects$/);
  expect(['filtered', 'deduplicated']).toContain(kind);
  expect(await page.locator('#rejects details').count()).toBeGreaterThan(0);
  expect(faults).toEqual([]);
});

it('shows an empty run, a broken one, and two side by side, at any width', async () => {
  cpSync(`${cwd}/run`, `${cwd}/broken`, { recursive: true });
  for (const name of ['ledger.json', 'leaves.json']) rmSync(`${cwd}/broken/${name}`);
  truncateSync(`${cwd}/broken/rows.jsonl`, 20_000);
  appendFileSync(`${cwd}/broken/calls.jsonl`, 'null\n{"at":"noon"}\n');
  writeFileSync(`${cwd}/broken/leaves.json`, '{"leaves": {');
  const runs = await Promise.all(['empty', 'broken', 'run'].map((name) => readRun(`${cwd}/${name}`)));
  for (const [i, name] of ['empty', 'broken'].entries()) writeFileSync(`${cwd}/${name}/report.html`, renderReport([runs[i]!]));
  const rowsApart = await compareRows([`${cwd}/run`, `${cwd}/broken`]);
  writeFileSync(`${cwd}/two.html`, renderReport([runs[2]!, runs[1]!], { rowsApart }));
  const expected = {
    'empty/report.html': ['It failed: the input was empty', 'There are no rows.', 'Nothing was paid for.'],
    'broken/report.html': [
      'not known without its ledger.json',
      '–\ncalls answered',
      '1 line of rows.jsonl cannot be read and is left out.',
      '2 lines of calls.jsonl cannot be read and are left out.',
      'leaves.json is not whole',
    ],
    'two.html': ['Settings that differ', 'of', 'run alone'],
    'run/report.html': [],
  };
  for (const [file, texts] of Object.entries(expected)) {
    const { page, faults } = await open(file);
    const text = await page.locator('body').innerText();
    for (const one of texts) expect([file, text.includes(one) || text]).toEqual([file, true]);
    for (const width of [1280, 760, 390]) {
      await page.setViewportSize({ width, height: 900 });
      await expect.poll(() => overflow(page), { message: `${file} at ${width}` }).toBe(0);
    }
    await page.emulateMedia({ media: 'print' });
    await page.setViewportSize({ width: PAPER, height: 900 });
    await expect.poll(() => Promise.all([overflow(page), cut(page)]), { message: `${file} on paper` }).toEqual([0, 0]);
    // A whole run was looked at above, and a broken one is made of the same.
    const violations = /empty|two/.test(file) ? await accessibility(page) : [];
    expect([file, violations, faults]).toEqual([file, [], []]);
    await page.close();
  }
});

it('does nothing that a row, a leaf or a reply says', async () => {
  const hostile =
    '</script><script>globalThis.hurt=1</script><img src="https://example.invalid/x" onerror="globalThis.hurt=1">\u202eabc\u001b[2J';
  const row = { question: hostile, [hostile]: hostile, long: 'x'.repeat(1_000_000), leaf_node_path: hostile };
  cpSync(`${cwd}/run`, `${cwd}/hostile`, { recursive: true });
  appendFileSync(`${cwd}/hostile/rows.jsonl`, `${JSON.stringify(row)}\n`);
  appendFileSync(
    `${cwd}/hostile/rejects.jsonl`,
    `${JSON.stringify({ block: hostile, kind: 'rejected', reason: hostile, reply: hostile, sample: row })}\n`,
  );
  writeFileSync(`${cwd}/hostile/report.html`, renderReport([await readRun(`${cwd}/hostile`)]));
  const { page, faults } = await open('hostile/report.html', 390);
  await page.locator('#rows input[type=search]').fill('</script>');
  await page.locator('#rows details.row > summary').first().click();
  expect(await page.locator('#rows pre').first().textContent()).toContain('<script>');
  expect(await page.evaluate(() => (globalThis as { hurt?: unknown }).hurt)).toBeUndefined();
  expect([await overflow(page), faults]).toEqual([0, []]);
  await page.close();
});
