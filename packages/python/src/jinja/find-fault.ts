import { didYouMean } from '@sdg/core';
import { parseProgram } from './parse-program.js';
import { namesOf } from './variables.js';

/** Where a template goes wrong, and what is wrong there. */
export interface TemplateFault {
  /** Of the tag, in the text of the template. */
  readonly offset: number;
  /** The tag as it is written, or what there is of it. */
  readonly tag: string;
  readonly message: string;
  readonly remedy?: string;
}

const OPENERS = ['if', 'for', 'macro', 'call', 'filter', 'with', 'set'];
const WORDS = [...OPENERS, ...OPENERS.map((name) => `end${name}`), 'else', 'elif', 'break', 'continue', 'raw', 'endraw'];

/** Where the tag that opens at `offset` ends, behind its closing mark; -1 if it does not. Quotes and braces may hold anything. */
function endOfTag(text: string, offset: number): number {
  const close = text[offset + 1] === '{' ? '}}' : '%}';
  let depth = 0;
  for (let i = offset + 2; i < text.length; i++) {
    const char = text[i]!;
    if (char === '"' || char === "'") {
      for (i++; i < text.length && text[i] !== char; i++) if (text[i] === '\\') i++;
    } else if (depth === 0 && text.startsWith(close, i)) return i + 2;
    else if (depth === 0 && /^(?:\{[{%]|%\})/.test(text.slice(i, i + 2))) return -1;
    else if (char === '{') depth++;
    else if (char === '}') depth = Math.max(0, depth - 1);
  }
  return -1;
}

/** A tag as messages show it. */
const shown = (tag: string): string => (tag.length > 80 ? `${tag.slice(0, 80)}…` : tag).replace(/\s+/g, ' ');

/** Why a text does not parse by itself, beginning with a colon where that is more than that; undefined where it parses. */
function whyNot(text: string): string | undefined {
  try {
    namesOf(parseProgram(text));
    return undefined;
  } catch (error) {
    const { message } = error as Error;
    // The library names its own tokens.
    return /^(?:Parser Error|Unexpected|Expected|Unknown|Cannot|Missing|Invalid)/.test(message) ? '' : `: ${message}`;
  }
}

/** What makes a template of one statement alone: those that begin something need its end. */
function alone(tag: string, word: string, opens: boolean): string {
  if (word === 'elif') return `${tag.replace('elif', 'if')}{% endif %}`;
  return opens ? `${tag}{% end${word} %}` : tag;
}

/**
 * The first tag of a template that is at fault, found tag by tag, since the library's parser says only that there is
 * one: not closed, no expression, no statement, an end without a beginning or a beginning without an end. Undefined
 * where none of these is the fault.
 */
export function findFault(text: string): TemplateFault | undefined {
  const open: { readonly word: string; readonly offset: number; readonly tag: string }[] = [];
  let next = 0;
  for (const { index: offset } of text.matchAll(/\{[{%#]/g)) {
    if (offset < next) continue;
    const mark = text.slice(offset, offset + 2);
    const line = text.slice(offset).split('\n', 1)[0]!.trimEnd();
    if (mark === '{#') {
      next = text.indexOf('#}', offset) + 2;
      if (next === 1) return { offset, tag: line, message: 'the comment is not closed', remedy: 'close it with #}' };
      continue;
    }
    const raw = /^\{%[-+]?\s*raw\s*[-+]?%\}[^]*?\{%[-+]?\s*endraw\s*[-+]?%\}/.exec(text.slice(offset));
    next = raw ? offset + raw[0].length : endOfTag(text, offset);
    if (raw) continue;
    if (next === -1) return { offset, tag: line, message: `"${mark}" is not closed`, remedy: `close it with ${mark === '{{' ? '}}' : '%}'}, and every quote and bracket in between` };
    const tag = text.slice(offset, next);
    const inside = tag.slice(2);
    if (mark === '{{') {
      const why = whyNot(tag);
      if (why !== undefined) return { offset, tag, message: `${shown(tag)} is no expression${why}` };
      continue;
    }
    const word = /^[-+]?\s*(\w*)/.exec(inside)?.[1] ?? '';
    if (!WORDS.includes(word)) return { offset, tag, message: `there is no statement "${word}"`, remedy: didYouMean(word, WORDS) || `there are ${OPENERS.join(', ')}` };
    // A whole one was passed over above.
    if (word === 'raw') return { offset, tag, message: `${shown(tag)} is not ended`, remedy: 'add {% endraw %}' };
    if (word === 'endraw') return { offset, tag, message: `${shown(tag)} ends nothing here` };
    const opens = OPENERS.includes(word) && !(word === 'set' && /^[^=]*[^=!<>]=[^=]/.test(inside));
    const top = open.at(-1);
    if (word.startsWith('end')) {
      if (top?.word !== word.slice(3)) return { offset, tag, message: `${shown(tag)} ends nothing here`, ...(top && { remedy: `${shown(top.tag)} is open, which {% end${top.word} %} ends` }) };
      open.pop();
    } else if (word === 'else' || word === 'elif') {
      if (top?.word !== 'if' && !(word === 'else' && top?.word === 'for')) return { offset, tag, message: `${shown(tag)} belongs to no "if"`, ...(top && { remedy: `${shown(top.tag)} is open` }) };
    }
    if (opens) open.push({ word, offset, tag });
    const why = /^(?:end|else$|break$|continue$)/.test(word) ? undefined : whyNot(alone(tag, word, opens));
    if (why !== undefined) return { offset, tag, message: `${shown(tag)} is no "${word}"${why}` };
  }
  const first = open.at(-1);
  return first && { offset: first.offset, tag: first.tag, message: `${shown(first.tag)} is not ended`, remedy: `add {% end${first.word} %}` };
}
