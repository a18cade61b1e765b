import { SdgError } from '@sdg/core';
import { basicOf } from './secrets.js';

/** Paths of one API that are pasted in place of the base URL. */
const ENDPOINT = /\/(?:(?:chat\/)?completions|models|responses|messages|embeddings)$/;

/**
 * The base URL without a slash at its end, nor the path of one API (`/v1/chat/completions`); `/v1` where no path is given, since every
 * such server has it there.
 */
export function baseUrl(text: string): URL {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    // Not even then may user and password be shown.
    throw new SdgError('usage', `${/[@?]/.test(text) ? 'what --teacher names' : `"${text}"`} is not a URL`, {
      remedy: 'give --teacher as http://host:port/v1, or offline',
    });
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new SdgError('usage', `the teacher's URL begins with ${url.protocol}`, { remedy: 'use http:// or https://' });
  }
  const path = url.pathname.replace(/\/+$/, '');
  url.pathname = path.replace(ENDPOINT, '') || (path === '' ? '/v1' : '/');
  return url;
}

/** Scheme, host and path: what may be shown. User, password and query may hold secrets. */
export const shownUrl = (url: URL): string => `${url.protocol}//${url.host}${url.pathname}`;

/** What HTTP has no place for in a header. */
const UNSENDABLE = /[^\x20-\x7e]/;

/** Headers in lower case. @throws SdgError `usage` for what HTTP cannot send */
export function headersOf(given: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => {
      if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name)) {
        throw new SdgError('usage', `"${name}" is not the name of a header`, { remedy: 'write NAME: VALUE' });
      }
      if (UNSENDABLE.test(value)) {
        throw new SdgError('usage', `the header ${name} has a character in it that no header can have`, {
          remedy: 'look for a line break, or a typographic quote',
        });
      }
      return [name.toLowerCase(), value];
    }),
  );
}

/** Who is asking, by a key or by the user and password of the URL. @throws SdgError `usage` for a key that HTTP cannot send */
export function authorizationOf(url: URL, apiKey: string | undefined): string | undefined {
  if (apiKey !== undefined && UNSENDABLE.test(apiKey)) {
    throw new SdgError('usage', 'the API key has a character in it that no key can have: a line break, say, or a typographic quote', {
      remedy: 'look into the variable or file that it comes from',
    });
  }
  const basic = basicOf(url);
  return apiKey !== undefined ? `Bearer ${apiKey}` : basic === undefined ? undefined : `Basic ${basic}`;
}
