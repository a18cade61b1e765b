import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { fetchCommit } from './fetch-commit.js';
import { GitError, gitText, runGit, withoutSecrets } from './run-git.js';
import { repositoryWith, temporaryFolder } from '../test-support/git-repository.js';

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

it('never asks for a password: a server that wants one is an error at once', async () => {
  let asked = 0;
  const url = await listen(
    createServer((_, response) => {
      asked++;
      response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end();
    }),
  );
  const fetching = fetchCommit(`${url}/x.git`, 'main', ['http'], { cacheDir: await temporaryFolder() });
  await expect(fetching).rejects.toThrow(/cannot fetch .*(?:Authentication failed|could not read)/);
  expect(asked).toBeGreaterThan(0);
});

it('gives up on a server that never answers, and shows no password', async () => {
  const url = (await listen(createServer(() => undefined))).replace('http://', 'http://user:secret@');
  const fetching = fetchCommit(`${url}/x.git`, 'main', ['http'], { cacheDir: await temporaryFolder(), timeoutMs: 300 });
  await expect(fetching).rejects.toThrow('was not fetched within');
});

it('uses no transport that is not named', async () => {
  const folder = await temporaryFolder();
  await expect(runGit(['ls-remote', '--', 'ext::sh -c "exit 0"'], { cwd: folder, protocols: ['https'] })).rejects.toThrow(
    /transport 'ext' not allowed/,
  );
  await expect(runGit(['ls-remote', '--', 'file:///tmp'], { cwd: folder, protocols: ['https'] })).rejects.toThrow(
    /transport 'file' not allowed/,
  );
});

it('leaves passwords out of what it says', () => {
  expect(withoutSecrets('fatal: https://me:token@example.com/x and ssh://git@host/y')).toBe(
    'fatal: https://***@example.com/x and ssh://***@host/y',
  );
  expect(new GitError("remote: no\nfatal: unable to access 'https://me:token@example.com/x'", 128).message).toBe(
    "unable to access 'https://***@example.com/x'",
  );
});

it('stops when it is told to', async () => {
  const controller = new AbortController();
  const url = await listen(createServer(() => controller.abort(new Error('stop'))));
  const fetching = fetchCommit(`${url}/x.git`, 'main', ['http'], { cacheDir: await temporaryFolder(), signal: controller.signal });
  await expect(fetching).rejects.toThrow('stop');
});

it('keeps to its own folder when it is run from a hook of a repository', async () => {
  const mine = await repositoryWith({ 'a.md': 'mine' });
  const theirs = await repositoryWith({ 'b.md': 'theirs' });
  vi.stubEnv('GIT_DIR', join(mine.folder, '.git'));
  vi.stubEnv('GIT_INDEX_FILE', join(mine.folder, '.git', 'index'));
  onTestFinished(() => void vi.unstubAllEnvs());
  const cached = await fetchCommit(theirs.folder, 'main', ['file'], { cacheDir: await temporaryFolder() });
  expect(await gitText(['rev-parse', 'refs/sdg/commit'], { cwd: cached })).toBe(theirs.commit);
  expect(await gitText(['for-each-ref', '--format=%(objectname) %(refname)'], { cwd: mine.folder })).toBe(`${mine.commit} refs/heads/main`);
});
