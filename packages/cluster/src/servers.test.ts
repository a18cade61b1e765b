import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nkeys } from '@nats-io/transport-node';
import { freePort, NatsServer, shippedUses } from '@sdg/testing';
import { JetStreamApiError } from '@nats-io/jetstream';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { clusterStatus } from './cluster-status.js';
import { forgetOldRuns, openBuckets } from './names.js';
import { natsEngine } from './nats-engine.js';
import type { NatsOptions } from './connection-options.js';
import { Link } from './link.js';
import { isThereAlready } from './server-errors.js';
import { credentials } from './test-support/credentials.js';
import { outcome, withWorkers } from './test-support/with-workers.js';

const scratch = mkdtempSync(join(tmpdir(), 'sdg-servers-'));
const { seeds } = shippedUses.find(({ name }) => name === 'simple')!;
const spec = { pipeline: 'simple' };
const alone = outcome({ ...spec, noCache: true }, seeds);

async function start(args: readonly string[] = [], config = ''): Promise<NatsServer> {
  const file = join(scratch, `${Math.random()}.conf`);
  writeFileSync(file, config);
  const server = await NatsServer.start([...args, '-c', file]);
  onTestFinished(() => server.close());
  return server;
}

const onWorkers = (address: string, nats: NatsOptions = {}, notice?: (text: string) => void) =>
  withWorkers({ address, count: 2, nats, ...(notice && { notice }) }, () => outcome(spec, seeds, { engine: natsEngine(address, nats) }));

describe('servers as they are', { timeout: 60_000 }, () => {
  it('puts what is larger than a message may be into the object store', async () => {
    const { url } = await start([], 'max_payload: 8192');
    const long = seeds.map((seed, i) => ({ ...seed, unread: Array.from({ length: 4000 }, (_, j) => ((i + 1) * j * 7919) % 10_007) }));
    const expected = await outcome({ ...spec, noCache: true }, long);
    const link = await Link.open(url);
    onTestFinished(() => link.close());
    const run = outcome(spec, long, { engine: natsEngine(url, { days: 2, megabytes: 40 }) });
    const status = async () => (await clusterStatus(link)).runs[0];
    await expect.poll(async () => (await status())?.waiting, { timeout: 20_000 }).toBe(long.length);
    const { run: id, bytes } = (await status())!;
    const { config } = await link.jsm.streams.info(`OBJ_sdg_${id}`);
    expect(await withWorkers({ address: url, count: 2 }, () => run)).toEqual(expected);
    // It has the limits of the run, and counts as what the run has stored.
    expect([config.max_age, config.max_bytes]).toEqual([2 * 86_400e9, 40e6]);
    expect(bytes).toBeGreaterThan(8192);
  });

  it('tells of a server that answers nothing, though it can be reached', async () => {
    const { url } = await start();
    const told: string[] = [];
    const link = await Link.open(url, { onNotice: (text) => told.push(text) });
    onTestFinished(() => link.close());
    let [now, tries] = [0, 0];
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => (now += 4000));
    onTestFinished(() => clock.mockRestore());
    const publish = (): Promise<unknown> => (++tries < 8 ? link.js.publish('nobody.listens', 'x') : Promise.resolve());
    const gone = new AbortController();
    const stuck = link.persist(() => link.js.publish('nobody.listens', 'x'), gone.signal);
    await link.persist(publish);
    // As long as one waits it is said to wait, and no longer.
    expect([told.length, link.waitsFor]).toEqual([1, told[0]]);
    gone.abort();
    await expect(stuck).rejects.toThrow('closed');
    expect(link.waitsFor).toBeUndefined();
    tries = 0;
    await link.persist(publish);
    expect(told.slice(1)).toEqual([
      expect.stringMatching(/^the server at \S+ takes nothing \(.+\); waiting: see its log; one whose disk was full has to be started/),
      `the server at ${url} takes what is written again`,
    ]);
  });

  it('tells of servers that put everything off, as a cluster of them without a leader does', async () => {
    const { url } = await start();
    const told: string[] = [];
    const link = await Link.open(url, { onNotice: (text) => told.push(text) });
    onTestFinished(() => link.close());
    let [now, tries] = [0, 0];
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => (now += 4000));
    onTestFinished(() => clock.mockRestore());
    const busy = new JetStreamApiError({ code: 503, err_code: 10008, description: 'JetStream system temporarily unavailable' });
    await link.persist(() => (++tries < 5 ? Promise.reject(busy) : Promise.resolve()));
    expect(told).toEqual([
      expect.stringMatching(/^the server at \S+ takes nothing \(JetStream system temporarily unavailable\); waiting: see its log/),
      `the server at ${url} takes what is written again`,
    ]);
  });

  it('takes it as there already when another is just writing the same in a cluster of servers', () => {
    const refusal = (code: number) => new JetStreamApiError({ code: 400, err_code: code, description: 'wrong last sequence' });
    expect([10071, 10164, 10059].map((code) => isThereAlready(refusal(code)))).toEqual([true, true, false]);
  });

  it('waits where the answers of a run are full, says so, and goes on when the same command gives them more', async () => {
    const { url } = await start();
    const said: string[] = [];
    const told: string[] = [];
    await withWorkers({ address: url, count: 1, notice: (text) => said.push(text) }, async () => {
      const stop = new AbortController();
      const engine = natsEngine(url, { megabytes: 0.002 });
      const stopped = outcome(spec, seeds, { engine, draining: stop.signal, notice: (text) => told.push(text) });
      await expect.poll(() => said.join('\n'), { timeout: 20_000 }).toMatch(/^the server at \S+ is full \(.*\); waiting: /m);
      await expect.poll(() => told.join('\n'), { timeout: 20_000 }).toMatch(/^worker \S+: the server at \S+ is full \(.*\); waiting: /m);
      stop.abort();
      await expect(stopped).rejects.toThrow('stopped on request');
      expect(await outcome(spec, seeds, { engine: natsEngine(url, { megabytes: 10 }) })).toEqual(await alone);
    });
  });

  it('is left by whoever wants to go although it is gone, and says what stays there', async () => {
    const server = await NatsServer.start();
    const stop = new AbortController();
    const told: string[] = [];
    const engine = natsEngine(server.url, { prefix: 'mine' });
    const stopped = outcome(spec, seeds, { engine, draining: stop.signal, notice: (text: string) => told.push(text) });
    await expect
      .poll(() => told.join('\n'), { timeout: 20_000 })
      .toMatch(/^no worker serves this run: start some with sdg worker nats:\S+ --nats-prefix mine --teacher URL$/m);
    await server.close();
    stop.abort();
    await expect(stopped).rejects.toThrow('stopped on request');
    expect(told.join('\n')).toMatch(/^run \w+ stays at nats:\S+, and its workers go on: .*; run the same command again, or remove it/m);
  });

  it('speaks TLS, with a password, or with an nkey', async () => {
    const tls = fileURLToPath(new URL('../../teacher/src/test-support/tls', import.meta.url));
    const secure = `tls { cert_file: "${tls}/cert.pem", key_file: "${tls}/key.pem" }`;
    const user = nkeys.createUser();
    const seed = join(scratch, 'user.nk');
    writeFileSync(seed, `${new TextDecoder().decode(user.getSeed())}\n`);
    const users = `authorization { users: [{ user: ann, password: "p@ss" }, { nkey: ${user.getPublicKey()} }] }`;
    const { port } = await start([], `${secure}\n${users}`);
    const ca = `${tls}/cert.pem`;
    const address = `tls://localhost:${port}`;
    expect(await onWorkers(address, { nkey: seed, ca })).toEqual(await alone);
    const link = await Link.open(`tls://ann:p%40ss@localhost:${port}`, { ca });
    await link.close();
    const fails = (link: Promise<Link>) => expect(link).rejects;
    await fails(Link.open(`tls://ann:wrong@localhost:${port}`, { ca })).toThrow(
      /^the server at tls:\/\/localhost:\d+ does not let us in: .*; mend the user, the password, or/,
    );
    await fails(Link.open(address, { nkey: seed })).toThrow(
      /^the certificate of the server at \S+ does not serve: .*; pass .* --nats-ca FILE$/,
    );
    await fails(Link.open(address, { nkey: seed, ca: join(scratch, 'none.pem') })).toThrow(/^cannot read .*none\.pem: ENOENT/);
    const { port: plain } = await start([]);
    await fails(Link.open(`tls://127.0.0.1:${plain}`)).toThrow(
      /^the server at \S+ does not speak TLS; write nats:\/\/ and leave out --nats-ca/,
    );
  });

  it('takes a token in place of user and password, and shows nothing of either', async () => {
    const { port } = await start(['--auth', 'to/ken']);
    const link = await Link.open(`nats://to%2Fken@127.0.0.1:${port}`);
    await link.close();
    for (const wrong of ['no-token', 'bob:wo@rd', 'bob:']) {
      await expect(Link.open(`nats://${wrong}@127.0.0.1:${port}`)).rejects.toThrow(
        /^the server at nats:\/\/127\.0\.0\.1:\d+ does not let us in: /,
      );
    }
  });

  it('takes a credentials file, and says what is wrong with one', async () => {
    const { config, creds } = credentials();
    const { url } = await start([], config);
    const file = join(scratch, 'ann.creds');
    writeFileSync(file, creds);
    expect(await onWorkers(url, { creds: file })).toEqual(await alone);
    await expect(Link.open(url)).rejects.toThrow(/^the server at nats:\S+ lets nobody in .*(?:uthoriz|uthent).* into SDG_ON \(no record/);
    writeFileSync(file, 'no credentials\n');
    await expect(Link.open(url, { creds: file })).rejects.toThrow(/ann\.creds is not a credentials file/);
    await expect(Link.open(url, { nkey: file })).rejects.toThrow(/ann\.creds is not the seed of an nkey/);
    await expect(Link.open(url, { creds: join(scratch, 'none.creds') })).rejects.toThrow(/^cannot read .*none\.creds/);
  });

  it('goes on when one of three servers is lost', { timeout: 120_000 }, async () => {
    const routes = await Promise.all([0, 1, 2].map(freePort));
    const servers = await Promise.all(
      routes.map((port, i) =>
        start(
          ['-n', `s${i}`, '--cluster_name', 'sdg', '-cluster', `nats://127.0.0.1:${port}`],
          `cluster { routes: [${routes.map((other) => `"nats://127.0.0.1:${other}"`).join(', ')}] }`,
        ),
      ),
    );
    const address = servers.map(({ url }) => url).join(',');
    const nats = { replicas: 3 };
    let isLost = false;
    const notice = (text: string): void => {
      if (!text.startsWith('serving') || isLost) return;
      isLost = true;
      void servers[0]!.kill();
    };
    const far = await withWorkers({ address, count: 2, nats, notice }, () => outcome(spec, seeds, { engine: natsEngine(address, nats) }));
    expect(isLost).toBe(true);
    expect(far).toEqual(await alone);
  });

  it('says what a server refuses, and leaves one that is stopped before it has begun', async () => {
    const { url, port } = await start(
      [],
      `authorization { users: [
      { user: ann, password: a, permissions: { publish: { deny: ["$JS.API.STREAM.CREATE.>"] } } }, { user: bob, password: b,
        permissions: { publish: ["_INBOX.>"] } } ] }`,
    );
    const run = (user: string) => outcome(spec, seeds, { engine: natsEngine(url.replace('//', `//${user}@`)) });
    const remedy = 'give the account what it needs: see the limits and permissions in its configuration, and its log';
    const forbidden = (what: string): RegExp =>
      new RegExp(`^the server at nats:\\S+:${port} refuses: Permissions Violation for Publish to "${what}[^;]*; ${remedy}$`);
    await expect(run('ann:a')).rejects.toThrow(forbidden('\\$JS.API.STREAM.CREATE.KV_sdg'));
    await expect(run('bob:b')).rejects.toThrow(forbidden('\\$JS.API.INFO'));
    const single = await start();
    await expect(outcome(spec, seeds, { engine: natsEngine(single.url, { replicas: 3 }) })).rejects.toThrow(
      /refuses: replicas > 1 not supported in non-clustered mode; pass --nats-replicas 1/,
    );
    const link = await Link.open(single.url);
    onTestFinished(() => link.close());
    link.hurry(0);
    await expect(link.persist(() => link.js.publish('nobody.listens', 'x'))).rejects.toThrow('jetstream is not enabled');
  });

  it('has a worker say that nobody hears of it', async () => {
    const { url } = await start(
      [],
      'authorization { users: [{ user: a, password: a, permissions: { publish: { deny: ["$KV.sdg_workers.>"] } } }] }',
    );
    const said: string[] = [];
    await withWorkers({ address: url.replace('//', '//a:a@'), count: 1, notice: (text) => said.push(text) }, async () => {
      const refused =
        /^the server at \S+ refuses: Permissions Violation for Publish to "\$KV\.sdg_workers\..*; give the account what it needs/m;
      await expect.poll(() => said.join('\n'), { timeout: 20_000 }).toMatch(refused);
    });
  });

  it('shows what there is where a server makes no consumer any more, as one whose disk is full', async () => {
    const deny = '["$JS.API.CONSUMER.CREATE.>", "$JS.API.CONSUMER.DURABLE.CREATE.>"]';
    const { url, port } = await start(
      [],
      `authorization { users: [{ user: all, password: a }, { user: ann, password: a, permissions: { publish: { deny: ${deny} } } }] }`,
    );
    const open = async (user: string): Promise<Link> => {
      const link = await Link.open(url.replace('//', `//${user}:a@`));
      onTestFinished(() => link.close());
      return link;
    };
    const poor = await open('ann');
    const address = `nats://all:a@127.0.0.1:${port}`;
    const run = outcome(spec, seeds, { engine: natsEngine(address) });
    // It waits for a worker.
    await expect
      .poll(() => clusterStatus(poor), { timeout: 20_000 })
      .toMatchObject({ runs: [{ pipeline: expect.any(String) as string, status: 'running' }], workers: [] });
    await withWorkers({ address, count: 1 }, async () => {
      await run;
      expect(await clusterStatus(poor)).toMatchObject({ workers: [{ faults: 0 }] });
    });
  });

  it('takes no prefix that names no streams', async () => {
    const { url } = await start();
    await expect(Link.open(url, { prefix: 'a.b' })).rejects.toThrow('--nats-prefix takes letters, digits, - and _; not "a.b"');
  });

  it('is shared by all who come to it at once, whatever patience they bring', async () => {
    const { url } = await start();
    const links = await Promise.all(Array.from({ length: 12 }, (_, i) => Link.open(url, { patience: i + 1, days: i + 1 })));
    for (const link of links) onTestFinished(() => link.close());
    const found = await Promise.all(links.map((link) => openBuckets(link)));
    expect(new Set(found.map(({ patienceMs }) => patienceMs)).size).toBe(1);
  });

  it('forgets runs that nobody has removed when their days are over, and no others', async () => {
    const { url } = await start();
    const nats = { days: 3 / 86_400 };
    const stop = new AbortController();
    const left = outcome(spec, seeds, { engine: natsEngine(url, nats), draining: stop.signal });
    const link = await Link.open(url, nats);
    onTestFinished(() => link.close());
    const runs = async () => (await clusterStatus(link)).runs.map(({ status }) => status);
    await expect.poll(runs, { timeout: 20_000 }).toEqual(['running']);
    stop.abort();
    await expect(left).rejects.toThrow('stopped on request');
    const buckets = await openBuckets(link);
    await forgetOldRuns(link, buckets);
    expect(await runs()).toEqual(['stopped']);
    // The next run looks for them; here it is a look by itself.
    await expect.poll(() => forgetOldRuns(link, buckets).then(runs), { timeout: 20_000 }).toEqual([]);
    const names: string[] = [];
    for await (const { config } of link.jsm.streams.list()) names.push(config.name);
    expect(names.sort()).toEqual(['KV_sdg_replies', 'KV_sdg_runs', 'KV_sdg_workers']);
  });

  it('is found by whoever begins a little earlier', async () => {
    const server = await NatsServer.start();
    onTestFinished(() => server.close());
    await server.kill();
    const link = Link.open(server.url);
    await server.begin();
    await (await link).close();
  });

  it('refuses a server that is too old, with one line', async () => {
    const old = createServer((socket) => {
      const info = { server_id: 'old', version: '2.2.6', proto: 1, max_payload: 1_048_576, headers: true, jetstream: true };
      socket.write(`INFO ${JSON.stringify(info)}\r\n`);
      socket.on('data', (data) => data.toString().includes('PING') && socket.write('PONG\r\n'));
      socket.on('error', () => undefined);
    });
    await new Promise<void>((resolve) => old.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void old.close());
    const { port } = old.address() as { port: number };
    await expect(Link.open(`nats://127.0.0.1:${port}`)).rejects.toThrow(
      `nats-server 2.2.6 at nats://127.0.0.1:${port} is too old; use 2.9 or later`,
    );
  });
});
