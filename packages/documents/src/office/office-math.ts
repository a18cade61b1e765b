import { descendant, elements, isXmlElement, type XmlElement } from './xml.js';

const child = (element: XmlElement, name: string): string => elements(element, name).map(mathText).join('');
const property = (element: XmlElement, holder: string, name: string): string | undefined =>
  descendant(elements(element, holder)[0], name)?.attributes['m:val'];

const large: Readonly<Record<string, string>> = {
  '∑': '\\sum',
  '∏': '\\prod',
  '∫': '\\int',
  '∬': '\\iint',
  '∮': '\\oint',
  '⋃': '\\bigcup',
  '⋂': '\\bigcap',
};
const group = (text: string): string => (text.length === 1 ? text : `{${text}}`);
const raised = (mark: '^' | '_', text: string): string => (text === '' ? '' : `${mark}${group(text)}`);

/** How the structures of Office's formulas are written in TeX. */
const forms: Readonly<Record<string, (element: XmlElement) => string>> = {
  'm:f': (f) => `\\frac{${child(f, 'm:num')}}{${child(f, 'm:den')}}`,
  'm:sSup': (s) => `${child(s, 'm:e')}${raised('^', child(s, 'm:sup'))}`,
  'm:sSub': (s) => `${child(s, 'm:e')}${raised('_', child(s, 'm:sub'))}`,
  'm:sSubSup': (s) => `${child(s, 'm:e')}${raised('_', child(s, 'm:sub'))}${raised('^', child(s, 'm:sup'))}`,
  'm:rad': (r) => (child(r, 'm:deg') === '' ? `\\sqrt{${child(r, 'm:e')}}` : `\\sqrt[${child(r, 'm:deg')}]{${child(r, 'm:e')}}`),
  'm:nary': (n) => {
    const sign = property(n, 'm:naryPr', 'm:chr') ?? '∫';
    return `${large[sign] ?? sign}${raised('_', child(n, 'm:sub'))}${raised('^', child(n, 'm:sup'))} ${child(n, 'm:e')}`;
  },
  'm:d': (d) => {
    const [open, close] = [property(d, 'm:dPr', 'm:begChr') ?? '(', property(d, 'm:dPr', 'm:endChr') ?? ')'];
    return `${open}${elements(d, 'm:e').map(mathText).join(', ')}${close}`;
  },
  'm:func': (f) => `${child(f, 'm:fName')} ${child(f, 'm:e')}`,
  'm:limLow': (l) => `${child(l, 'm:e')}${raised('_', child(l, 'm:lim'))}`,
  'm:limUpp': (l) => `${child(l, 'm:e')}${raised('^', child(l, 'm:lim'))}`,
  'm:bar': (b) => `\\overline{${child(b, 'm:e')}}`,
  'm:acc': (a) => `\\hat{${child(a, 'm:e')}}`,
  'm:m': (m) =>
    `\\begin{matrix}${elements(m, 'm:mr')
      .map((row) => elements(row, 'm:e').map(mathText).join(' & '))
      .join(' \\\\ ')}\\end{matrix}`,
};

/** A formula of Word or PowerPoint (`m:oMath`) in TeX, without dollars. */
export function mathText(element: XmlElement): string {
  const form = forms[element.name];
  if (form) return form(element);
  if (/Pr$/.test(element.name)) return '';
  return element.children.map((node) => (isXmlElement(node) ? mathText(node) : element.name === 'm:t' ? node : '')).join('');
}
