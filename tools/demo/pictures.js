// Draws the pictures of docs/report.md: runs the demo's taxonomy through `full` against a simulated server that fails now
// and then, writes the report, and photographs parts of it in Chromium. Usage: npm run docs:pictures
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { fetchChromium, findChromium } from '../fetch/chromium.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { chromium } = createRequire(join(root, 'e2e/package.json'))('playwright-core');
const pictures = join(root, 'docs/pictures');
const work = mkdtempSync(join(tmpdir(), 'sdg-pictures-'));
/** Bytes of a picture at most. */
const MOST = 150_000;

function sdg(command, args, input) {
  const bin = join(root, 'packages/cli/bin', `${command}.js`);
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], {
    cwd: work,
    input,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  if (status !== 0) throw new Error(`${command} ended with exit code ${status}: ${stderr}`);
  return stdout;
}

/** The demo's run, on a server with 16 slots and a long tail, that fails and breaks off now and then. */
async function makeRun() {
  const faults = '500=0.02,reset=0.01,length=0.02,empty=0.02';
  const args = ['--slots', '16', '--latency', 'lognormal:80,0.6', '--faults', faults, '--for', '300'];
  const server = spawn(process.execPath, [join(root, 'tools/teacher-sim/bin/teacher-sim.js'), ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  try {
    const [address] = await once(server.stdout, 'data');
    const seeds = sdg('sdg-read', ['-q', join(root, 'e2e/taxonomy')]);
    const teacher = ['--teacher', String(address).trim(), '--no-cache', '--price', '0.2,0.6'];
    sdg('sdg-run', ['full', '-q', ...teacher, '--scale-factor', '6', '--run-dir', 'run'], seeds);
    sdg('sdg', ['report', 'run', '-q']);
  } finally {
    server.stdin.end();
    server.kill();
  }
}

/** What is photographed, by the name of the picture: a part of the page, and what is done before. */
const PARTS = {
  summary: { part: '#summary' },
  funnel: { part: '#funnel .scroll', most: 620, before: (page) => page.locator('#funnel details.plain summary').first().click() },
  timeline: { part: '#timeline .charts' },
  row: {
    part: '#rows details.row[open]',
    most: 700,
    before: async (page) => {
      await page.locator('#rows details.row > summary').nth(2).click();
      await page.locator('#rows details.row[open] details.step > summary').first().click();
    },
  },
};

async function photograph() {
  const browser = await chromium.launchPersistentContext(join(work, 'profile'), {
    executablePath: findChromium(),
    headless: true,
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
  try {
    const page = await browser.newPage();
    await page.setViewportSize({ width: 1180, height: 1200 });
    for (const [name, { part, before, most = 900 }] of Object.entries(PARTS)) {
      await page.goto(`file://${join(work, 'run/report.html')}`);
      await page.locator('#theme').waitFor();
      await before?.(page);
      // Places are those in the window, and a click may have moved that.
      await page.evaluate('scrollTo(0, 0)');
      const box = await page.locator(part).first().boundingBox();
      const path = join(pictures, `report-${name}.png`);
      const clip = { x: box.x, y: box.y, width: box.width, height: Math.min(box.height, most) };
      await page.screenshot({ path, fullPage: true, clip });
      const { size } = statSync(path);
      if (size > MOST) throw new Error(`${path} has ${size} bytes, more than ${MOST}`);
      process.stdout.write(`${path}: ${size} bytes\n`);
    }
  } finally {
    await browser.close();
  }
}

if (fetchChromium()) {
  try {
    mkdirSync(pictures, { recursive: true });
    await makeRun();
    await photograph();
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
} else process.exitCode = 1;
