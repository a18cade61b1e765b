import { createRequire } from 'node:module';
import type * as Parser from 'jsonc-parser';
import { SdgError } from '../errors.js';

/** Loaded with the first bad line: it takes a tenth of the start of a command, and most inputs have none. */
const parser = () => createRequire(import.meta.url)('jsonc-parser') as typeof Parser;

const SHOWN = 60;

/** At most 60 characters around `index`, with `…` where something was left out. */
function excerpt(text: string, index: number): string {
  const from = Math.max(0, Math.min(index - SHOWN / 2, text.length - SHOWN));
  const part = text.slice(from, from + SHOWN);
  return `${from > 0 ? '…' : ''}${part}${from + SHOWN < text.length ? '…' : ''}`;
}

/** `PropertyNameExpected` as `property name expected`. */
const inWords = (code: string): string => code.replace(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase();

/** 0-based index and nature of the first fault of a text that `JSON.parse` refused. V8 says neither reliably. */
function firstFault(text: string): { index: number; what: string } {
  const { visit, printParseErrorCode } = parser();
  let first: { readonly index: number; readonly what: string } | undefined;
  const onError = (error: Parser.ParseErrorCode, index: number): void =>
    void (first ??= { index, what: inWords(printParseErrorCode(error)) });
  // No tree of it: a line may have a hundred megabytes.
  visit(text, { onError }, { disallowComments: true });
  return first ?? { index: 0, what: 'not JSON' };
}

/** The error for a sample whose `_sdg` was not written by a command of ours. */
export function badLineage(file: string, line: number, text: string): SdgError {
  const column = Math.max(1, text.indexOf('"_sdg"') + 1);
  return new SdgError('bad-input', 'the reserved column _sdg does not hold a lineage', {
    place: { file, line, column },
    remedy: 'rename or remove that column, or pass --skip-bad-lines to reject the line and go on',
  });
}

/** The error for a line that is not one JSON object: file, line, column, what is wrong, the text shortened. */
export function badLine(file: string, line: number, text: string | undefined, found?: string): SdgError {
  const remedy = 'mend the line, or pass --skip-bad-lines to reject it and go on';
  if (text === undefined) {
    const wide = 'save the file as UTF-8: from UTF-16, which > of older PowerShells writes, by iconv -f UTF-16 -t UTF-8; or mend the line';
    return new SdgError('bad-input', 'the line is not valid UTF-8', {
      place: { file, line, column: 1 },
      remedy: line === 1 ? wide : remedy,
    });
  }
  if (line === 1 && found === 'an array') {
    return new SdgError('bad-input', `expected a JSON object, found an array in ${excerpt(text, 0)}`, {
      place: { file, line, column: 1 },
      remedy: "write one object a line: jq -c '.[]' makes that of a list",
    });
  }
  const { index, what } = found === undefined ? firstFault(text) : { index: 0, what: `expected a JSON object, found ${found}` };
  return new SdgError('bad-input', `${what} in ${excerpt(text, index)}`, { place: { file, line, column: index + 1 }, remedy });
}
