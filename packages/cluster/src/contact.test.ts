import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CutLine, NatsServer, shippedUses } from '@sdg/testing';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { Link } from './link.js';
import { openBuckets } from './names.js';
import { natsEngine } from './nats-engine.js';
import { credentials } from './test-support/credentials.js';
import { outcome, withWorkers } from './test-support/with-workers.js';

const scratch = mkdtempSync(join(tmpdir(), 'sdg-contact-'));
const { seeds } = shippedUses.find(({ name }) => name === 'simple')!;
const spec = { pipeline: 'simple' };
const alone = outcome({ ...spec, noCache: true }, seeds);

async function start(config: string): Promise<NatsServer & { configure(text: string): void }> {
  const file = join(scratch, `${Math.random()}.conf`);
  const configure = (text: string): void => writeFileSync(file, text);
  configure(config);
  const server = await NatsServer.start(['-c', file]);
  onTestFinished(() => server.close());
  return Object.assign(server, { configure });
}

describe('contact that is lost', { timeout: 60_000 }, () => {
  it('is found again though the clock of the day was set back', async () => {
    const server = await start('');
    const told: string[] = [];
    const link = await Link.open(server.url, { onNotice: (text) => told.push(text) });
    onTestFinished(() => link.close());
    const yesterday = Date.now() - 86_400_000;
    const clock = vi.spyOn(Date, 'now').mockReturnValue(yesterday);
    onTestFinished(() => clock.mockRestore());
    await server.kill();
    await server.begin();
    const back = `contact with ${server.url} is back`;
    await expect.poll(() => told.join('\n'), { timeout: 20_000 }).toContain(back);
  });

  it('is asked again at once for what a server that fell over has not answered', async () => {
    const server = await start('');
    const line = await CutLine.to(server.port);
    onTestFinished(() => line.close());
    const link = await Link.open(line.url);
    onTestFinished(() => link.close());
    const { workers } = await openBuckets(link);
    // What is sent now comes nowhere; nor is it known that nobody is there.
    line.cut();
    const put = link.persist(() => workers.put('somebody', '{}'));
    const since = performance.now();
    await server.kill();
    await server.begin();
    line.breakOff();
    await put;
    // The client would have waited five seconds for an answer, and begun again after that.
    expect(performance.now() - since).toBeLessThan(4500);
  });

  it('is made with another server where one is silent', async () => {
    const servers = [await start(''), await start('')];
    const lines = await Promise.all(servers.map(({ port }) => CutLine.to(port)));
    onTestFinished(() => lines.forEach((line) => line.close()));
    const told: string[] = [];
    const link = await Link.open(lines.map(({ url }) => url).join(','), { onNotice: (text) => told.push(text) });
    onTestFinished(() => link.close());
    lines.find(({ port }) => link.nc.getServer() === `127.0.0.1:${port}`)!.cut();
    await expect.poll(() => told.join('\n'), { timeout: 50_000 }).toContain('is back');
  });

  it('is waited for where the server lets nobody in any more, and a run goes on when it does', async () => {
    const users = (password: string): string => `authorization { user: ann, password: ${password} }`;
    const server = await start(users('a'));
    const address = server.url.replace('//', '//ann:a@');
    const told: string[] = [];
    const said: string[] = [];
    const count = (lines: readonly string[], what: RegExp): number => lines.filter((line) => what.test(line)).length;
    const refused = /^the server at nats:\/\/127\S+ lets us in no more \(Authorization Violation\); waiting: mend its users/i;
    let mishap: Promise<void> | undefined;
    const befall = async (): Promise<void> => {
      await server.kill();
      server.configure(users('b'));
      await server.begin();
      // Twice, which is when the client by itself would give up.
      await expect.poll(() => Math.min(count(told, refused), count(said, refused)), { timeout: 20_000 }).toBe(1);
      await new Promise((resolve) => setTimeout(resolve, 1500));
      await server.kill();
      server.configure(users('a'));
      await server.begin();
    };
    const around = {
      engine: natsEngine(address),
      notice: (text: string) => told.push(text),
      onRow: () => void (mishap ??= befall()),
    };
    const fleet = { address, count: 1, notice: (text: string) => void said.push(text) };
    expect(await withWorkers(fleet, () => outcome(spec, seeds, around))).toEqual(await alone);
    await mishap;
    expect([count(told, refused), count(said, refused)]).toEqual([1, 1]);
  });

  it('is made with the credentials that a file holds by then', async () => {
    const { config, creds, credsFor } = credentials();
    const server = await start(config);
    const file = join(scratch, 'short.creds');
    writeFileSync(file, credsFor(2));
    const told: string[] = [];
    const link = await Link.open(server.url, { creds: file, onNotice: (text) => told.push(text) });
    onTestFinished(() => link.close());
    const count = (what: string) => told.filter((line) => line.includes(what)).length;
    // Half of it is there while it is written.
    writeFileSync(file, creds.slice(0, 100));
    await expect.poll(() => count('lets us in no more'), { timeout: 20_000 }).toBeGreaterThan(0);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    const before = count('is back');
    writeFileSync(file, creds);
    await expect.poll(() => count('is back'), { timeout: 20_000 }).toBeGreaterThan(before);
    expect(told[0]).toMatch(
      /^the server at \S+ lets us in no more \(.*expired\); waiting: .*, or write new credentials into the same file$/i,
    );
  });

  it.each(['nats:/host', 'nats://', 'nats://:4222', 'tls:host', 'localhost:4222', 'http://host:4222', 'nats://host:99999', ''])(
    'is not looked for at %j',
    async (address) => {
      await expect(Link.open(address)).rejects.toThrow('is no address of NATS; write nats://HOST:4222, or tls://HOST:4222');
    },
  );

  it('takes a password as it is pasted', async () => {
    const { port } = await start('authorization { user: ann, password: "5%off%2F" }');
    await (await Link.open(`nats://ann:5%off%252F@127.0.0.1:${port}`)).close();
  });
});
