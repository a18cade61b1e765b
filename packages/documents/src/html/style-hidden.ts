import type { DomDocument } from './dom.js';

/** Classes and names that are looked for: pages that have more do not write their styles by hand. */
const MAX_SELECTORS = 200;
/** Characters of the page's own styles that are read. */
const MAX_STYLES = 500_000;

const hides = /(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)\b/i;
const shows = /(?:^|;)\s*(?:display\s*:\s*(?!none)|visibility\s*:\s*visible)/i;
/** One class or name, of any element. */
const simple = /^[a-z\d]*([.#][\w-]+)$/i;

/** Classes and names that a page's own styles hide and never show; what holds for some screens only does not count. */
function hiddenSelectors(styles: string): string[] {
  const everywhere = styles.replace(/\/\*[^*]*\*+(?:[^/*][^*]*\*+)*\//g, '').replace(/@[^{};]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}/g, '');
  const hidden = new Map<string, string>();
  const shown = new Set<string>();
  for (const [, selectors = '', rules = ''] of everywhere.matchAll(/([^{}]+)\{([^{}]*)\}/g)) {
    if (hides.test(rules)) {
      for (const selector of selectors.split(',').map((one) => one.trim())) {
        const name = simple.exec(selector)?.[1];
        if (name) hidden.set(selector, name);
      }
    } else if (shows.test(rules)) for (const [name] of selectors.matchAll(/[.#][\w-]+/g)) shown.add(name);
  }
  return [...hidden].flatMap(([selector, name]) => (shown.has(name) ? [] : selector)).slice(0, MAX_SELECTORS);
}

/** Marks what the page's own styles hide with the attribute `hidden`. */
export function markHidden(document: DomDocument): void {
  const styles = [...document.querySelectorAll('style')].map(({ textContent }) => textContent).join('\n');
  if (!/none|hidden/i.test(styles) || styles.length > MAX_STYLES) return;
  for (const selector of hiddenSelectors(styles)) {
    for (const element of document.querySelectorAll(selector)) element.setAttribute('hidden', '');
  }
}
