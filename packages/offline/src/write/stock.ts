/**
 * Things that can stand in for each other in a made-up text without making it untrue: first names, towns, months and so
 * on. Kinds of which one member cannot replace another everywhere (numbers, places in a comparison) are left out.
 */
const KINDS: readonly (readonly string[])[] = [
  'Priya Hanna Ines Amara Sofia Helen Yuki Leila Mia Nora Clara Aisha Rosa Ingrid Mei Elif Zofia Lucia Dalia Freya'.split(' '),
  'Tomas Paul Kofi Marek Omar Daniel Jonas Mateo Hugo Rafael Emeka Anton Pavel Felix Bruno Levi Samir Otto Ravi Kenji'.split(' '),
  'Okafor Lindgren Novak Haddad Moreau Tanaka Silva Keller Brandt Castillo Ferrari Nowak Osei Larsen Petrov'.split(' '),
  'Monday Tuesday Wednesday Thursday Friday'.split(' '),
  ['Saturday', 'Sunday'],
  'January February March April May June July August September October November December'.split(' '),
  'Lisbon Bern Thun Oslo Bergen Ghent Turin Porto Graz Lyon Riga Cork Basel Leiden Tampere Valencia Krakow Bologna'.split(' '),
  'dog cat parrot rabbit tortoise hamster'.split(' '),
  'dinner lunch breakfast supper brunch'.split(' '),
  'wedding birthday christening housewarming picnic barbecue'.split(' '),
  'bicycle tent ladder guitar trailer projector camera lawnmower'.split(' '),
  'neighbour cousin colleague landlord classmate'.split(' '),
  'conference workshop seminar symposium'.split(' '),
  'museum theatre newspaper bakery'.split(' '),
  'choir orchestra'.split(' '),
];

const kindOf = new Map(KINDS.flatMap((kind) => kind.map((word) => [word, kind] as const)));

/** The words that may replace this one, itself among them; undefined for words that are not in stock. */
export const standIns = (word: string): readonly string[] | undefined => kindOf.get(word);

const PEOPLE_KINDS = 3;
const people = new Set(KINDS.slice(0, PEOPLE_KINDS).flat());

/** Whether a word is a first name or surname in stock. */
export const isKnownName = (word: string): boolean => people.has(word);
