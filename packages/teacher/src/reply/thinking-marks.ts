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
