import { numberedHeadings, numberedLists, type NumberedLevels } from './odf-numbers.js';
import { descendant, elements, type XmlElement } from './xml.js';

/** The styles of a text that are titles, that are code, and sheets that are not shown. */
export interface Styles {
  /** Styles of code, by paragraph. */
  readonly codes: ReadonlySet<string>;
  /** Styles of what stands above or below the line. */
  readonly raised: ReadonlyMap<string, 'sup' | 'sub'>;
  /** Lists with numbers, by the name of their style. */
  readonly numbered: ReadonlyMap<string, NumberedLevels>;
  readonly headings: NumberedLevels;
  /** Styles of headings that have no numbers, or those of a list. */
  readonly unnumbered: ReadonlySet<string>;
  readonly titles: ReadonlySet<string>;
  /** Sheets, paragraphs and runs that are not shown. */
  readonly hidden: ReadonlySet<string>;
}

/** What styles say of the text: those with names (`common`), and those that a program made for the text (`content`). */
export function stylesOf(content: XmlElement, common: XmlElement): Styles {
  const automatic = [
    ...elements(descendant(common, 'office:styles'), 'style:style'),
    ...elements(descendant(content, 'office:automatic-styles'), 'style:style'),
  ];
  const named = (those: readonly XmlElement[]): Set<string> => new Set(those.map(({ attributes }) => attributes['style:name'] ?? ''));
  const isTitle = ({ attributes }: XmlElement): boolean => attributes['style:parent-style-name'] === 'Title';
  const parents = new Map(automatic.map((style) => [style.attributes['style:name'] ?? '', style]));
  /** Whether a style hides, or one that it is made of. */
  const isHidden = (style: XmlElement | undefined, depth = 0): boolean => {
    if (!style || depth > 20) return false;
    const display = descendant(style, 'style:text-properties')?.attributes['text:display'];
    if (descendant(style, 'style:table-properties')?.attributes['table:display'] === 'false' || display === 'none') return true;
    return display === undefined && isHidden(parents.get(style.attributes['style:parent-style-name'] ?? ''), depth + 1);
  };
  const isCode = ({ attributes }: XmlElement): boolean => attributes['style:parent-style-name'] === 'Preformatted_20_Text';
  const raised = automatic.flatMap((style) => {
    const position = descendant(style, 'style:text-properties')?.attributes['style:text-position'] ?? '';
    const tag = /^super|^[1-9]/.test(position) ? 'sup' : /^sub|^-/.test(position) ? 'sub' : undefined;
    return tag ? [[style.attributes['style:name'] ?? '', tag] as const] : [];
  });
  /** Whether a style of headings, or one that it is made of, names a list: that of all headings is none by name. */
  const hasOwnList = (style: XmlElement | undefined, depth = 0): boolean => {
    if (!style || depth > 20) return false;
    const list = style.attributes['style:list-style-name'];
    return list === undefined ? hasOwnList(parents.get(style.attributes['style:parent-style-name'] ?? ''), depth + 1) : list !== 'Outline';
  };
  return {
    codes: named(automatic.filter(isCode)).add('Preformatted_20_Text'),
    raised: new Map(raised),
    numbered: numberedLists(content, common),
    headings: numberedHeadings(common),
    unnumbered: named(automatic.filter((style) => hasOwnList(style))),
    titles: named(automatic.filter(isTitle)).add('Title'),
    hidden: named(automatic.filter((style) => isHidden(style))),
  };
}
