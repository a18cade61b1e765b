import { describe, expect, it } from 'vitest';
import { basicOf, secretsOf } from './secrets.js';

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const nothing = { url: new URL('http://host/v1'), apiKey: undefined, headers: {}, proxy: undefined };

/** What is left of a text in which a server repeats what it was sent. */
const left = (sent: Partial<Parameters<typeof secretsOf>[0]>, text: string): string =>
  secretsOf({ ...nothing, ...sent }).reduce((clean, secret) => clean.replaceAll(secret, '*'), text);

describe('what must not be shown', () => {
  it.each([
    ['http://me:pass%2Fword@host/v1', `pass%2Fword pass/word ${base64('me:pass/word')}`],
    // A key in place of the user, as of Stripe and GitHub.
    ['http://hf_Abc123@host/v1', `hf_Abc123 ${base64('hf_Abc123:')}`],
    ['http://:hf_Abc123@host/v1', `hf_Abc123 ${base64(':hf_Abc123')}`],
    ['http://host/v1?key=a%2Bb%3Dc12&version=2024-10-21', 'a%2Bb%3Dc12 a+b=c12'],
  ])('is in the URL %s', (url, repeated) => {
    expect(left({ url: new URL(url) }, repeated)).toMatch(/^\*( \*)+$/);
    expect(left({ proxy: url.replace(/[?].*/, '') }, url.includes('?') ? '* *' : repeated)).toMatch(/^\*( \*)+$/);
  });

  it.each([
    ['Bearer sk-12345', 'sk-12345'],
    [`Basic ${base64('me:pass:word')}`, 'pass:word'],
    [`basic ${base64('sk-12345:')}`, 'sk-12345'],
  ])('is in a header: of "%s" the server that reads it tells "%s"', (authorization, key) => {
    expect(left({ headers: { authorization } }, `${authorization.split(' ')[1]} ${key}`)).toBe('* *');
  });

  it('is known in every form of an answer, the longer one before that which it holds', () => {
    const key = 'sk/"12+34"\\';
    const php = JSON.stringify(key).slice(1, -1).replaceAll('/', '\\/');
    const forms = [key, encodeURIComponent(key), JSON.stringify(key), JSON.stringify(JSON.stringify(key)), php];
    expect(left({ apiKey: key, headers: { other: key.slice(0, 6) } }, forms.join(' '))).toBe('* * "*" "\\"*\\"" *');
  });

  it('is no word that stands in for a key, and nothing shorter than four letters', () => {
    const text = 'the EMPTY key of ollama is not-needed by a Bearer; me, abc';
    expect(left({ apiKey: 'EMPTY', headers: { a: 'Bearer ollama', b: 'not-needed' }, url: new URL('http://me:abc@host/v1') }, text)).toBe(
      text,
    );
  });
});

describe('basicOf', () => {
  it('is what HTTP sends of user and password, decoded; nothing without them', () => {
    expect(basicOf(new URL('http://m%40e:p%25w@host'))).toBe(base64('m@e:p%w'));
    expect(basicOf(new URL('http://50%25%:x@host'))).toBe(base64('50%25%:x'));
    expect(basicOf(new URL('http://host'))).toBeUndefined();
  });
});
