import { SdgError } from '@sdg/core';
import { basicOf } from './secrets.js';

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
