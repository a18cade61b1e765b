import { strip } from '@sdg/python';
import { isAssistantTalk } from './assistant-talk.js';
import {
  asked,
  ASKS_FOR_TALK,
  isToDecline,
  MAY_BE_NOTHING,
  MESSAGE,
  NAMES_QUESTIONS,
  NAMES_TALK,
  QUIZ,
  REFRAIN,
} from './guards/asked-for.js';
import { repeats } from './guards/repetition.js';
import { echoes, type WordRuns } from './guards/word-runs.js';
import { isSame, isSameText, Spoken } from './guards/words.js';

/** What a guard looks at: a question and its answer, and what they were made from. */
export interface GuardedText {
  readonly question: string;
  readonly answer: string;
  /** Whether the two were one text, parted at its first question mark. */
  readonly isPair: boolean;
  /** Texts of the examples that the model was shown. */
  readonly examples: readonly string[];
  /** Runs of words of the prompt, see {@link wordRuns}. */
  readonly prompt: WordRuns;
}

const labelled = (names: string, before = String.raw`[#*_>\s-]*`): string =>
  String.raw`${before}(?:(?:the|your|my|new|sample|example|correct)\s+)*(?:${names})(?:\s*#?\d+)?(?:\s+is)?[*_]*\s*[:：][*_]*\s*`;
const ASKS = 'questions?|instruction|frage|pregunta|pergunta|domanda|vraag|вопрос|问题|問題|質問|질문|سؤال|السؤال|प्रश्न';
const ANSWERS = 'answers?|responses?|antwort|respuesta|resposta|réponse|risposta|antwoord|ответ|回答|答案|答え|답변|الجواب|الإجابة|उत्तर';
/** Labels that a text begins with, before a colon or as a heading. */
const leading = (names: string): RegExp =>
  new RegExp(String.raw`^(?:${labelled(names)}|(?:#{1,6} |\*\*)(?:${names})(?: ?\d+)?\**[ \t]*\n\s*)`, 'iu');
/** Those of a question and of an answer, and with letters alone where both are at hand. */
const LEADING = {
  question: leading(ASKS),
  answer: leading(ANSWERS),
  q: /^[*_]*Q\d*[*_]*\s*[:：.)][*_]*\s*/u,
  a: /^[*_]*A\d*[*_]*\s*[:：.)][*_]*\s*/u,
};
/** Of a line; what stands before the label has a bound, so that no run of blanks is gone through again and again. */
const LATER_QUESTION = new RegExp(
  String.raw`\n(?:${labelled(ASKS, String.raw`[#*_>\t -]{0,40}`)}|[ \t]{0,40}[*_]*Q\d*[*_]*\s*[:：])`,
  'iu',
);

/** The same with its answer behind it. */
const LATER_PAIR = new RegExp(
  String.raw`\n${labelled(ASKS, String.raw`[#*_>\t -]{0,40}`)}[^]{1,2000}?\n${labelled(ANSWERS, String.raw`[#*_>\t -]{0,40}`)}`,
  'iu',
);

/**
 * A text without the labels that it begins with: `Question:`, `**Answer:**`, `The answer is:`; `Q:` and `A:` too where `kinds` has them.
 */
export const withoutLabel = (text: string, ...kinds: readonly (keyof typeof LEADING)[]): string =>
  strip(kinds.reduce((rest, kind) => rest.replace(LEADING[kind], ''), strip(text)));

/** What a chat model says before the pair that it was asked for: a line that ends with a colon, or no more than that it will. */
const ANNOUNCEMENT =
  /^[\s*"“]*(?:(?:sure|certainly|of course|absolutely|okay|ok|great)\b[!,.]*\s*)?(?:here(?:['’]s| is| are)|below (?:is|are))\b[^?？\n]{0,160}[:：][*_]*[ \t]*\n\s*|^[\s*"“]*(?:sure|certainly|of course|absolutely)!\s+/iu;
export const withoutAnnouncement = (text: string): string => text.replace(ANNOUNCEMENT, '');

/** A text that guards look at, with the words of both. */
interface SeenText extends GuardedText {
  readonly asked: Spoken;
  readonly answered: Spoken;
}

/** Things that a question lists, line by line or one after a mark. */
const listed = (question: string): number => (question.match(/[^\n;]*\p{L}[^\n;]*/gu) ?? []).length;

/** Marks of turns, as chat templates write them: in a row they forge a turn. */
const ROLES =
  /<\|(?:im_(?:start|end|sep)|endoftext|end_of_text|begin_of_text|eot_id|eom_id|start_header_id|end_header_id|system|user|assistant|end|start|return|channel|message|pad)\|>|\[\/?INST\]|<<\/?SYS>>|<(?:start|end)_of_turn>|<｜[^｜\n]{1,30}｜>|^\s*<s>|<\/s>\s*$|<\|(?:START|END)_OF_TURN_TOKEN\|>/u;
const SPEAKS = (names: string): RegExp => new RegExp(String.raw`^[ \t]*(?:#+[ \t]*)?[*_]*(?:${names})[*_]*[ \t]*[:：]`, 'imu');
// What goes in and comes out is most often that of a program.
const HUMAN = SPEAKS(
  'human|user|instruction|benutzer|nutzer|usuario|usuário|utilisateur|utente|пользователь|用户|用戶|ユーザー|사용자|المستخدم|उपयोगकर्ता',
);
const MACHINE = SPEAKS(
  'assistant|ai|bot|gpt|response|system|assistent|asistente|assistente|ассистент|помощник|бот|助手|助理|アシスタント|어시스턴트|المساعد|सहायक',
);
/** An answer that names who speaks, and one that goes on with what somebody asks next. */
const BY_ASSISTANT = /^\s*(?:#+[ \t]*)?[*_[]*(?:ai )?(assistant|chatbot|ai|bot|chatgpt)[*_\]]*[ \t]*(?::|\n)/iu;
const NEXT_TURN = /\n[ \t]*[*_]*human[*_]*[ \t]*:/iu;

/** The call of a tool, in the place of an answer. */
const TOOL_CALL =
  /^\s*(?:<(?:tool_call|function_call|function=[\w.-]+)>|\[TOOL_CALLS\]|<\|(?:python_tag|tool_calls?(?:_section)?_begin)\|>)/u;
/** What a model was to fill in. Of what is not there an answer may well say so. */
const NOTHING = /^[\s*"]*(?:n\/a|todo|tbd)[\s*".]*$/iu;
const BLANK =
  /^[\s*"]*(?:\[(?:insert|your|the|question|answer|response|name|text)\b[^\]\n]{0,60}\]|<(?:your|insert|the)\s[^>\n]{0,60}>|\{\{?\s*(?:question|answer|response)[^}\n]*\}?\}|<?(?:question|answer|response)>?)[\s*".]*$/iu;

/** Whether turns are forged: who speaks is named, and nobody asked for a talk of several. */
function isForged({ question, answer, asked }: SeenText): boolean {
  const both = `${question}\n${answer}`;
  const speaker = BY_ASSISTANT.exec(answer)?.[1];
  // What was asked about may well be named: "AI: artificial intelligence".
  const isNamed = speaker !== undefined && !asked.words.includes(speaker.toLowerCase());
  const speaks = isNamed || NEXT_TURN.test(answer) || (HUMAN.test(both) && MACHINE.test(both));
  return speaks && !NAMES_TALK.test(question) && !ASKS_FOR_TALK.test(question);
}

/** Several lines of which each asks something. */
function onlyAsks(answer: string): boolean {
  const lines = answer.split('\n').filter((line) => strip(line) !== '');
  return lines.length > 1 && lines.every(asked);
}

/** A later part of the answer that asks and answers again. */
function asksAgain(answer: string): boolean {
  if (!/[?？؟]/u.test(answer)) return false;
  const later = answer
    .split(/\n[ \t]*\n/u)
    .slice(1)
    .map((part) => strip(part).split('\n'));
  const again = later.filter((lines) => asked(lines[0]) && lines.length > 1).length;
  const unquoted = answer.replace(/["“«「][^"”»」\n]*["”»」]/gu, '').replace(/^(?:```|~~~)[^]*?^(?:```|~~~)/gmu, '');
  const sentences = unquoted.match(/\p{Lu}[^.!?。！？\n]{0,300}\?\s+\p{Lu}[^?\n]{0,600}?[.!](?=\s|$)/gu) ?? [];
  // A letter may ask something in its middle; a second pair is all that follows the first.
  return again >= 2 || (again > 0 && again === later.length) || sentences.length >= 3;
}

/** A quotation mark whose other half went elsewhere, at either end of a text. */
function isHalfQuoted(text: string): boolean {
  const count = (text.match(/"/gu) ?? []).length;
  const isInch = /\d"$/u.test(text);
  return (
    /^["”»](?:\s|$)/u.test(text) ||
    (count === 1 && (text.startsWith('"') || (text.endsWith('"') && !isInch))) ||
    (/^“[^”]*$/u.test(text) && !text.includes('\n'))
  );
}

/** The guards by name: whether a text has the fault. Each is cheap, and sees one text alone. */
const guards = {
  'no-question': ({ question }) => !/[\p{L}\p{N}]/u.test(question),
  // What is drawn with stars and hashes takes several lines.
  'no-answer': ({ answer }) => !/[\p{L}\p{N}\p{S}]|[#*][^\S\n]*\n[^\S\n]*[#*]/u.test(answer),
  'role-marker': (text) => ROLES.test(text.question) || ROLES.test(text.answer) || TOOL_CALL.test(text.answer) || isForged(text),
  'prompt-echo': ({ asked, answered, prompt }) => echoes(asked, prompt) || echoes(answered, prompt),
  // Answers may well share their words with an example's: it is its question that makes it the same pair.
  'example-given-back': ({ asked, examples }) => examples.some((example) => isSameText(asked, example)),
  'assistant-talk': ({ question, answer }) =>
    isAssistantTalk(question) ||
    isAssistantTalk(
      answer,
      () => MESSAGE.test(question),
      () => isToDecline(question),
    ),
  'several-pairs': ({ question, answer, isPair }) =>
    ((asksAgain(answer) || LATER_PAIR.test(answer)) && !QUIZ.test(question)) ||
    (onlyAsks(answer) && !NAMES_QUESTIONS.test(question)) ||
    (isPair && LATER_QUESTION.test(`\n${answer}`)),
  labels: ({ question, answer }) =>
    BLANK.test(question) ||
    NOTHING.test(question) ||
    (NOTHING.test(answer) && !MAY_BE_NOTHING.test(question)) ||
    BLANK.test(answer) ||
    LEADING.question.test(question) ||
    LEADING.answer.test(answer) ||
    LEADING.answer.test(question) ||
    LATER_QUESTION.test(question),
  'stray-quote': ({ question, answer }) => isHalfQuoted(question) || isHalfQuoted(answer),
  // An answer of four words or more that is the question, too.
  repetition: ({ question, answer, asked, answered }) =>
    ((answered.words.length >= 4 || /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}]{5}/u.test(answer)) && isSame(answered.words, asked.words)) ||
    (repeats(answered, () => listed(question)) && !REFRAIN.test(question)) ||
    repeats(asked),
} as const satisfies Readonly<Record<string, (text: SeenText) => boolean>>;

export type GuardName = keyof typeof guards;
export const guardNames = Object.keys(guards) as GuardName[];

/** Blanks in a row that say as much as any number of them; patterns go through a run again and again. */
const tamed = (text: string): string => text.replaceAll(/\s{41,}/gu, (run) => run.slice(0, 40));

/** The first guard that a text does not pass, of those that are on. */
export const firstFault = (text: GuardedText, on: readonly GuardName[]): GuardName | undefined => {
  const [question, answer] = [tamed(text.question), tamed(text.answer)];
  const seen = { ...text, question, answer, asked: new Spoken(question), answered: new Spoken(answer) };
  return on.find((name) => guards[name](seen));
};
