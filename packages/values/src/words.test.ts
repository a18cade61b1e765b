import { expect, it } from 'vitest';
import { words } from './words.js';

it('words are in lower case, one for each character of scripts without spaces; of nothing there are none', () => {
  expect(words('Ein Ｆｕｃｈｓ, 2 Füchse!')).toEqual(['ein', 'fuchs', '2', 'füchse']);
  expect(words('東京 x')).toEqual(['東', '京', 'x']);
  expect(words('… — !')).toEqual([]);
});
