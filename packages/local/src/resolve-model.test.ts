import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { LlamaLibrary } from './llama-library.js';
import { resolveModel, type ResolveModelOptions } from './resolve-model.js';

const models = mkdtempSync(join(tmpdir(), 'sdg-models-'));

interface Asked {
  readonly cli: boolean;
  readonly download?: boolean;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: { readonly totalSize: number; readonly downloadedSize: number }) => void;
}

/** Resolves with a library that has nothing, and fetches as told. */
async function resolve(fetching: (asked: Asked) => Promise<string>, options: ResolveModelOptions = {}, kept?: string) {
  const asked: Asked[] = [];
  const notices: string[] = [];
  const resolveModelFile: LlamaLibrary['resolveModelFile'] = async (_uri, given) => {
    const own = given as unknown as Asked;
    asked.push(own);
    if (own.download !== false) return fetching(own);
    if (kept === undefined) throw new Error('download is disabled');
    return kept;
  };
  const end = await resolveModel({ resolveModelFile } as LlamaLibrary, 'hf:o/r/m.gguf', {
    onNotice: (text) => notices.push(text),
    folder: models,
    ...options,
  })
    .then((file) => ({ file }))
    .catch((error: unknown) => ({ error }));
  return { end, asked, notices };
}
const failing = (statusCode: number) => async (): Promise<string> => {
  throw Object.assign(new Error(`Status code: ${statusCode}`), { statusCode });
};

describe('resolveModel', () => {
  it('takes what is there, without a word', async () => {
    const { end, asked, notices } = await resolve(failing(500), {}, '/models/m.gguf');
    expect([end, asked.length, notices]).toEqual([{ file: '/models/m.gguf' }, 1, []]);
  });

  it('says what is fetched, and never lets the library write to the terminal, whose stdout is data', async () => {
    const { end, asked, notices } = await resolve(async ({ onProgress }) => {
      for (const downloadedSize of [1e8, 6e8, 2e8, 7e8, 19e8, 2e9]) onProgress!({ totalSize: 2e9, downloadedSize });
      return '/models/m.gguf';
    });
    expect(end).toEqual({ file: '/models/m.gguf' });
    expect(asked.map(({ cli }) => cli)).toEqual([false, false]);
    expect(notices).toEqual([
      'fetching hf:o/r/m.gguf',
      '0.6 of 2.0 GB of hf:o/r/m.gguf have come',
      '1.9 of 2.0 GB of hf:o/r/m.gguf have come',
    ]);
  });

  it.each([
    [401, 'teacher-auth', 'HF_TOKEN'],
    [404, 'teacher-not-found', 'no such model or file'],
    [500, 'teacher-unreachable', 'cannot be fetched: Status code: 500'],
  ])('says what status %i means', async (status, code, words) => {
    const { end } = await resolve(failing(status));
    expect(end).toMatchObject({ error: { code, message: expect.stringContaining(words) as string } });
  });

  it('asks for nothing where it cannot be kept, but takes what is there', async () => {
    const file = join(models, 'file');
    writeFileSync(file, '');
    const { end, asked } = await resolve(failing(500), { folder: join(file, 'models') });
    expect(end).toMatchObject({
      error: { code: 'usage', message: expect.stringContaining('no model can be put there: ENOTDIR') as string },
    });
    expect(asked).toHaveLength(1);
    expect((await resolve(failing(500), { folder: join(file, 'models') }, '/models/m.gguf')).end).toEqual({ file: '/models/m.gguf' });
  });

  it('says what the hub answers where nothing comes', async () => {
    const asked: string[] = [];
    const never = (): Promise<string> => new Promise(() => undefined);
    const answers = (answer: () => Response): ResolveModelOptions => ({
      patienceMs: 60,
      env: { HF_ENDPOINT: 'http://hub/', HF_TOKEN: 'hf_x' },
      ask: async (address) => {
        asked.push(address as string);
        return answer();
      },
    });
    const words = 'the hub answers with status 500 (http://hub/o/r/resolve/main/m.gguf)';
    const failing = await resolve(
      never,
      answers(() => new Response(null, { status: 500 })),
    );
    expect(failing.end).toMatchObject({ error: { message: expect.stringMatching(/nothing has come .*: the hub answers/) as string } });
    expect(failing.notices).toEqual(['fetching hf:o/r/m.gguf', `hf:o/r/m.gguf: ${words}; it is asked again`]);
    const circle = (): Response => {
      throw new TypeError('fetch failed', { cause: new Error('redirect count exceeded') });
    };
    const { end } = await resolve(never, answers(circle));
    expect(end).toMatchObject({ error: { message: expect.stringContaining('redirect count exceeded') as string } });
    expect(
      (
        await resolve(
          never,
          answers(() => new Response()),
        )
      ).notices,
    ).toEqual(['fetching hf:o/r/m.gguf']);
    expect(new Set(asked)).toEqual(new Set(['http://hub/o/r/resolve/main/m.gguf']));
  });

  it('gives up where nothing comes, also where parts begin anew, and where it is told to', async () => {
    let repeating: ReturnType<typeof setInterval> | undefined;
    const endless = ({ onProgress }: Asked): Promise<string> => {
      repeating = setInterval(() => onProgress!({ totalSize: 9, downloadedSize: 2 }), 1);
      return new Promise(() => undefined);
    };
    const stalled = await resolve(endless, { patienceMs: 30 });
    clearInterval(repeating);
    expect(stalled.end).toMatchObject({
      error: { code: 'teacher-unreachable', message: expect.stringContaining('nothing has come') as string },
    });
    expect(stalled.asked[1]!.signal!.aborted).toBe(true);
    const stop = new AbortController();
    const told = await resolve(
      () => {
        stop.abort();
        return new Promise(() => undefined);
      },
      { signal: stop.signal },
    );
    expect(told.end).toMatchObject({ error: { code: 'interrupted' } });
  });
});
