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
