import { XMLParser } from 'fast-xml-parser';
import { DocumentError } from '../document-error.js';

/** An element: its name, its attributes, its children in order. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly (XmlElement | string)[];
}

const ATTRIBUTES = ':@';
const TEXT = '#text';

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  trimValues: false,
  parseTagValue: false,
  parseAttributeValue: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
  removeNSPrefix: false,
  maxNestedTags: 500,
  // Only the five of XML and numbers: a document of an office program declares none, and one that does is mischief.
  processEntities: true,
  htmlEntities: false,
});

type Ordered = Readonly<Record<string, unknown>>;

function elementOf(node: Ordered): XmlElement | string {
  if (TEXT in node) return String(node[TEXT]);
  const name = Object.keys(node).find((key) => key !== ATTRIBUTES) ?? '';
  return {
    name,
    attributes: (node[ATTRIBUTES] ?? {}) as Record<string, string>,
    children: ((node[name] ?? []) as Ordered[]).map(elementOf),
  };
}

/** Parses XML; gives an element around its top one. Entities that the file declares itself are refused. */
export function parseXml(xml: string): XmlElement {
  if (/<!ENTITY/i.test(xml.slice(0, 100_000))) {
    throw new DocumentError('its XML declares entities, which no office program writes', 'save it again');
  }
  return { name: '', attributes: {}, children: (parser.parse(xml) as Ordered[]).map(elementOf) };
}

export const isXmlElement = (node: XmlElement | string): node is XmlElement => typeof node !== 'string';

/** Children that are elements, of these names where any are given. */
export const elements = (element: XmlElement | undefined, ...names: string[]): XmlElement[] =>
  (element?.children ?? []).filter(
    (child): child is XmlElement => isXmlElement(child) && (names.length === 0 || names.includes(child.name)),
  );

/** The first element below of that name, at any depth. */
export function descendant(element: XmlElement | undefined, name: string): XmlElement | undefined {
  for (const child of elements(element)) {
    const found = child.name === name ? child : descendant(child, name);
    if (found) return found;
  }
  return undefined;
}

/** All elements below of that name, at any depth, in order. */
export function* descendants(element: XmlElement | undefined, name: string): Generator<XmlElement> {
  for (const child of elements(element)) {
    if (child.name === name) yield child;
    else yield* descendants(child, name);
  }
}

/** The texts of all elements below of that name, one after the other. */
export const textsIn = (element: XmlElement, name: string): string => Array.from(descendants(element, name), textIn).join('');

export const textIn = (element: XmlElement | string): string => (isXmlElement(element) ? element.children.map(textIn).join('') : element);
