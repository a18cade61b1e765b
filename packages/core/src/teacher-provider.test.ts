import { describe, expect, it } from 'vitest';
import { openAddress, schemeOf, type TeacherProvider } from './teacher-provider.js';
import type { Teacher } from './teacher.js';

const provider = (schemes: readonly string[], opened: string[] = []): TeacherProvider => ({
  schemes,
  async open(address, { model }) {
    opened.push(`${address} ${model}`);
    return { name: schemes[0]! } as Teacher;
  },
});

describe('openAddress', () => {
  it('asks the provider of the scheme', async () => {
    const opened: string[] = [];
    const providers = [['http', 'https'], ['offline'], ['echo']].map((schemes) => provider(schemes, opened));
    const names = await Promise.all(
      ['HTTPS://a/v1,http://b/v1', 'offline', 'offline:x', 'echo://there'].map(
        async (address) => (await openAddress(address, providers, { model: 'm' })).name,
      ),
    );
    expect(names).toEqual(['http', 'offline', 'offline', 'echo']);
    expect(opened).toEqual(['HTTPS://a/v1,http://b/v1 m', 'offline m', 'offline:x m', 'echo://there m']);
  });

  it('says what it would take, and shows no password', async () => {
    const refuse = (address: string) =>
      openAddress(address, [provider(['http', 'https']), provider(['offline'])], {}).catch((error: Error) => error.message);
    expect(await refuse('htp://me:secret@host')).toBe('no teacher is known by addresses of "htp:"; did you mean "http"?');
    expect(await refuse('//me:secret@host')).toBe(
      'a teacher is named by no URL; give the base URL of the API, such as http://localhost:8000/v1, or one of http:, https:, offline:',
    );
  });

  it.each([
    ['localhost:8000', ''],
    ['', ''],
    [' http://x ', 'http'],
    ['offline', 'offline'],
  ])('finds the scheme of %j: %j', (address, scheme) => expect(schemeOf(address)).toBe(scheme));
});
