/** A fenced block of a page, with what its info string says beside the language. */
export interface Fence {
  readonly page: string;
  /** Line of the opening fence, from 1. */
  readonly line: number;
  readonly language: string;
  /** `file=recipe.yaml`: the text is a file that later commands find. */
  readonly file?: string;
  /** `skip="reason"`: commands that cannot be run here, and why. */
  readonly skip?: string;
  /** `exit=3`: how commands end, where not with 0. */
  readonly exit: number;
  /** `output`: lines that the commands before it print, stdout or stderr, in part. */
  readonly output: boolean;
  readonly text: string;
}

/** The fenced blocks of a page of Markdown, in their order. */
export function fencesOf(page: string, markdown: string): Fence[] {
  const lines = markdown.split('\n');
  const fences: Fence[] = [];
  for (let i = 0; i < lines.length; i++) {
    const [, ticks, language = '', info = ''] = lines[i]!.match(/^(`{3,})(\S*)(.*)$/) ?? [];
    if (ticks === undefined) continue;
    const start = i + 1;
    while (lines[++i] !== ticks) if (i >= lines.length) throw new Error(`${page}:${start}: this fence does not end`);
    const rest = info.replaceAll(/\s*(?:file=\S+|skip="[^"]+"|exit=\d+|output)/g, '');
    if (rest.trim() !== '') throw new Error(`${page}:${start}: what does "${rest.trim()}" mean?`);
    const skip = /skip="([^"]+)"/.exec(info)?.[1];
    const file = /file=(\S+)/.exec(info)?.[1];
    fences.push({
      ...{ page, line: start, language, output: / output\b/.test(info), exit: Number(/exit=(\d+)/.exec(info)?.[1] ?? 0) },
      ...(file !== undefined && { file }),
      ...(skip !== undefined && { skip }),
      text: `${lines.slice(start, i).join('\n')}\n`,
    });
  }
  return fences;
}

/** GitHub's name for a heading, as the part of an address behind #. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(/\s/g, '-');

/** The names of all headings of a page. */
export function anchorsOf(markdown: string): Set<string> {
  const anchors = new Set<string>();
  for (const [, heading] of withoutFences(markdown).matchAll(/^#{1,6} (.*)$/gm)) {
    const anchor = anchorOf(heading!);
    let name = anchor;
    for (let i = 1; anchors.has(name); i++) name = `${anchor}-${i}`;
    anchors.add(name);
  }
  return anchors;
}

/** Where the links of a page lead. */
export const linksOf = (markdown: string): string[] =>
  [...withoutFences(markdown).replaceAll(/`[^`\n]*`/g, '').matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target!);

const withoutFences = (markdown: string): string => markdown.replaceAll(/^(`{3,})[\s\S]*?^\1$/gm, '');
