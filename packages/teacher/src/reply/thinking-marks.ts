/** How a family of models marks what it thinks. */
interface Mark {
  /** Regular expressions of the marks around a thought. */
  readonly open: string;
  readonly close: string;
  /** Thinking only where a text begins with it: the words mean other things elsewhere, or a prompt asks for them. */
  readonly atStart?: boolean;
  /** No thinking where it is never closed. */
  readonly closed?: boolean;
}

const closedAtStart = { atStart: true, closed: true } as const;

/** Words for thinking that are words for an answer, too, in languages in which models make up tags of their own. */
const THOUGHTS =
  'thoughts?|reason|reasoning(?:[_ -]process)?|analysis|scratch[_-]?pad|reflection|inner[_-](?:monologue|thoughts?)|' +
  'internal[_-]thoughts?|thought[_-]process|chain[_-]of[_-]thought|cot|' +
  'rationale|brainstorm(?:ing)?|思考(?:过程|過程)?|推理(?:过程|過程)?|réflexion|raisonnement|' +
  'denken|gedanken|überlegung(?:en)?|pensamiento|razonamiento|pensiero|ragionamento|pensamento|raciocínio|размышлени[ея]|рассуждени[ея]|' +
  'мысли|생각|추론|تفكير|विचार';
/** The same among special tokens, which are nothing else. */
const TOKENS = '(?:thoughts?|think(?:ing)?|reasoning|cot)';
const BAR = '[|｜]';
/** A heading of one line, plain with a colon, bold or by Markdown's marks, and the one that an answer has behind it. */
const HEADING = (words: string): string =>
  `(?:^|(?<=\\n))(?:#{1,4} *(?:${words})[:：]?[ \\t]*(?=\\n)|\\*\\*(?:${words})(?:[:：]\\*\\*|\\*\\*[:：])|(?:${words})(?:：|:[ \\t]*(?=\\n)))`;

/** How models mark what they think, where no server takes it apart. */
export const MARKS: readonly Mark[] = [
  // DeepSeek R1, Qwen, QwQ, GLM, Nemotron, MiniMax; with a name of the maker's: Seed-OSS, LongCat, Claude; with attributes.
  {
    open: '(?:\\\\?<|＜|&lt;)(?:[a-z]{1,10}[:_]|ant)?think(?:ing)?(?:_(?:fast|process|block))?(?:\\s[^<>/]*)?(?:\\\\?>|＞|&gt;)',
    close: '(?:\\\\?<|＜|&lt;)\\s?/\\s?(?:[a-z]{1,10}[:_]|ant)?think(?:ing)?(?:_(?:fast|process|block))?\\s*(?:\\\\?>|＞|&gt;)',
  },
  // Magistral.
  { open: '\\[THINK(?:ING)?\\]', close: '\\[/THINK(?:ING)?\\]' },
  // Kimi.
  { open: '◁think(?:ing)?▷', close: '◁/think(?:ing)?▷' },
  // Its close by a name of its own; Solar's is the beginning of the answer. Sky-T1 and OpenThinker, with full-width bars too.
  {
    open: `<${BAR}(?:begin[_▁]of[_▁])?${TOKENS}(?:_(?:start|begin))?${BAR}>`,
    close: `<${BAR}(?:/|end[_▁]of[_▁])${TOKENS}${BAR}>|<${BAR}${TOKENS}_end${BAR}>|<\\|end\\|>(?:<\\|begin\\|>assistant)?<\\|content\\|>`,
  },
  // Command A; MedGemma; Gemma 4.
  { open: '<start_of_(?:thought|thinking)>', close: '<end_of_(?:thought|thinking)>' },
  { open: '<\\|START_THINKING\\|>', close: '<\\|END_THINKING\\|>' },
  { open: '<unused94>(?:thought)?', close: '<unused95>' },
  { open: '<\\|channel>thought', close: '<channel\\|>' },
  // Apertus.
  { open: '<\\|inner_prefix\\|>', close: '<\\|inner_suffix\\|>' },
  // EXAONE and others, who share the words with prompts that ask for them.
  { open: `[<＜](?:${THOUGHTS})[>＞]`, close: `[<＜]/(?:${THOUGHTS})[>＞]`, atStart: true },
  {
    open: `\\[(?:REASONING|THOUGHTS?)\\]|[【（](?:${THOUGHTS})[】）]`,
    close: `\\[/(?:REASONING|THOUGHTS?)\\]|[【（]/(?:${THOUGHTS})[】）]`,
    ...closedAtStart,
  },
  // How Open WebUI, other pages, fences and the command line of Ollama show them.
  {
    open: '<details(?: type="reasoning"[^<>]*>|[^<>]*>\\s*<summary>[^<>]*(?:think|thought|reason|思考)[^<>]*</summary>)',
    close: '</details>',
    ...closedAtStart,
  },
  { open: '```(?:think(?:ing)?|thoughts?|reasoning)(?=\\n)', close: '\\n```(?=\\n)', ...closedAtStart },
  { open: 'Thinking\\.{3}(?=\\n)', close: '\\.{3}done thinking\\.', ...closedAtStart },
  // Granite 3.2; Apriel; models that were told to think step by step in some other place.
  {
    open: "(?:#{1,4} )?\\*{0,2}(?:Here is|Here's) my thought process:\\*{0,2}",
    close: "(?:#{1,4} )?\\*{0,2}(?:Here is|Here's) my response:\\*{0,2}",
    ...closedAtStart,
  },
  { open: 'Here are my reasoning steps:', close: '\\[BEGIN FINAL RESPONSE\\]', ...closedAtStart },
  {
    open: HEADING('Thinking(?: Process)?|(?:My )?Thought Process|思考(?:过程|過程)'),
    close: HEADING('(?:My |The )?(?:Final )?(?:Answer|Response|Output)|(?:最终)?(?:回答|答案)|最終回答'),
    ...closedAtStart,
  },
];
/** Special tokens around an answer. */
const WRAPPINGS =
  /<\|(?:begin|end)_of_(?:solution|box)\|>|<\|(?:START|END)_(?:RESPONSE|TEXT)\|>|<\|im_sep\|>|<\|(?:endof)?response\|>|\[END FINAL RESPONSE\]/gu;
/** The same before or behind a whole text, with the tokens that begin one. */
const OUTER =
  /^\s*<\|(?:begin_of_(?:solution|box|text)|START_(?:RESPONSE|TEXT)|startoftext|response)\|>\s*|<\|(?:end_of_(?:solution|box)|END_(?:RESPONSE|TEXT))\|>\s*$/gu;
/** A thought that was not thought. */
const EMPTY = /^\s*<think(?:ing)?\s*\/>\s*/iu;
/** Tags around an answer, which ERNIE, Granite, Hunyuan and prompts in the way of Reflection write. */
const ENCLOSED = /^\s*<(answer|response|final_answer|output|solution|final|回答|答案)>\s*((?:(?!<\/\1>)[^])*?)\s*(?:<\/\1>\s*)?$/iu;
/** What a text may end with whose server leaves its last token in; spoken of where a word and a space stand before it. */
const TOKEN = String.raw`(?:${[
  String.raw`<\|[\w▁ -]{2,40}\|>|<｜[\w▁]+｜>|<end_of_(?:turn|utterance)>|<\/(?:s|longcat_s)>|<SPECIAL_\d+>|<(?:seed:)?eos>|<pad>|<unk>`,
  String.raw`\[EOS\]|\[\|endofturn\|\]|\[e~\[`,
].join('|')})`;
const LAST_TOKEN = new RegExp(String.raw`(?:\s*${TOKEN})+\s*$`, 'u');
/** One such token by itself, the last thing in a text. */
const IS_TOKEN = new RegExp(String.raw`^${TOKEN}\s*$`, 'u');
const BEFORE_SPOKEN = /[\p{L}\p{N},:] $/u;

/** An answer without what encloses it. Tags that `asked` names are meant. */
export function withoutWrappings(answer: string, isThought: boolean, asked: () => string): string {
  if (!/[<[]/.test(answer)) return answer;
  const bare = (isThought ? answer.replace(WRAPPINGS, '') : answer.replace(OUTER, '')).replace(EMPTY, '');
  const [, tag = '', inner = ''] = ENCLOSED.exec(bare) ?? [];
  const isMeant =
    tag === '' || new RegExp(`<${tag}>`, 'iu').test(asked()) || (!isThought && !/^(?:answer|response|final_answer)$/iu.test(tag));
  // Without a thought only what is closed is enclosed.
  return isMeant || (!isThought && !bare.toLowerCase().includes(`</${tag.toLowerCase()}>`)) ? bare : inner;
}

/** An end token is no text, except where it closes a struck-out passage, or is spoken of. */
export function withoutLastToken(text: string): string {
  // Tags of a pipeline are much more common: from where the last thing in brackets begins.
  const end = text.trimEnd();
  const begin = end.endsWith('[e~[') ? end.length - 4 : Math.max(end.lastIndexOf('<'), end.lastIndexOf('['));
  if (begin < 0 || !IS_TOKEN.test(end.slice(begin))) return text;
  const last = LAST_TOKEN.exec(text);
  if (!last || (last[0].includes('</s>') && text.includes('<s>'))) return text;
  const isSpokenOf = /^ <\|\w+\|>$/u.test(last[0]) && BEFORE_SPOKEN.test(`${text.slice(0, last.index)} `);
  return isSpokenOf ? text : text.slice(0, last.index);
}

/** Quotation marks that make a tag a word that is spoken of. */
const QUOTES: Readonly<Record<string, string>> = { '`': '`', '"': '"', "'": "'", '“': '”', '‘': '’', '«': '»', '*': '*', _: '_', '(': ')' };

export const isQuoted = (text: string, from: number, to: number): boolean =>
  from > 0 && to < text.length && QUOTES[text[from - 1]!] === text[to];

/** Whether a place is inside a fenced block that began after `start`. */
export const isFenced = (text: string, start: number, at: number): boolean =>
  (text.slice(start, at).match(/^[ \t]*```/gmu)?.length ?? 0) % 2 === 1;

/** Whether a place is within a value of JSON, on its line: `"answer": "it ends with </think> and goes on", …`. */
export function isInJsonText(text: string, from: number, to: number): boolean {
  const line = text.slice(text.lastIndexOf('\n', from - 1) + 1, from);
  // What is written on one line may be long: the text that is open begins behind the last that was closed.
  return (
    /^(?:[^"]|"(?:[^"\\]|\\.)*")*[:[,]\s*"(?:[^"\\]|\\.)*$/u.test(line) && /^(?:[^"\\\n]|\\.)*"[ \t\r]*(?:[,}\]\n]|$)/u.test(text.slice(to))
  );
}

/** What is said of a tag, right behind it. */
const SAID =
  /^ (?:tags?|tokens?|blocks?|markers?|elements?|sections?|pairs?|opens|closes|marks|means|is|are|and|or|starts|begins|ends|wraps)\b/u;

/** Whether a tag stands within a line of prose ("the <think> tag"), or is the subject of an item or a row of a table. */
export function isInSentence(text: string, from: number, to: number): boolean {
  const before = text.slice(Math.max(0, from - 2), from);
  const after = text.slice(to, to + 12);
  if (SAID.test(after)) return true;
  if (/[\p{L}\p{N},;:(] ?$/u.test(before) && /^(?: [\p{L}\p{N}(]|[.,;:)])/u.test(after)) return true;
  const line = text.slice(text.lastIndexOf('\n', from - 1) + 1, from);
  return /^\s*(?:[-*•|]|\d+[.)])\s*[*_`]*$/u.test(line) && /^[*_`]*\s*(?:[:：|–—]|- )/u.test(after);
}
