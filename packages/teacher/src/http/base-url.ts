import { SdgError } from '@sdg/core';

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
