// Runs each test without a mutant, then with each mutant that it met and that lives, where the modules are loaded and
// warm: no mutant costs more than the body of the tests that meet it. What becomes of them is appended to a file, which
// all processes read before each test.
import { appendFileSync, readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import { TestRunner } from 'vitest';

const home = process.env.SDG_MUTATE;
const events = `${home}/events.jsonl`;
/** Longer tests are left to a later pass, when quick ones have killed what they can. */
const slow = Number(process.env.SDG_MUTATE_SLOW);
/**
 * A test is at no end where nothing happens in the event loop for so long: that does not depend on what else the machine
 * has to do, as a time for the whole test would. Without a mutant it may have waited for a while; so many times that is allowed.
 */
const [TICK_MS, IDLE_TICKS, TIMES] = [100, 8, 4];
/** Processor time after which it is said to run for ever, and after which it is ended from outside, since the event loop is held up. */
const [LOOP_MS, SPIN_MS] = [1000, 2000];
/** Hits of a mutant, over those that its test has without it, that are a loop without end. */
const HITS = 100;

const { setInterval: every, clearInterval: stop } = globalThis;
const planned = new Set(JSON.parse(readFileSync(`${home}/plan.json`, 'utf8')).mutants.map(({ id }) => id));
const switches = (globalThis.__stryker__ = { mutantCoverage: { static: {}, perTest: {} } });
// The same cases with each mutant, and no search for a smaller one.
fc.configureGlobal({ seed: 1, endOnFailure: true });

const tell = (event) => appendFileSync(events, `${JSON.stringify(event)}\n`);
const told = () => {
  const known = { killed: new Set(), done: new Set(), slow: new Map(), doubted: new Set() };
  for (const line of readFileSync(events, 'utf8').split('\n').filter(Boolean)) {
    const { killed, done, long, ms, doubted } = JSON.parse(line);
    if (killed) known.killed.add(killed);
    if (done) known.done.add(done);
    if (long) known.slow.set(long, ms);
    if (doubted) known.doubted.add(doubted);
  }
  return known;
};

/** Which mutant runs, and how much processor time it may take: a thread of its own ends the process after it. */
const watched = new Int32Array(new SharedArrayBuffer(12));
const watch = `
  const { workerData: { watched, events } } = require('node:worker_threads');
  let [turn, since] = [0, 0];
  setInterval(() => {
    const { user, system } = process.cpuUsage();
    const ms = (user + system) / 1000;
    if (watched[1] !== turn) [turn, since] = [watched[1], ms];
    const isLarge = process.memoryUsage.rss() > 3e9;
    if (watched[0] < 0 || (ms - since < watched[2] && !isLarge)) return;
    require('node:fs').appendFileSync(events, JSON.stringify({ killed: String(watched[0]), by: isLarge ? 'memory' : 'loop' }) + '\\n');
    process.kill(process.pid, 'SIGKILL');
  }, 250);`;
watched[0] = -1;
new Worker(watch, { eval: true, workerData: { watched, events } }).unref();

/** Processor time of this process in milliseconds. */
const spent = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

/** Whether the test passes; undefined: it came to no end. With what it took: processor time, and ticks in a row without anything to do. */
async function passes(test, { mostIdle = Infinity, mostMs = Infinity } = {}) {
  const start = spent();
  let timer;
  let idle = 0;
  let longest = 0;
  let seen = performance.eventLoopUtilization();
  const hung = new Promise((resolve) => {
    timer = every(() => {
      const now = performance.eventLoopUtilization();
      idle = performance.eventLoopUtilization(now, seen).utilization < 0.05 ? idle + 1 : 0;
      seen = now;
      longest = Math.max(longest, idle);
      if (idle > mostIdle || spent() - start > mostMs) resolve(undefined);
    }, TICK_MS);
  });
  const body = (async () => {
    const suites = [test.file];
    for (let suite = test.suite; suite && suite !== test.file; suite = suite.suite) suites.splice(1, 0, suite);
    const hooks = (name) => suites.flatMap((suite) => TestRunner.getSuiteHooks(suite)[name].map((hook) => () => hook(test.context, suite)));
    try {
      for (const hook of hooks('beforeEach')) await hook();
      await TestRunner.getTestFn(test)();
      return true;
    } catch {
      return false;
    } finally {
      const finished = [...(test.onFinished ?? [])].reverse();
      test.onFinished = [];
      for (const hook of [...hooks('afterEach').reverse(), ...finished]) await Promise.resolve(hook(test.context)).catch(() => undefined);
    }
  })().catch(() => false);
  const outcome = await Promise.race([body, hung]);
  stop(timer);
  return { outcome, ms: spent() - start, idle: longest };
}

export default class MutantRunner extends TestRunner {
  /** Tests that are left to a later pass. */
  left = 0;

  passes(test, most) {
    this.snapshotClient.clearTest(test.file.filepath, test.id);
    return passes(test, most);
  }

  async runTask(test) {
    const name = test.id;
    const before = told();
    if (before.done.has(name)) return;
    if (before.slow.get(name) > slow) return void this.left++;
    const coverage = switches.mutantCoverage.perTest;
    switches.currentTestId = name;
    const { outcome: isFine, ms, idle } = await this.passes(test);
    switches.currentTestId = undefined;
    const hits = coverage[name] ?? {};
    coverage[name] = undefined;
    if (!isFine) throw new Error('it fails without any mutant');
    const met = Object.keys(hits).filter((id) => planned.has(id));
    tell({ covered: met, test: name });
    if (ms > slow) {
      this.left++;
      return tell({ long: name, ms });
    }
    const { killed, doubted } = told();
    const living = met.filter((id) => !killed.has(id));
    const { outcome: isRepeatable } = living.length > 0 || process.env.SDG_MUTATE_TWICE ? await this.passes(test) : { outcome: true };
    if (!isRepeatable) throw new Error('it passes but once: something outside of it remembers');
    for (const id of [...living.filter((id) => doubted.has(id)), ...living.filter((id) => !doubted.has(id))]) {
      Object.assign(switches, { activeMutant: id, hitCount: 0, hitLimit: HITS * Math.max(10, hits[id]) });
      const most = { mostIdle: IDLE_TICKS + TIMES * idle, mostMs: LOOP_MS + 5 * ms };
      Object.assign(watched, { 0: Number(id), 1: watched[1] + 1, 2: SPIN_MS + 10 * ms });
      const { outcome } = await this.passes(test, most);
      watched[0] = -1;
      switches.activeMutant = undefined;
      if (outcome) continue;
      // What a mutant leaves behind must not kill others.
      const { outcome: isClean } = await this.passes(test, most);
      if (isClean || doubted.has(id)) tell({ killed: id, by: outcome === undefined ? 'no end' : 'failed', test: name });
      else tell({ doubted: id, test: name });
      if (!isClean) process.kill(process.pid, 'SIGKILL');
    }
    tell({ done: name });
  }

  onAfterRunFiles(files) {
    tell({ static: Object.keys(switches.mutantCoverage.static).filter((id) => planned.has(id)) });
    for (const { filepath } of files) tell({ finished: filepath, slow, left: this.left });
    return super.onAfterRunFiles(files);
  }
}
