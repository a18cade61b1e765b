import { startOf, writtenLabel } from './odf-numbers.js';
import type { Styles } from './odf-styles.js';
import { elements, textIn, type XmlElement } from './xml.js';

/** The last number at each level of a list; not a number where it is not known. */
type Numbers = number[];

/** Counts the items of lists, and headings, as an office program does. */
export class OdfLists {
  /** Lists that others may go on with: by their names, and the one before. */
  readonly #lists = new Map<string, Numbers>();
  /** The last number at each level of headings. */
  readonly #headings: Numbers = [];
  #last: { readonly style: string; readonly numbers: Numbers } | undefined;

  constructor(
    private readonly styles: Pick<Styles, 'numbered' | 'headings' | 'unnumbered'>,
    private readonly lineOf: (element: XmlElement) => string,
  ) {}

  /** The number that a heading has by its level; undefined where it has none, or no words. */
  headingNumber(element: XmlElement, level: number): string | undefined {
    const { attributes } = element;
    const { headings, unnumbered } = this.styles;
    const numbered = headings.get(level);
    const isBare = attributes['text:is-list-header'] === 'true' || unnumbered.has(attributes['text:style-name'] ?? '');
    if (!numbered || isBare) return undefined;
    for (let above = 0; above < level - 1; above++) this.#headings[above] ??= Number.NaN;
    this.#headings.length = level;
    const last = attributes['text:restart-numbering'] === 'true' ? undefined : this.#headings[level - 1];
    this.#headings[level - 1] = startOf(attributes) ?? (last ?? numbered.start - 1) + 1;
    return textIn(element).trim() === '' ? undefined : writtenLabel(headings, level, this.#headings);
  }

  /** Numbers that a list goes on with: those of the list it names, or of the one before it where that is of its style. */
  #goesOn({ attributes }: XmlElement, style: string): Numbers {
    const named = attributes['text:continue-list'];
    if (named !== undefined) return this.#lists.get(named) ?? [Number.NaN];
    if (attributes['text:continue-numbering'] !== 'true' || !this.#last) return [];
    return this.#last.style === style ? this.#last.numbers : [Number.NaN];
  }

  /** The lines of a list, with those of the lists in it. */
  linesOf(list: XmlElement): string[] {
    const style = list.attributes['text:style-name'] ?? '';
    const numbers = this.#goesOn(list, style);
    const lines = this.#list(list, '', 1, style, numbers);
    this.#lists.set(list.attributes['xml:id'] ?? list.attributes['text:id'] ?? '', numbers);
    this.#last = { style, numbers };
    return lines;
  }

  /** Lines of a list and those in it; an item whose number is not known has a dash. */
  #list(list: XmlElement, indent: string, level: number, style: string, numbers: Numbers): string[] {
    const levels = this.styles.numbered.get(style);
    const start = levels?.get(level)?.start;
    return elements(list, 'text:list-item', 'text:list-header').flatMap((item) => {
      const paragraphs = elements(item, 'text:p', 'text:h');
      const own = paragraphs.map(this.lineOf).filter(Boolean);
      const isItem = item.name === 'text:list-item' && paragraphs.length > 0;
      if (isItem) numbers[level - 1] = startOf(item.attributes) ?? (numbers[level - 1] ?? (start ?? 1) - 1) + 1;
      // Programs put a list into an item without text where it goes on below the item before.
      else if (item.name === 'text:list-item') numbers[level - 1] ??= Number.NaN;
      const label = isItem && levels ? writtenLabel(levels, level, numbers) : undefined;
      // As Markdown writes it.
      const mark = label === undefined ? '- ' : `${label.replace(/^\d+$/, '$&.')} `;
      const below = indent + ' '.repeat(mark.length);
      const nested = elements(item, 'text:list').flatMap((inner) => {
        const { 'text:continue-numbering': isOn, 'text:continue-list': named, 'text:style-name': innerStyle = style } = inner.attributes;
        if (named !== undefined || (!isItem && numbers.length > level)) numbers[level] = Number.NaN;
        else if (isOn !== 'true') numbers.length = level;
        return this.#list(inner, below, level + 1, innerStyle, numbers);
      });
      return [...own.map((text, i) => (i === 0 ? indent + mark : below) + text), ...nested];
    });
  }
}
