import { strip } from '@sdg/python';

/** Whether a line ends with a question mark. */
export const asked = (line: string | undefined): boolean => line !== undefined && /[?？؟][*_"”’]*$/u.test(strip(line));

// What a question asks for, where that makes right in its answer what is a fault elsewhere. Without the flag `u`, with which `\b` and
// `i` together cost five times as much.

/** A request for a text of some kind: the verb stands in the same sentence. */
const request = (verbs: string, kinds: string): RegExp => new RegExp(String.raw`\b(?:${verbs})\b[^.?!\n]{0,120}\b(?:${kinds})\b`, 'i');
const WRITE = 'write|create|make(?: up)?|draft|compose|prepare|generate|give|design|produce|invent|come up with|put together|show|provide';
const EDIT = 'continue|complete|finish|extend|act out|simulate|rewrite|translate|correct|fix|edit|improve|format|convert|turn|anonymi[sz]e';
/** Texts in which others speak by right: asked for, or shown. */
export const ASKS_FOR_TALK = request(
  `${WRITE}|${EDIT}`,
  'dialog(?:ue)?s?|conversations?|transcripts?|chats?|interviews?|plays?|scenes?|scripts?|screenplays?|skits?|sketch(?:es)?|role-?plays?',
);
export const NAMES_TALK =
  /di[aá]log|conversa|transcript|interview|\bchats?\b|\blogs?\b|gespräch|rozmow|диалог|разговор|беседа|интервью|[对對][话話]|会話|聊天|대화|حوار|محادثة|संवाद|बातचीत/i;
/** Texts that are questions by right: asked for, or to be put into other words. */
export const NAMES_QUESTIONS =
  /question|\bask|survey|poll|interview|\bfrage|pregunta|pergunta|domand|\bvra(?:ag|gen)|pyta(?:ni|ń)|вопрос|问题|問題|提[问問]|質問|問い|질문|سؤال|أسئلة|प्रश्न|सवाल|[?？؟].+[?？؟]/i;
/** Texts that are to hold several questions with their answers. */
export const QUIZ = new RegExp(
  [
    request(
      WRITE,
      String.raw`quiz(?:zes)?|faqs?|trivia|riddles|exam|flash ?cards|q\s?(?:&|and)\s?a|(?:questions|q's) (?:and|with) (?:their )?answers`,
    ).source,
    String.raw`\b(?:erstell|schreib|formulier|escrib|crea|haz|genera|écri|rédig|scriv|schrijf|maak|napisz)[^.?!\n]{0,120}` +
      String.raw`(?:quiz|frage|pregunta|question|pergunta|domand|vragen|pyta)`,
    '(?:состав|напиши|придума)[^.?!\\n]{0,120}(?:вопрос|викторин)|[写寫出编編][^。？\\n]{0,40}(?:问题|問題|问答|測驗|测验|题)',
    '(?:質問|問題|クイズ)[^。？\\n]{0,30}(?:作|書|考え)|(?:اكتب|أنشئ)[^.؟\\n]{0,60}(?:سؤال|أسئلة)|(?:प्रश्न|सवाल)[^।\\n]{0,40}(?:लिख|बना)',
  ].join('|'),
  'i',
);
/** Texts that are to say something again and again; in other languages the number alone stands beside the word. */
const TIMES = String.raw`(?:\d+|two|three|four|five|six|seven|eight|nine|ten|twenty|fifty|hundred) times`;
const NUMBER =
  'zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|hundert|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|cent|dos|tres|cuatro|cinco|' +
  'seis|siete|ocho|nueve|diez|cien|dez|cem|due|tre|cinque|dieci|cento|два|три|четыре|пять|десять|сто|[两兩二三四五六七八九十百]+|열|다섯|عشر|दस|पाँच';
const MANY_TIMES = String.raw`(?:\d|${NUMBER})[\s-]?(?:(?:mal|fois|veces|vezes|volte)\b|раза?|遍|次|回|번|مرات|बार)`;
export const REFRAIN = new RegExp(
  [
    String.raw`(?:^|[.!?:\n]\s*)(?:please\s+|then\s+|and\s+)?(?:repeat|chant|recite)\b`,
    request(`${WRITE}|say|print|type|sing|output|spell|repeat`, TIMES).source,
    MANY_TIMES,
    String.raw`\b(?:refrain|chorus|mantra|chant)\b`,
    // What a program prints comes as often as it says.
    String.raw`\b(?:prints?|printed|outputs?|console\.log|echo)\b`,
  ].join('|'),
  'i',
);
/** Messages to somebody, and what somebody says. */
export const MESSAGE =
  /\b(?:e-?mails?|letters?|mails?|messages?|repl(?:y|ies)|customers?|clients?|clerk|agent|invitation|memo|role-?play|nachricht|carta|correo|lettre|mensa\w+|briefe?s? an|(?:would|could|can|might|may|should)\b[^.?!\n]{0,60}\bsay)\b|письм|сообщени|邮件|[书書]信|写.{0,6}信|メール|手紙|메일|편지|رسالة|ईमेल|पत्र/i;
/** Texts that are to say no: by right they begin as a refusal does. */
const TO_DECLINE =
  /\b(?:declin|refus|reject|turn(?:s|ed|ing)? down|apolog|excus|absage|ablehn|entschuldig|rechaz|disculp|negativa|recus|rifiut|weiger)|отказ|извинени|拒[绝絕否]|婉拒|道歉|抱歉信|断り|断る|謝罪|お詫び|거절|사과|رفض|اعتذار|मना कर|माफ़ी/i;
/** What asks for words of somebody: a question about what is refused asks for none. */
const ASKS_FOR_WORDS = new RegExp(
  [
    String.raw`\b(?:writ|draft|compos|rewrit|translat|phras|reply|respond|say|tell)`,
    String.raw`\b(?:schreib|verfass|formulier|escrib|redact|écri|rédig|scriv|schrijf|escrev|napisz)`,
    String.raw`(?:^|[.!?:\n]\s*)(?:(?:please|politely|kindly)\s+)*(?:decline|refuse|reject|turn down|apologi[sz]e)\b`,
    'напиши|состав|[写寫]|回[复覆]|書|작성|써|اكتب|लिख',
  ].join('|'),
  'i',
);
/** Whether a text is asked for that is to say no. */
export const isToDecline = (question: string): boolean => TO_DECLINE.test(question) && ASKS_FOR_WORDS.test(question);
/** Questions that may be answered by a word for nothing. */
export const MAY_BE_NOTHING =
  /\bn\/a\b|\bnone\b|\bnot? (?:given|there|known|stated|available|mentioned|applicable|value)\b|\b(?:absent|missing|unfinished|cells?|fields?|mark\w*|keyword|if)\b/i;
