/** What is needed of an element of MathML, whichever parser gave it. */
export interface MathElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string | undefined>>;
  readonly children: readonly (MathElement | string)[];
}

const elementsOf = ({ children }: MathElement): MathElement[] => children.filter((child) => typeof child !== 'string');

/** An argument in TeX: braces around more than one sign. */
const group = (text: string): string => (/^(?:.|\\[a-z]+)$/u.test(text) ? text : `{${text}}`);

const parts = (element: MathElement): string[] => elementsOf(element).map(mathmlText);

const scripts =
  (...marks: string[]) =>
  (element: MathElement): string => {
    const [base = '', ...raised] = parts(element);
    return base + raised.map((text, i) => (text === '' ? '' : `${marks[i] ?? '^'}${group(text)}`)).join('');
  };

/** How the structures of MathML are written in TeX. */
const forms: Readonly<Record<string, (element: MathElement) => string>> = {
  mfrac: (element) => `\\frac{${parts(element)[0] ?? ''}}{${parts(element)[1] ?? ''}}`,
  msqrt: (element) => `\\sqrt{${parts(element).join('')}}`,
  mroot: (element) => `\\sqrt[${parts(element)[1] ?? ''}]{${parts(element)[0] ?? ''}}`,
  msup: scripts('^'),
  mover: scripts('^'),
  msub: scripts('_'),
  munder: scripts('_'),
  msubsup: scripts('_', '^'),
  munderover: scripts('_', '^'),
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

const said = ({ children }: MathElement): string =>
  children
    .filter((child) => typeof child === 'string')
    .join('')
    .replace(/[\u2061-\u2064]/g, '')
    .replace(/\s+/g, ' ')
    .trim();

/**
 * A formula of MathML in TeX, without dollars: fractions, roots, powers, indices, matrices and fences; other signs as they are.
 *
 * @example
 * const sign = (name: string, text: string) => ({ name, attributes: {}, children: [text] });
 * mathmlText({ name: 'msup', attributes: {}, children: [sign('mi', 'c'), sign('mn', '2')] }); // 'c^2'
 */
export function mathmlText(element: MathElement): string {
  const name = element.name.replace(/^\w+:/, '');
  return forms[name]?.({ ...element, name }) ?? (elementsOf(element).length > 0 ? parts(element).join('') : said(element));
}
