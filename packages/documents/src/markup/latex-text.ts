import { codeSpan } from '../make-block.js';
import { all } from '../most-of.js';

/** Environments of code, in which nothing is a command. */
export const codes = /^(?:verbatim|Verbatim|lstlisting|minted|alltt|BVerbatim|listing|Highlighting)\*?$/;

/** Where code within a line stands, and where it ends; undefined: `name` is no command of such. */
export function codeAt(name: string, text: string, at: number): { readonly start: number; readonly close: number } | undefined {
  if (!/^(?:verb|lstinline|mintinline)$/.test(name)) return undefined;
  const options = name === 'verb' ? /^/ : name === 'lstinline' ? /^(?:\[[^\]]*\])?/ : /^(?:\[[^\]]*\])?\{[^{}]*\}/;
  const start = at + lengthAt(options, text, at, 200);
  const close = text[start] === '{' && name !== 'verb' ? closingBrace(text, start) : text.indexOf(text[start] ?? '', start + 1);
  return { start: start + 1, close };
}

/** Where the braces end that open at `open`: the index of the closing one; the end of the text where none closes. */
export function closingBrace(text: string, open: number, [left, right] = ['{', '}']): number {
  let depth = 0;
  for (let i = open; i < text.length; i++) {
    const char = text[i];
    if (char === '\\') i++;
    else if (char === left) depth++;
    else if (char === right && --depth === 0) return i;
  }
  return text.length;
}

/** Accents by the commands for them: the sign, and what joins a letter. */
const accents = new Map(
  Array.from(
    '"\u0308\'\u0301`\u0300^\u0302~\u0303=\u0304.\u0307c\u0327v\u030cu\u0306H\u030br\u030ak\u0328'.matchAll(/(.)(.)/gu),
    ([, sign, mark]) => [sign!, mark!],
  ),
);

/** Commands that are a sign, each behind its name. */
const SIGNS =
  'ss ß ae æ AE Æ oe œ OE Œ o ø O Ø aa å AA Å l ł L Ł i ı j ȷ dots … ldots … textellipsis … LaTeX LaTeX TeX TeX LaTeXe LaTeX2e ' +
  'copyright © pounds £ euro € S § P ¶ dag † ddag ‡ textbackslash \\ textasciitilde ~ textasciicircum ^ textbar | textless < ' +
  'textgreater > textdegree ° degree ° dh ð DH Ð dj đ DJ Đ th þ TH Þ ' +
  'VerbBar | textquotesingle \' textasciigrave ` textquotedbl " textunderscore _ textdollar $ ' +
  'textasteriskcentered * textbraceleft { textbraceright } textbullet • textperiodcentered · textregistered ® texttrademark ™ ' +
  'textcopyright © texteuro € textsterling £ textyen ¥ textsection § textparagraph ¶ textmu µ texttimes × textdiv ÷ textpm ± ' +
  'textonehalf ½ textonequarter ¼ textthreequarters ¾ textnumero № guillemotleft « guillemotright » guilsinglleft ‹ ' +
  'guilsinglright › quotedblbase „ quotesinglbase ‚ textquoteleft ‘ textquoteright ’ textexclamdown ¡ textquestiondown ¿ ' +
  'textrightarrow → textleftarrow ← textquotedblleft “ textquotedblright ” textendash – textemdash — slash / ' +
  // Units of siunitx.
  'femto f pico p nano n micro µ milli m centi c deci d hecto h kilo k mega M giga G tera T per / squared ² square ² cubed ³ cubic ³ ' +
  'metre m meter m second s minute min hour h day d gram g kilogram kg ampere A kelvin K mole mol candela cd hertz Hz newton N ' +
  'pascal Pa joule J watt W coulomb C volt V farad F ohm Ω siemens S weber Wb tesla T henry H lumen lm lux lx becquerel Bq gray Gy ' +
  'sievert Sv litre L liter L tonne t hectare ha bar bar electronvolt eV decibel dB byte B bit bit percent % celsius °C ' +
  'degreeCelsius °C arcminute ′ arcsecond ″ angstrom Å';
export const signs: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Array.from(SIGNS.matchAll(/(\S+) (\S+)/g), ([, name, sign]) => [name!, sign!])),
  ...all(' ', 'quad qquad , ; :'),
  ' ': ' ',
  ...all('\n', 'newline linebreak'),
  par: '\n\n',
  ...all('', 'noindent item ! / - @ *'),
};

/** Commands whose arguments are not text: how many braces to pass over. */
const silent: Readonly<Record<string, number>> = {
  ...all(0, 'glsresetall'),
  ...all(
    1,
    'label hypertarget hyperlink urlstyle index vspace hspace includegraphics bibliographystyle bibliography pagestyle thispagestyle ' +
      'usepackage input include color pagecolor hypersetup graphicspath tikzset lstset raisebox cline cmidrule theoremstyle nocite ' +
      'phantom vphantom hphantom rowcolor cellcolor arrayrulecolor parbox textcolor colorbox begin end hyphenation documentclass ' +
      'scalebox rotatebox column captionof captionsetup geometry foreignlanguage selectlanguage stepcounter refstepcounter linespread ' +
      'fontfamily hhline noalign',
  ),
  ...all(
    2,
    'pdfbookmark addtocontents setlength addtolength setcounter addtocounter resizebox fontsize rule newtheorem markboth multicolumn ' +
      'multirow numberwithin DeclareMathOperator',
  ),
  ...all(3, 'addcontentsline newenvironment renewenvironment definecolor rowcolors specialrule'),
};

/** Commands that say something of their arguments. */
const wraps: Readonly<Record<string, (args: readonly string[]) => string>> = {
  ...all(([note = '']) => ` (${note})`, 'footnote footnotetext thanks'),
  ...all(([key = '']) => `[${key}]`, 'ref eqref autoref cref Cref pageref'),
  ...all(([code = '']) => `\`${code}\``, 'texttt code'),
  textsuperscript: ([text = '']) => `<sup>${text}</sup>`,
  textsubscript: ([text = '']) => `<sub>${text}</sub>`,
  enquote: ([text = '']) => `“${text}”`,
  href: ([, text = '']) => text,
  ...all(([above = '', below = '']) => `${above}/${below}`, 'nicefrac sfrac'),
  ...all(([number = '', unit = '']) => `${number} ${unitText(unit)}`, 'SI qty'),
  ...all(([from = '', to = '', unit = '']) => `${from} to ${to} ${unitText(unit)}`, 'SIrange qtyrange'),
  ...all(([unit = '']) => unitText(unit), 'si unit'),
  numrange: ([from = '', to = '']) => `${from} to ${to}`,
  ang: ([angle = '']) => `${angle}°`,
};
const argumentCounts: Readonly<Record<string, number>> = {
  ...all(2, 'href nicefrac sfrac SI qty numrange'),
  ...all(3, 'SIrange qtyrange'),
};

/** Commands that cite, with what they say before and behind a work in brackets. */
const cites = /^(?:paren|text|foot|auto|smart|super|full)?[cC]ites?(?:p|t|alp|alt|author|year|yearpar)?$/;

function citation(text: string, at: number): Said {
  const [options = ''] = /^(?:\s*\[[^[\]]*\]){0,2}/.exec(text.slice(at, at + 500)) ?? [];
  const notes = Array.from(options.matchAll(/\[([^\]]*)\]/g), ([, note = '']) => latexText(note, 1));
  const behind = notes.pop() ?? '';
  const { args, end } = argumentsAt(text, at + options.length, 1);
  return { said: `[${[[notes[0], args[0]].filter(Boolean).join(' '), behind].filter(Boolean).join(', ')}]`, end };
}

/** Units by the short names that siunitx has for them (`\kg`, `\um`), which are read as they stand. */
const unitTex = (tex: string): string =>
  tex.replace(/\\([a-zA-Z]+)/g, (whole, name: string) =>
    name in signs && name !== 'L' ? whole : `{${name.replace(/^u(?=[a-zA-Z])/, 'µ')}}`,
  );

/** Powers behind their units, where siunitx may have them before: `\\square\\metre`. */
function unitText(unit: string): string {
  return unit.replace(/(?<!\p{L})([²³])(\p{L}+)/gu, '$2$1');
}

/** Whether a command is read by its arguments, whatever a source makes of it. */
export const isArgument = (name: string): boolean => name in silent || name in wraps;

/** Accents and other commands of one sign: `\"{o}`, `\c c`. */
function accent(name: string, text: string, at: number): { said: string; end: number } | undefined {
  const mark = accents.get(name);
  if (mark === undefined) return undefined;
  const rest = /^\s*(?:\{\s*\\?([\p{L}])?\s*\}|\\?(\p{L}))/u.exec(text.slice(at, at + 12));
  if (!rest) return undefined;
  const letter = rest[1] ?? rest[2];
  const said = letter === undefined && /[~^]/.test(name) ? name : ((letter ?? '') + mark).normalize('NFC');
  return { said, end: at + rest[0].length };
}

/** Arguments in braces behind a command; those in brackets are passed over. */
function argumentsAt(text: string, from: number, count: number): { args: string[]; end: number } {
  const args: string[] = [];
  let end = from;
  const skipOptional = (): void => {
    const open = /^\s*\[/.exec(text.slice(end, end + 20));
    if (open) end = closingBrace(text, end + open[0].length - 1, ['[', ']']) + 1;
  };
  skipOptional();
  while (args.length < count) {
    const open = /^\s*\{/.exec(text.slice(end, end + 20));
    if (!open) break;
    const start = end + open[0].length;
    const close = closingBrace(text, start - 1);
    args.push(text.slice(start, close));
    end = close + 1;
    skipOptional();
  }
  return { args, end };
}

/** Text, and where what it stands for ends. */
interface Said {
  readonly said: string;
  readonly end: number;
}

/** How long what a pattern finds at a place is. */
const lengthAt = (pattern: RegExp, text: string, at: number, most: number): number =>
  pattern.exec(text.slice(at, at + most))?.[0].length ?? 0;

/** Commands that are a sign or take what follows as it stands. */
function signCommand(name: string, text: string, end: number): Said | undefined {
  if (name === '\\') return { said: '\n', end: end + lengthAt(/^\s*\[[^\]]{0,20}\]/, text, end, 30) };
  if (name !== '' && '%&_#${}'.includes(name)) return { said: name, end };
  if (/^(?:[vh]skip|kern|lower|raise)$/.test(name)) {
    return { said: '', end: end + lengthAt(/^\s*=?\s*-?[\d.]*\s*(?:pt|em|ex|mm|cm|in|mu|sp|bp|\\[a-zA-Z]+)/, text, end, 60) };
  }
  const accented = accent(name, text, end);
  if (accented) return accented;
  const code = codeAt(name, text, end);
  if (!code) return undefined;
  return code.close === -1 ? { said: '', end } : { said: codeSpan(text.slice(code.start, code.close)), end: code.close + 1 };
}

/** Commands that define a command. */
export const definitions = /^(?:[egx]?def|let|(?:new|renew|provide)command|DeclareRobustCommand)$/;

/** Where a definition ends: behind the name, its parameters, and what it stands for. */
export function definitionEnd(text: string, at: number): number {
  const head = /^\s*\{?\s*\\(?:[a-zA-Z@]+|.)\s*\}?(?:\s*=?\s*\\[a-zA-Z@]+|(?:\s*\[[^\]]*\]|#\d)*)/.exec(text.slice(at, at + 300));
  if (!head) return at;
  const behind = at + head[0].length;
  const open = /^\s*\{/.exec(text.slice(behind, behind + 20));
  return open && !head[0].includes('=') ? closingBrace(text, behind + open[0].length - 1) + 1 : behind;
}

/** What a command says of its arguments. */
function wrapped(name: string, text: string, at: number, depth: number): Said {
  const { args, end } = argumentsAt(text, at, argumentCounts[name] ?? 1);
  const isUnit = /^(?:SI|si|qty|unit)/.test(name);
  return { said: wraps[name]!(args.map((arg) => latexText(isUnit ? unitTex(arg) : arg, depth))), end };
}

/** What a command says, and where it ends. */
function command(text: string, at: number, depth: number): Said {
  const [whole = '\\', word, name = word ?? ''] = /^\\(?:([a-zA-Z]+)\*?|([\s\S]))/.exec(text.slice(at, at + 60)) ?? [];
  let end = at + whole.length;
  const found = signCommand(name, text, end);
  if (found) return found;
  if (definitions.test(name)) return { said: '', end: definitionEnd(text, end) };
  if (word !== undefined && /\s/.test(text[end] ?? '')) end += lengthAt(/^[ \t]*\n?[ \t]*(?!\n)/, text, end, 40);
  if (name in signs) return { said: signs[name]!, end: text.startsWith('{}', end) ? end + 2 : end };
  if (name in silent) return { said: '', end: argumentsAt(text, end, silent[name]!).end };
  if (name in wraps) return wrapped(name, text, end, depth + 1);
  if (cites.test(name)) return citation(text, end);
  // An unknown command: its arguments are text, and stay where they are; on which slide they are seen (`<2->`) is none.
  return { said: '', end: end + lengthAt(/^(?:<[-+\d,.|@a-z:]{1,30}>)?(?:\[[^\]]{0,200}\]){0,2}/, text, end, 440) };
}

/** Where a formula within a line ends, or -1. */
function formulaEnd(text: string, at: number): number {
  if (text.startsWith('\\(', at)) {
    const close = text.slice(at, at + 2000).indexOf('\\)');
    return close === -1 ? -1 : at + close + 2;
  }
  for (let i = at + 1; i < text.length && i - at < 5000; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === '$') return i + 1;
  }
  return -1;
}

/** What is no command: a backtick opens a quotation. */
const plainQuotes = (text: string): string => (text.includes('`') ? text.replaceAll('``', '“').replaceAll('`', '‘') : text);

/** Text of LaTeX without its commands; formulas stay as they are. */
export function latexText(text: string, depth = 0): string {
  if (depth > 50) return text;
  let said = '';
  let at = 0;
  const special = /[\\${}~]/g;
  for (;;) {
    special.lastIndex = at;
    const found = special.exec(text);
    if (!found) break;
    said += plainQuotes(text.slice(at, found.index));
    at = found.index;
    const isFormula = found[0] === '$' || text.startsWith('\\(', at);
    const end = isFormula ? formulaEnd(text, at) : -1;
    if (end > at) {
      said += text.slice(at, end);
      at = end;
    } else if (found[0] === '\\') {
      const { said: word, end: behind } = command(text, at, depth);
      said += word;
      at = Math.max(behind, at + 1);
    } else {
      said += found[0] === '~' ? ' ' : found[0] === '$' ? '$' : '';
      at++;
    }
  }
  said += plainQuotes(text.slice(at));
  return depth > 0 ? said : tidyText(said);
}

const tidyText = (text: string): string =>
  text
    .replace(/\u201c\u201c/g, '“')
    .replace(/''/g, '”')
    .replace(/‘((?:[^‘'\n]|'(?=\p{L})){1,300})'/gu, '‘$1’')
    .replace(/---/g, '—')
    .replace(/--/g, '–')
    .replace(/[ \t]+/g, ' ')
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
    .join('\n');
