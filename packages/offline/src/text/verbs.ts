/** Verbs common in encyclopaedic prose: enough to find where the subject of most sentences ends. */
const REGULAR =
  `accept act add adjust advance agree allow appear approach argue arrive ask attack attract believe belong bend breed burn call carry cause
  change circle claim clean collect combine compare compose concern conclude consist contain control convert cover create cross
  dance decide declare decline deliver depend derive describe design destroy determine develop die differ discover display divide earn
  employ enable enclose encourage end enter establish evolve examine exist expand expect explain explore express extend fail fill finish
  fit float follow force form gather generate govern guard guide hang happen hatch help identify improve include increase indicate
  influence inherit inspect invent investigate invite join jump kill lack land last launch learn limit link live look manage mark mate
  matter measure mix move name need notice observe obtain occur offer open operate organise organize originate own paint pass patent
  perform persuade place plan plant play point possess predict prefer prepare present press prevent produce promise propose protect
  prove provide publish pull push raise range reach receive recognise recognize recommend record recruit reduce refer reflect refuse
  regulate release remain remember remove repeat replace report represent reproduce require resemble resist respond rest result retain
  return reveal rule sail sample save seal search seem separate serve settle shape share shift shiver show signal sort sound start stay
  stop store study succeed suffer suggest supply support suppose surround survive test touch trace trade train transfer transform
  transport trap travel treat turn use vary view visit wait walk want warm waste watch weigh work`
    .split(/\s+/u)
    .filter((verb) => /^[a-z]+$/u.test(verb));

const IRREGULAR = `become:became begin:began break:broke bring:brought build:built buy:bought catch:caught choose:chose come:came
  cut:cut draw:drew drive:drove eat:ate fall:fell feed:fed feel:felt fight:fought find:found fly:flew forget:forgot freeze:froze get:got
  give:gave go:went grow:grew hear:heard hide:hid hold:held keep:kept know:knew lay:laid lead:led leave:left lend:lent lie:lay light:lit
  lose:lost make:made mean:meant meet:met pay:paid put:put read:read ride:rode ring:rang rise:rose run:ran say:said see:saw sell:sold
  send:sent set:set shake:shook shine:shone sink:sank sleep:slept speak:spoke spend:spent split:split spread:spread stand:stood
  swim:swam take:took teach:taught tell:told think:thought throw:threw understand:understood wear:wore win:won write:wrote`
  .trim()
  .split(/\s+/u)
  .map((pair) => pair.split(':') as [base: string, past: string]);

const thirdPerson = (base: string): string => {
  if (base === 'go') return 'goes';
  if (/[^aeiou]y$/u.test(base)) return `${base.slice(0, -1)}ies`;
  return /(?:[sxz]|ch|sh)$/u.test(base) ? `${base}es` : `${base}s`;
};

const DOUBLES = new Set(['stop', 'trap', 'refer', 'occur', 'prefer', 'transfer', 'plan']);
const regularPast = (base: string): string => {
  if (base.endsWith('e')) return `${base}d`;
  if (/[^aeiou]y$/u.test(base)) return `${base.slice(0, -1)}ied`;
  return DOUBLES.has(base) ? `${base}${base.at(-1)}ed` : `${base}ed`;
};

type Tense = 'past' | 'singular' | 'plural';
export interface VerbForm {
  readonly base: string;
  readonly tense: Tense;
}

const forms = new Map<string, VerbForm>();
for (const [base, past] of [...REGULAR.map((verb) => [verb, regularPast(verb)] as const), ...IRREGULAR]) {
  forms.set(base, { base, tense: 'plural' });
  forms.set(thirdPerson(base), { base, tense: 'singular' });
  // `put`, `read`, `spread`: the present form is as likely as the past one, and nothing tells them apart.
  if (past !== base) forms.set(past, { base, tense: 'past' });
}
// `lay` is the past of `lie` and `found` that of `find`, but both are verbs of their own; `founded` is not in doubt.
forms.set('founded', { base: 'found', tense: 'past' });
forms.delete('lay');

/** What form of which verb a word can be; undefined for words that are not in the list. */
export const verbForm = (word: string): VerbForm | undefined => forms.get(word.toLowerCase());

/** Verbs that come before the subject in a question. */
export const AUXILIARIES: ReadonlySet<string> = new Set(
  'is are was were can could may might must should will would has have had'.split(' '),
);
