import { asciiDigits, strip } from '@sdg/python';
import { findJson, type JsonPiece } from './llm/find-json.js';

/** What other languages call a question: a teacher may fall into the language of the task. */
const QUESTIONS = [
  'Q',
  'Frage',
  'Pregunta',
  'Pergunta',
  'Domanda',
  'Vraag',
  'Pytanie',
  'Вопрос',
  'Питання',
  'Soru',
  'Câu hỏi',
  'Pertanyaan',
  'Otázka',
  'Fråga',
  'Ερώτηση',
  'سؤال',
  'प्रश्न',
  '问题',
  '問題',
  '質問',
  '질문',
  '문제',
];

/** Where an item begins. */
interface Mark {
  readonly at: number;
  /** Where its text begins. */
  readonly end: number;
  readonly number: number;
  /** Whether its number stands before a dot or a bracket, as those of lists do. */
  readonly counts: boolean;
  /** What stands before the words of the mark: all marks of a list look alike. */
  readonly form: string;
  /** Bold that is opened in the mark, and closed in the item. */
  readonly opens: string;
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&').replace(/\s+/g, '\\s+');
// No run of blanks may be matched in two places: the time would grow with a power of its length.
const BEFORE =
  String.raw`^(?<indent>[ \t]*)(?:(?<lead>#{1,6}(?=[ \t*_\d\p{L}])|[-+•*>](?=[ \t]))[ \t]*)?` +
  String.raw`(?:(?<bold>\*{1,3}|_{1,3}|\x60)[ \t]*)?`;
const AFTER = String.raw`(?:[ \t]*(?:of|\/)[ \t]*\d{1,4})?(?:[ \t]*\([^()\n]{1,30}\))?(?:[ \t]*(?<inner>\*{1,3}|_{1,3}|\x60))?[ \t]*`;
const CLOSE = String.raw`(?:[ \t]*(?<outer>\*{1,3}|_{1,3}|\x60))?`;

/** The label, and what it is called elsewhere, for a pattern. */
const wordsOf = (label: string): string => [label, ...(/^questions?$/iu.test(label) ? QUESTIONS : [])].map(escaped).join('|');

/** `### Question 1:`, `**Question 1:**`, `Question 1.`, `Question 1 - `, `- Question #1)`, `質問１：` at the start of a line, case aside. */
function labelled(label: string): RegExp {
  return new RegExp(
    String.raw`${BEFORE}[[【]?(?:${wordsOf(label)})[ \t]*(?:(?:#|no\.?|nr\.?|n°|№|\.)[ \t]*)?[[(【]?(?<n>\d{1,4})` +
      String.raw`${AFTER}(?:[\])】]?[:：.．)）、\]】]|` +
      String.raw`(?:[-–—]|→|[=-]>)(?=[ \t])|(?=\p{Lu})(?<=#[ \t]*\d{1,4}[ \t]+)|$)${CLOSE}`,
    'gimu',
  );
}

/** What makes a dash before it a minus. */
const OPERAND = String.raw`(?:\d|\p{L}[ \t]*[-+*/^=×÷])`;

/** `1.`, `**1.**`, `### 1.`, `1)`, `(1)`, `１．` at the start of a line. */
const NUMBERED = new RegExp(
  String.raw`${BEFORE}[(（#第[]?(?<n>\d{1,4})[题題问問]?(?:\\?[.．)）、\]](?![\d])|：|\u3000|[ \t]+[-–—](?=[ \t])(?![ \t]+${OPERAND})|:(?=\s|\*)|` +
    String.raw`(?=\*{2})|(?<=#+[ \t]*\d{1,4})(?=[ \t]*$))` +
    String.raw`${CLOSE}[ \t]*`,
  'gimu',
);

/** The text with what stands in fenced blocks blanked out, at the same length: marks in it are text. */
function withoutFences(text: string): string {
  const blank = (part: string): string => part.replace(/[^\n]/g, ' ');
  return text.replace(/^([ \t]*)(`{3,}(?!`)|~{3,}(?!~))[^\n]*\n[^]*?(?:^[ \t]*\2[`~]*[ \t]*$|(?![^]))/gmu, blank);
}

function findMarks(text: string, pattern: RegExp): Mark[] {
  return [...text.matchAll(pattern)].map(({ 0: mark, index, groups }) => {
    const { indent = '', lead = '', bold = '', inner, outer, n } = groups!;
    // Bold that begins behind the mark is the item's own.
    const length = bold === '' && outer !== undefined ? mark.lastIndexOf(outer) : mark.length;
    const number = n === undefined ? groups!['circled']!.codePointAt(0)! - 0x245f : Number(n);
    return {
      at: index,
      end: index + length,
      number,
      counts: /[.．)）、]/u.test(mark),
      form: `${indent.length}|${lead}|${bold}`,
      opens: inner === undefined && outer === undefined ? bold : '',
    };
  });
}

/**
 * The marks of the list itself. Those of another form than the first, and lists that begin anew inside an item, are
 * quoted. Where the first form occurs once, a mark of another that goes on counting belongs to the list.
 */
function ofTheList(marks: readonly Mark[], mustCount: boolean): readonly Mark[] {
  const [first] = marks;
  if (!first) return [];
  const alike = marks.filter(({ form }) => form === first.form);
  const chosen = alike.length === 1 && marks[1]?.number === first.number + 1 ? marks : alike;
  if (!mustCount) return chosen;
  // Markdown counts by itself.
  if (chosen.length > 1 && chosen.every(({ number }) => number === 1)) return chosen;
  let next = first.number;
  const counted = chosen.filter(({ number }) => number === next && next++ >= 0);
  if (first.number <= 1) return counted;
  // A list that goes on from another; without the first item alone something is wrong, and four digits may be years.
  const goesOn = first.number > 2 && first.number < 1000 && counted.length > 1 && counted.every(({ counts }) => counts);
  return goesOn ? counted : [];
}

/** A line that only separates items. */
const RULE = /\n[ \t]*(?:-{3,}|\*{3,}|_{3,})[ \t]*$/;

/** What closes bold: nothing behind a blank, no `_` in the middle of a word, no `**` between numbers. */
function closing(opens: string): RegExp {
  const mark = escaped(opens);
  return new RegExp(String.raw`(?<!\s)${mark}${opens.length > 1 ? String.raw`(?!(?<=\d${mark})\d)` : String.raw`(?![\p{L}\p{N}_])`}`, 'u');
}

function cut(text: string, marks: readonly Mark[]): string[] {
  return marks.map(({ end, opens }, i) => {
    const item = strip(strip(text.slice(end, marks[i + 1]?.at)).replace(RULE, ''));
    const close = opens === '' ? -1 : item.search(closing(opens));
    return close === -1 ? item : strip(item.slice(0, close) + item.slice(close + opens.length));
  });
}

/** Numbers in a circle, as teachers write them in Chinese and Japanese. */
const CIRCLED = new RegExp(String.raw`${BEFORE}(?<circled>[①-⑳])[ \t]*`, 'gmu');

/** The label without a number, or a bullet whose item is one line and a question: what else a bullet stands before is part of an item. */
function ofBareMarks(text: string, bare: string, label: string): string[] {
  const named = [
    ...bare.matchAll(
      new RegExp(
        String.raw`^[ \t]*(?:#{1,6}[ \t]*|[-•*][ \t]+)?(?<bold>\*{2}|)(?:${wordsOf(label)})(?:\k<bold>[ \t]*[:：]|[ \t]*[:：][ \t]*` +
          String.raw`\k<bold>)[ \t]*`,
        'gimu',
      ),
    ),
  ];
  if (named.length > 0) {
    return cut(
      text,
      named.map(({ 0: mark, index }) => ({ at: index, end: index + mark.length, number: 0, counts: false, form: '', opens: '' })),
    );
  }
  const lines = text.split('\n').map(strip).filter(Boolean);
  const bullets = lines.filter((line) => /^[-•*]\s/u.test(line));
  if (bullets.length === 0) return ofQuestions(lines, label);
  if (bullets.length < 2 || lines.length > bullets.length + 2 || !bullets.every(asks)) return [];
  return bullets.map((line) => withoutBold(line.slice(1)));
}

const asks = (line: string): boolean => /[?？؟][*_\x60"”’]*$/u.test(line);
const withoutBold = (text: string): string => strip(text).replace(/^(\*{2}|__)([^*_]+)\1$/u, '$2');

/** Lines that each ask something, or letters before them; an announcement may stand before the first. */
function ofQuestions(lines: readonly string[], label: string): string[] {
  const list = /[:：][*_]*$/u.test(lines[0] ?? '') ? lines.slice(1) : lines;
  if (list.length < 2 || !list.every(asks)) return [];
  const lead = [...LEADS, dressed(label)].find((mark) => list.every((line, i) => mark(i).test(line)));
  return list.map((line, i) => {
    const mark = lead?.(i).exec(line)?.[0] ?? '';
    const item = line.slice(mark.length);
    // A quotation that was opened before the mark ends with the item.
    return withoutBold(/^["“]/u.test(mark) ? item.replace(/["”]$/u, '') : item);
  });
}

const ROMAN = ['I', 'II', 'III', 'IV', 'V', 'VI', 'VII', 'VIII', 'IX', 'X'];
/** What may stand before the questions of a list: letters, Roman numbers, ordinals. */
const LEADS: readonly ((i: number) => RegExp)[] = [
  (i) => new RegExp(String.raw`^[(]?${i < 26 ? String.fromCharCode(97 + i) : '(?!)'}[.)]\s`, 'iu'),
  (i) => new RegExp(String.raw`^${ROMAN[i] ?? 'X+'}[.)]\s`, 'iu'),
  () => /^(?:\p{L}+\s+)question\s*[:：]/iu,
  // A list that goes on from another.
  () => /^\d{1,3}[.)]\s/u,
];
/** Numbers that count, in brackets or before a mark, the label before them: `<1>`, `{1}`, `"1. `. A number alone is the question's own. */
const dressed =
  (label: string) =>
  (i: number): RegExp => {
    const number = String.raw`(?:(?:${wordsOf(label)})[ \t]?)?${i + 1}`;
    const forms = [`<${number}>`, String.raw`\{${number}\}`, String.raw`\[${number}\]`, String.raw`\(${number}\)`];
    return new RegExp(
      String.raw`^[*_"“'‘]{0,4}(?:(?:${forms.join('|')})[:.]?|${number}(?:[.)]|:(?=[*_ \t])))[*_]{0,3}\s?(?=[\p{L}¿"“])`,
      'iu',
    );
  };

/** Items of a list that was written in one line: `1. Why? 2. How?` */
function inOneLine(items: readonly string[]): string[] {
  const [only = ''] = items;
  if (items.length !== 1 || only.includes('\n')) return [...items];
  const parts: string[] = [];
  let from = 0;
  for (const { 0: mark, index, groups } of only.matchAll(/(?<=[?？؟.!])\s+(?<n>\d{1,2})[.)]\s+(?=\p{L})/gu)) {
    if (Number(groups!['n']) !== parts.length + 2) return [...items];
    parts.push(only.slice(from, index));
    from = index + mark.length;
  }
  return [...parts, only.slice(from)].map(strip);
}

/**
 * Texts of objects whose members, or which by themselves, are named as the label: `{"question_1": …}`, one object after the
 * other. Numbers alone name items where they count from 1, in an object that is all of the text: others are codes, or an example.
 */
function ofNamedMembers(text: string, pieces: readonly JsonPiece[], label: string): string[] {
  const name = new RegExp(String.raw`^${escaped(label)}[ _-]?\d*$`, 'iu');
  const members = pieces.flatMap(({ value }) =>
    typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : [],
  );
  if (!members.every(([, value]) => typeof value === 'string')) return [];
  const isAll = (): boolean => pieces.length === 1 && /^\{[^]*\}$/u.test(strip(fencedWhole(text) ?? text));
  const areNamed = members.every(([key]) => name.test(key)) || (members.every(([key], i) => key === String(i + 1)) && isAll());
  return areNamed ? members.map(([, value]) => strip(value as string)) : [];
}

/** Whether JSON is all that a text begins with, but for a line that announces it and the opening of a fence. */
function beginsWithJson(text: string): boolean {
  const at = text.search(/[[{]/u);
  if (at === -1) return false;
  const lines = text.slice(0, at).split('\n').map(strip);
  const last = lines.pop()!;
  const said = [...lines.filter((line) => line !== '' && !/^```\w*$/u.test(line)), last.replace(/^```\w*/u, '')];
  const isLead = (line: string): boolean => /^[^\p{L}\p{N}]*\p{L}/u.test(line);
  const first = said.findIndex((line) => /[\p{L}\p{N}]/u.test(line));
  if (first === -1) return true;
  // Behind the announcement stands nothing, least of all on its own line.
  return first < said.length - 1 && isLead(said[first]!) && said.slice(first + 1).every((line) => line === '');
}

/** Items of a JSON list: texts, or objects with one text. */
function ofJson(text: string, label: string): string[] {
  if (!beginsWithJson(text)) return [];
  const { pieces } = findJson(text);
  const lists = pieces.flatMap(({ value }) =>
    Array.isArray(value)
      ? [value as unknown[]]
      : typeof value === 'object' && value !== null
        ? Object.values(value).filter(Array.isArray)
        : [],
  );
  const textOf = (item: unknown): string | undefined => {
    if (typeof item === 'string') return item;
    const members = typeof item === 'object' && item !== null ? Object.entries(item).filter(([, one]) => typeof one === 'string') : [];
    const named = members.filter(([key]) => key.toLowerCase() === label.toLowerCase());
    const texts = (named.length === 1 ? named : members).map(([, one]) => one as string);
    return texts.length === 1 ? texts[0] : undefined;
  };
  const list = lists.findLast((items) => items.length > 0 && items.every((item) => textOf(item) !== undefined));
  return list ? list.map((item) => strip(textOf(item)!)) : ofNamedMembers(text, pieces, label);
}

/**
 * Items between tags that are all of the text: `<question>…</question>`. Lines may announce those named as the label; HTML
 * behind a line is what that line speaks of. A last one without an end broke off.
 */
function ofTags(text: string, label: string): string[] {
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
      items.push(strip(text.slice(from, index)));
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

/**
 * The items of a list that a model wrote: behind marks with the label (`### Question 1:`), behind numbers alone (`1.`,
 * `**1.**`), in a JSON list, or between tags. What stands before the first mark is no item; marks in fenced blocks and
 * lists quoted in an item are text. Where there is none of these, the label without a number begins an item, or a bullet
 * before a question. A farewell behind the last item is left out.
 *
 * @example listItems('Sure!\n\nQ1: Why?\nQ2: How?', 'Question') // ['Why?', 'How?']
 */
export function listItems(text: string, label: string): string[] {
  const items = withoutFarewell(itemsIn(text, label), label);
  if (items.length > 0) return items;
  // A list that is fenced as a whole: its fence quotes nothing.
  const fenced = fencedWhole(text);
  return fenced === undefined ? [] : itemsIn(fenced, label);
}

/** What stands in the first fence of a text. */
function fencedWhole(text: string): string | undefined {
  const lines = text.split('\n');
  const open = lines.findIndex((line) => /^[ \t]*(?:`{3,}|~{3,})\w*[ \t]*$/u.test(line));
  const close = lines.findIndex((line, i) => i > open && /^[ \t]*(?:`{3,}|~{3,})[ \t]*$/u.test(line));
  return open === -1 || close === -1 ? undefined : lines.slice(open + 1, close).join('\n');
}

const LETTERS = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];

/** Numbers on keys (`1️⃣`), in letters behind a label, and Chinese ones as digits, at the same length. */
const plainNumbers = (text: string, label: string): string =>
  text
    .replace(/^([ \t]*\d)\ufe0f?\u20e3/gmu, (key, digit: string) => `${digit}.`.padEnd(key.length))
    .replace(
      new RegExp(String.raw`^([^\p{L}\p{N}\n]{0,8}(?:${wordsOf(label)})[ \t]+)(${LETTERS.join('|')})(?=[*_ \t]*[:：.)])`, 'gimu'),
      (_all, before: string, word: string) => before + String(LETTERS.indexOf(word.toLowerCase()) + 1).padEnd(word.length),
    )
    .replace(/(?:(?<=问题|問題|質問|第|题目)|(?=.、)(?<=^[ \t]*))[一二三四五六七八九]/gmu, (word) =>
      String('一二三四五六七八九'.indexOf(word) + 1),
    );

function itemsIn(text: string, label: string): string[] {
  // Some digits are two characters long: the places of marks are those in the text.
  const digits = text.replace(/[^\P{Nd}0-9]/gu, (digit) => asciiDigits(digit).padStart(digit.length));
  const bare = withoutFences(plainNumbers(digits, label));
  const marks = ofTheList(findMarks(bare, labelled(label)), false);
  if (marks.length > 0) return cut(text, marks);
  for (const items of [ofTags(text, label), ofJson(text, label)]) if (items.length > 0) return items;
  for (const pattern of [NUMBERED, CIRCLED]) {
    const items = inOneLine(cut(text, ofTheList(findMarks(bare, pattern), true)));
    if (items.length > 0) return items;
  }
  return ofBareMarks(text, bare, label);
}

/** What a model says of its list when it has written it; nothing that a letter or a task could end with. */
function farewell(label: string): RegExp {
  const list = String.raw`(?:questions?|instructions?|tasks?|prompts?|examples?|items?|list|set|ones|${escaped(label)}s?)`;
  const change = '(?:create|write|generate|make|add|provide|adjust|change|modify|refine|expand|adapt|revise|use|answer)';
  return new RegExp(
    String.raw`^(?:I hope (?:this|these|that|those)(?: ${list})? ` +
      String.raw`(?:helps?|(?:is|are|will be|prove) (?:helpful|useful)|meets? your|works? for you)\b|` +
      String.raw`(?:Please )?let me know if you(?: would|['’]d)? (?:like|need|want)\b` +
      String.raw`(?=.*\b(?:${list}|changes|adjustments|modifications|anything else)\b)|` +
      String.raw`Feel free to (?:${change}\b(?=.*\b${list}\b)|ask\b(?=.*\bmore ${list}\b))|` +
      String.raw`These ${list} (?:are|cover|test|should|range|aim|vary|focus|require|explore|span)\b|` +
      String.raw`Would you like (?:me to ${change}\b|more\b)(?=.*\b${list}\b)).*$`,
    'iu',
  );
}

/** The items without what is said behind the last of several: a line of its own, behind a rule or an item of one paragraph. */
function withoutFarewell(items: readonly string[], label: string): string[] {
  const last = items.at(-1);
  if (last === undefined || items.length < 2) return [...items];
  const line = last.slice(last.lastIndexOf('\n') + 1);
  const before = last.slice(0, last.length - line.length);
  const item = strip(before);
  const rest = strip(item.replace(RULE, ''));
  const isApart = rest !== item || (/\n[ \t]*\n$/u.test(before) && !/\n[ \t]*\n/u.test(item));
  // What a colon stands before is quoted.
  return isApart && !/[:：]$/u.test(rest) && farewell(label).test(strip(line)) ? [...items.slice(0, -1), rest] : [...items];
}
