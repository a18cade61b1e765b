// What a question asks for, where that makes right in its answer what is a fault elsewhere.

/** A request for a text of some kind: the verb stands in the same sentence. */
const request = (verbs: string, kinds: string): RegExp => new RegExp(String.raw`\b(?:${verbs})\b[^.?!\n]{0,120}\b(?:${kinds})\b`, 'iu');
const WRITE = 'write|create|make(?: up)?|draft|compose|prepare|generate|give|design|produce|invent|come up with|put together|show|provide';
const EDIT = 'continue|complete|finish|extend|act out|simulate|rewrite|translate|correct|fix|edit|improve|format|convert|turn|anonymi[sz]e';
/** Texts in which others speak by right: asked for, or shown. */
export const ASKS_FOR_TALK = request(
  `${WRITE}|${EDIT}`,
  'dialog(?:ue)?s?|conversations?|transcripts?|chats?|interviews?|plays?|scenes?|scripts?|screenplays?|skits?|sketch(?:es)?|role-?plays?',
);
export const NAMES_TALK = /dialog|conversation|transcript|interview/iu;
/** Texts that are to hold several questions with their answers. */
export const QUIZ = request(
  WRITE,
  String.raw`quiz(?:zes)?|faqs?|trivia|riddles|exam|flash ?cards|q\s?(?:&|and)\s?a|(?:questions|q's) (?:and|with) (?:their )?answers`,
);
/** Texts that are to say something again and again. */
const TIMES = String.raw`(?:\d+|two|three|four|five|six|seven|eight|nine|ten|twenty|fifty|hundred) times`;
export const REFRAIN = new RegExp(
  [
    String.raw`(?:^|[.!?:\n]\s*)(?:please\s+|then\s+|and\s+)?(?:repeat|chant|recite)\b`,
    request(`${WRITE}|say|print|type|sing|output|spell|repeat`, TIMES).source,
    String.raw`\b(?:refrain|chorus|mantra|chant)\b`,
    // What a program prints comes as often as it says.
    String.raw`\b(?:prints?|printed|outputs?|console\.log|echo)\b`,
  ].join('|'),
  'iu',
);
/** Messages to somebody. */
export const MESSAGE =
  /\b(?:e-?mails?|letters?|mails?|messages?|repl(?:y|ies)|customers?|clients?|clerk|agent|invitation|memo|role-?play)\b/iu;
/** Questions that may be answered by a word for nothing. */
export const MAY_BE_NOTHING =
  /\bn\/a\b|\bnone\b|\bnot? (?:given|there|known|stated|available|mentioned|applicable|value)\b|\b(?:absent|missing|unfinished|cells?|fields?|mark\w*|keyword|if)\b/iu;
