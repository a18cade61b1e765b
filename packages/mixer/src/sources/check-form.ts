import { SdgError, type Place } from '@sdg/values';

/** How files begin that are not of the form that their name says: bytes, in which forms, what it is, what to do. */
const FOREIGN: readonly { readonly begins: RegExp | string; readonly kinds: RegExp; readonly what: string; readonly remedy: string }[] = [
  {
    begins: 'version https://git-lfs',
    kinds: /./,
    what: 'a pointer of git-lfs, not the data',
    remedy: 'run git lfs pull in the folder that was cloned',
  },
  {
    begins: /^\s*<(!doctype|html)/i,
    kinds: /./,
    what: 'a web page',
    remedy: 'download the file itself: on the Hub its address has /resolve/ in it',
  },
  { begins: '\u001f\u008b', kinds: /^(lines|json|csv)$/, what: 'packed with gzip', remedy: 'let its name end in .gz' },
  { begins: '\u0028\u00b5\u002f\u00fd', kinds: /^(lines|json|csv)$/, what: 'packed with zstd', remedy: 'let its name end in .zst' },
  { begins: 'PAR1', kinds: /^(lines|json|csv)$/, what: 'a Parquet file', remedy: 'let its name end in .parquet' },
  { begins: 'ARROW1', kinds: /^(lines|json|csv)$/, what: 'an Arrow file', remedy: 'let its name end in .arrow' },
  { begins: /^(\xff\xfe|\xfe\xff)/, kinds: /^(lines|json)$/, what: 'text in UTF-16', remedy: 'save it as UTF-8: iconv -f UTF-16 -t UTF-8' },
  { begins: '\u00fe\u00ff', kinds: /^csv$/, what: 'text in UTF-16', remedy: 'save it as UTF-8: iconv -f UTF-16 -t UTF-8' },
  {
    begins: /^(\xef\xbb\xbf)?\s*\[\s*\n/,
    kinds: /^lines$/,
    what: 'one JSON array over several lines',
    remedy: 'let its name end in .json',
  },
];

export type Kind = 'lines' | 'json' | 'csv' | 'parquet' | 'arrow' | 'tar' | 'packed';

/** Fails with `bad-input` where a file, by how it begins, is something else than its name says. */
export function checkForm(head: Buffer, kind: Kind, name: string, path: string, place: Place | undefined): void {
  const text = head.toString('latin1');
  const found = FOREIGN.find(
    ({ begins, kinds }) => kinds.test(kind) && (typeof begins === 'string' ? text.startsWith(begins) : begins.test(text)),
  );
  if (found) {
    throw new SdgError('bad-input', `dataset ${name}: ${path} is ${found.what}`, { ...(place && { place }), remedy: found.remedy });
  }
}
