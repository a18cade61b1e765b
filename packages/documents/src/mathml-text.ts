/** What is needed of an element of MathML, whichever parser gave it. */
export interface MathElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string | undefined>>;
  readonly children: readonly (MathElement | string)[];
}

const elementsOf = ({ children }: MathElement): MathElement[] => children.filter((child) => typeof child !== 'string');

/** An argument in TeX: braces around more than one sign. */
const group = (text: string): string => (/^(?:.|\\[a-z]+)$/u.test(text) ? text : `{${text}}`);
/** What bears an index or a power: in braces where they would belong to its end only. */
function baseOf(element: MathElement | undefined): string {
  const text = element ? mathmlText(element) : '';
  return /^(?:\w+:)?m[ino]$|^(?:\w+:)?mtext$/.test(element?.name ?? '') && text !== '' ? text : group(text);
}

const parts = (element: MathElement): string[] => elementsOf(element).map(mathmlText);
const mark = (sign: string, text: string): string => (text === '' ? '' : sign + group(text));

/** A base, then what is below or above it, by the signs of TeX; more than those is kept behind it. */
const scripts =
  (...marks: string[]) =>
  (element: MathElement): string => {
    const [base, ...raised] = elementsOf(element);
    const texts = raised.map(mathmlText).map((text, i) => (marks[i] === undefined ? text : mark(marks[i], text)));
    return baseOf(base) + texts.join('');
  };

/** Pairs of an index and a power behind the base, and behind `mprescripts` those before it. */
function multiscripts(element: MathElement): string {
  const [base, ...others] = elementsOf(element);
  const names = others.map(({ name }) => name.replace(/^\w+:/, ''));
  const before = names.indexOf('mprescripts');
  const pairs = (those: readonly MathElement[]): string => {
    const texts = those.map(mathmlText);
    // A second pair has a base of its own: TeX allows one index and one power.
    return texts
      .map((text, i) => (i > 0 && i % 2 === 0 && text + (texts[i + 1] ?? '') !== '' ? '{}' : '') + mark('_^'[i % 2]!, text))
      .join('');
  };
  const [after, prior] = before < 0 ? [others, []] : [others.slice(0, before), others.slice(before + 1)];
  return (prior.length > 0 ? `{}${pairs(prior)}` : '') + baseOf(base) + pairs(after);
}

/** Whether it is a name of more than one letter, as that of a function, or words beside elements. */
function isName(child: MathElement | string): boolean {
  if (typeof child === 'string') return true;
  const [only, second] = child.children;
  if (only === undefined || second !== undefined) return false;
  return typeof only === 'string' ? /^\p{L}{2,}$/u.test(clean(only)) : isName(only);
}

/** A row: names are parted from letters and numbers beside them. */
function row(element: MathElement): string {
  const pieces: string[] = [];
  let last = '';
  let isAfterName = false;
  for (const child of element.children) {
    const next = typeof child === 'string' ? clean(child) : mathmlText(child);
    if (next === '') continue;
    const isGlued = /[\p{L}\p{N}]$/u.test(last) && /^[\p{L}\p{N}\\]/u.test(next);
    if (isGlued && (isAfterName || isName(child) || /\\[a-z]+$/.test(last))) pieces.push(' ');
    pieces.push(next);
    last = next.slice(-40);
    isAfterName = isName(child);
  }
  return pieces.join('');
}

/** How the structures of MathML are written in TeX. */
const forms: Readonly<Record<string, (element: MathElement) => string>> = {
  mfrac: (element) => {
    const [above = '', below = ''] = parts(element);
    return `\\frac{${above}}{${below}}`;
  },
  msqrt: (element) => `\\sqrt{${row(element)}}`,
  mroot: (element) => {
    const [base = '', index = ''] = parts(element);
    return `\\sqrt[${index}]{${base}}`;
  },
  msup: scripts('^'),
  mover: scripts('^'),
  msub: scripts('_'),
  munder: scripts('_'),
  msubsup: scripts('_', '^'),
  munderover: scripts('_', '^'),
  mmultiscripts: multiscripts,
  mprescripts: () => '',
  none: () => '',
  mtable: (element) => `\\begin{matrix}${parts(element).join(' \\\\ ')}\\end{matrix}`,
  mtr: (element) => parts(element).join(' & '),
  mlabeledtr: (element) => parts(element).slice(1).join(' & '),
  mfenced: (element) => {
    const { open = '(', close = ')', separators = ',' } = element.attributes;
    return `${open}${parts(element).join(separators.trim().slice(0, 1))}${close}`;
  },
  mtext: (element) => `\\text{${said(element)}}`,
  mspace: () => ' ',
  semantics: (element) => parts(element)[0] ?? '',
  annotation: () => '',
  mphantom: () => '',
};

const clean = (text: string): string =>
  text
    .replace(/[\u2061-\u2064]/g, '')
    .replace(/\s+/g, ' ')
    .trim();

/** All text in an element, that of elements in it too. */
const wordsIn = (element: MathElement): string =>
  element.children.map((child) => (typeof child === 'string' ? child : wordsIn(child))).join('');
const said = (element: MathElement): string => clean(wordsIn(element));

/**
 * A formula of MathML in TeX, without dollars: fractions, roots, powers, indices, matrices and fences; other signs as they are.
 *
 * @example
 * const sign = (name: string, text: string) => ({ name, attributes: {}, children: [text] });
 * mathmlText({ name: 'msup', attributes: {}, children: [sign('mi', 'c'), sign('mn', '2')] }); // 'c^2'
 */
export function mathmlText(element: MathElement): string {
  const name = element.name.replace(/^\w+:/, '');
  return forms[name]?.({ ...element, name }) ?? (elementsOf(element).length > 0 ? row(element) : said(element));
}
