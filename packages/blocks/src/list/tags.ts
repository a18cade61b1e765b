import { strip } from '@sdg/python';
import { escaped } from './words.js';

/**
 * Items between tags that are all of the text: `<question>…</question>`. Lines may announce those named as the label; HTML
 * behind a line is what that line speaks of. A last one without an end broke off.
 */
export function ofTags(text: string, label: string): string[] {
  const own = `${escaped(label)}[ _-]?\\d*|q\\d+`;
  const tags = [...text.matchAll(new RegExp(`<(?<end>/?)(?<name>${own}|li|item)(?:[ \\t][^<>]*)?>`, 'giu'))];
  const wrapper = new RegExp(String.raw`</?(?:[ou]l|list|items|${escaped(label)}s)(?:[ \t][^<>]*)?>`, 'giu');
  const isBlank = (part: string): boolean => strip(part.replace(wrapper, '').replace(/^```\w*$/gmu, '')) === '';
  const items: string[] = [];
  let open: string | undefined;
  let from = 0;
  for (const { 0: tag, index, groups } of tags) {
    const name = groups!['name']!.toLowerCase();
    if (groups!['end'] === '' && open === undefined) {
      const outside = text.slice(from, index);
      const isAnnounced = items.length === 0 && !/^(?:li|item)$/u.test(name) && isAnnouncement(outside);
      if (!isAnnounced && !isBlank(outside)) return [];
      open = name;
    } else if (groups!['end'] === '/' && open === name) {
      items.push(strip(text.slice(from, index)).replace(/^<(\w+)>([^<>]*)<\/\1>$/u, '$2'));
      open = undefined;
    } else continue;
    from = index + tag.length;
  }
  const rest = text.slice(from);
  if (open !== undefined) return items.length > 0 ? [...items, strip(rest)] : [];
  return isBlank(rest) ? items : [];
}

/** Lines of words, no number before them, that end as announcements do, and a line break. */
const isAnnouncement = (part: string): boolean => {
  const lines = part.split('\n').map(strip);
  return lines.pop() === '' && lines.filter(Boolean).every((line) => /^\p{L}.*[:.!]$/u.test(line));
};
