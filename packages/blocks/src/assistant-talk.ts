// Without the flag `u`, with which `\b` and `i` together cost five times as much: no pattern here has a property or a character beyond it.

/** What models say about what they are about to write, or have written, in place of it. */
const TALK = [
  /^[\s*"“]*(?:(?:that's|that is|this is) a |what a )?(?:great|good|excellent|interesting) question[!.,]/i,
  /^[\s*"“]*thank(?:s| you) for (?:your|the|this) (?:\w+ )?question\b/i,
  /\bi(?:'m| am)\b[^.\n]{0,60}\b(?:created|developed|made|trained|built) by (?:openai|anthropic|alibaba|mistral|deepseek|google|meta)\b/i,
  /^[\s*"“]*i (?:do not|don't) (?:currently )?have (?:access to (?:the|that|this|your)\b|enough (?:information|context) to (?:answer|determine|provide))/i,
  /\n[\s[(*-]*end of (?:the )?(?:answer|response|question)[\s\])*.-]*$/i,
  // What makes a good answer, in place of one.
  /^[\s*"“]*(?:the|every|each|your|my)\s+(?:answer|question|response)s?\s+(?:is|are|should\s+be|must\s+be)\s+(?:(?:complete|correct|clear|concise|accurate)(?:,|\s+and)\s+(?:and\s+)?(?:complete|correct|clear|concise|accurate)\b|in\s+the\s+(?:same\s+)?(?:style|form)\s+(?:of|as)\s+the\s+(?:sample|example))/i,
  // Not one who is "an AI engineer", nor what happens "as a language model is trained".
  /\b(?:as|i am|i'm|being)\s+(?:just\s+|only\s+)?an?\s+(?:ai|artificial intelligence|(?:large )?language model)(?=\s*(?:$|[^\s\w])|\s+(?:language|model|assistant|chatbot|system|program|and|so|but|that|which|who|i|my|trained|developed|created|designed|made|built|without|with|here|not)\b)/i,
  /^[\s*"“]*(?:sure(?: thing)?|certainly|of course|absolutely|okay|ok|great|no problem)\b[!,.:]*\s*(?:here(?:'s| is| are| you (?:go|are))|i(?:'ll| will| can| would)|let(?:'s| me)|below)\b/i,
  /^[\s*"“]*here(?:'s| is| are)\s+(?:a|an|the|your|my|one|two|three|some|another|\d+)\s+(?:\w+\s+){0,3}?(?:questions?|answers?|responses?|samples?|examples?|pairs?|outputs?)\b[^?\n]*(?::|\n|$)/i,
  /(?:^|\n)[\s(*]*(?:note:?[*]*:?\s+(?:this|the|these|my)|explanation:?[*]*:?\s+(?:this|these|my|the\s+above))\s+(?:above\s+)?(?:answer|response|question|example|pair)s?\b[^\n]*$/i,
  /^[\s*"“]*(?:natürlich|selbstverständlich|gerne|claro|por supuesto|bien sûr|certo|конечно|当然|好的|もちろん(?:です)?|물론입니다)[!,.！，。、]\s*(?:hier|aquí|voici|ecco|вот|以下|这|下|こちら|다음)/i,
];

/** What is talk, unless a message to somebody was asked for: people write so too. */
const COURTESY = [
  /^[\s*"“]*(?:(?:sure|of course|certainly|absolutely)[!,.]\s*)?i(?:'d| would|'ll|'m| am)(?: be)? (?:happy|glad) to (?:help|assist)\b/i,
  /(?:^|\n|[.!]\s)(?:i hope (?:this|that|these) (?:helps?|(?:answers?|response|explanation|information) \w+)|if you (?:have|need) (?:any|more|further)[^\n]{0,60}(?:feel free|let me know|just ask|(?:do not|don't) hesitate|please ask)|would you like (?:me to (?:explain|elaborate|go into|give|provide|show)|to know more)|(?:please )?let me know if you (?:have any|need (?:any|more|further)|would like me|want me)|feel free to (?:ask|let me know|reach out)|is there anything else (?:i can|you))[^\n]*$/i,
  /(?:希望(?:这|這|以上|我的|上述)[^。\n]{0,12}(?:帮助|幫助|帮到|有用)|如果(?:您|你)(?:还|還)?有(?:其他|任何|更多|什么)?[^。\n]{0,8}(?:问题|問題|疑问|需要)[^。\n]{0,6}[，,][^。\n]{0,6}(?:随时|隨時|欢迎|请|告诉))[^\n]*$/i,
  /(?:(?:ご質問|ご不明な点)[^。\n]{0,16}(?:お気軽|遠慮なく)|お役に立て(?:れば|たら)(?:幸い|嬉しい|うれしい))[^\n]*$/i,
  /(?:^|\n|[.!¡]\s?)(?:ich hoffe, (?:das|dies|diese)\b[^.\n]{0,30}(?:hilft|hilfreich|geholfen)|espero que (?:esto|esta|te|le|isso|isto)\b[^.\n]{0,30}(?:ayud|útil|ajud)|j'espère que (?:cela|ça|cette)\b[^.\n]{0,30}(?:aide|utile)|надеюсь, (?:это|эта|мой)[^.\n]{0,30}(?:помо|полез)|spero che (?:questo|questa|ti)\b[^.\n]{0,30}(?:aiut|util))[^\n]*$/i,
];

const CANNOT = [
  String.raw`i\s*(?:can't|cannot|can not|am unable|'m unable|am not able|'m not able|won't|will not|am not comfortable)`,
  String.raw`i (?:must|have to) decline`,
].join('|');
const DOING = [
  'assist|provid|fulfil|comply|creat|generat|answer|shar|engag|support|discuss|writ|continu|participat|request',
  String.raw`help(?!\s+\w+ing)|do (?:that|this)`,
].join('|');
const SORRY = String.raw`(?:i(?:'m| am)\s+(?:\w+\s+)?sorry|sorry|i\s+(?:\w+\s+)?apologi[sz]e|my apologies|unfortunately)`;
const THIS = '(?:that|this|your|such|request|question|information|content|with|any)';

/** How models begin who refuse, in the languages that they fall into. A letter may be sorry, too: only what is not done tells. */
const REFUSALS = [
  new RegExp(String.raw`${SORRY}\b[^.\n]{0,40}\b(?:${CANNOT})\b[^.\n]{0,60}\b(?:${DOING})`),
  new RegExp(String.raw`(?:${CANNOT})(?:\s+be able)?(?:\s+to)?\s+(?:${DOING})\w*\b[^.\n]{0,60}\b${THIS}\b`),
  new RegExp(String.raw`i\s+(?:must|have to|need to)\s+(?:\w+\s+)?decline\s+(?:to\s+(?:${DOING})|th(?:is|at) (?:request|question|task))`),
  new RegExp(String.raw`i\s+(?:do not|don't)\s+feel\s+comfortable\s+(?:with this|${DOING})`),
  /[^.\n]{0,60}\bagainst my (?:\w+ )?(?:guidelines|programming|polic(?:y|ies)|principles)/,
  /(?:es\s+)?tut mir (?:sehr\s+)?leid[^.\n]{0,40}(?:kann ich|ich kann)[^.\n]{0,60}nicht[^.\n]{0,20}(?:helfen|beantworten|erstellen|bereitstellen|schreiben|dienen|erfüllen)/,
  /(?:leider\s+)?(?:kann ich|ich kann)\s[^.\n]{0,30}(?:anfrage|frage|bitte)\b[^.\n]{0,20}\bnicht\b/,
  /als (?:eine? )?(?:ki(?:-\w+)?|künstliche intelligenz|sprachmodell)\s+(?:habe|kann|bin|darf|besitze)\s+ich/,
  /(?:lo siento|disculpa|lo lamento|perdón)[^.\n]{0,40}no (?:puedo|me es posible)[^.\n]{0,40}(?:ayudar|responder|proporcionar|cumplir|crear|generar|asistir)/,
  /como (?:una? )?(?:ia|modelo de (?:lenguaje|linguagem)|inteligencia artificial|inteligência artificial)\b/,
  /(?:je suis (?:\w+ )?désolée?|désolée?)[^.\n]{0,40}je ne (?:peux|suis) pas[^.\n]{0,60}(?:répondre|aider|fournir|créer|générer|satisfaire)/,
  /en tant qu(?:e modèle de langage|['’](?:ia|intelligence artificielle|assistant))/,
  /(?:desculpe|sinto muito|lamento)[^.\n]{0,40}não (?:posso|consigo)[^.\n]{0,40}(?:ajudar|responder|fornecer|criar|atender)/,
  /mi dispiace[^.\n]{0,40}non (?:posso|sono in grado)[^.\n]{0,40}(?:aiutar|risponder|fornir|crear|soddisf)/,
  /het spijt me[^.\n]{0,60}(?:niet|geen)[^.\n]{0,20}(?:helpen|beantwoorden|geven|voldoen)/,
  /(?:извините|прошу прощения|к сожалению)[^.\n]{0,40}не могу[^.\n]{0,40}(?:помочь|ответить|предоставить|выполнить)/,
  /(?:非常|很|实在)?(?:抱歉|对不起|對不起|不好意思)[^。\n]{0,12}(?:无法|不能|無法|没办法)[^。\n]{0,20}(?:协助|帮助|帮忙|回答|提供|满足|完成|处理|讨论|協助|幫助|滿足)/,
  /作[为為](?:一[个個])?(?:人工智[能慧]|AI|[语語]言模型)[^。\n]{0,12}[，,]\s*我/,
  /(?:申し訳(?:ありません|ございません)|すみません|ごめんなさい)[^。\n]{0,30}(?:応え|答え|手伝い|対応|提供|支援)[^。\n]{0,15}(?:できません|しかねます|できかねます)/,
  /(?:죄송|미안)[^.\n]{0,30}(?:도와|도움|답변|제공|응답)[^.\n]{0,15}(?:없습니다|어렵습니다|못합니다)/,
  /(?:عذر|آسف|أعتذر)[^.\n]{0,20}لا (?:أستطيع|يمكنني)/,
  /بصفتي (?:نموذج|ذكاء|مساعد)/,
  /(?:क्षमा करें|माफ़ करें|मुझे खेद है)[^।\n]{0,40}नहीं कर सक/,
  /एक (?:एआई|AI)[^।\n]{0,30} के रूप में[^।\n]{0,10}(?:मैं|मेर)/,
  /(?:przepraszam|przykro mi)[^.\n]{0,20} nie mogę[^.\n]{0,30}(?:pomóc|odpowiedzieć|spełnić)/,
  /(?:üzgünüm|maalesef)[^.\n]{0,40}(?:yardımcı olamam|yanıtlayamam|cevaplayamam)/,
  /(?:rất )?(?:xin lỗi|tiếc)[^.\n]{0,30}không thể (?:giúp|trả lời|hỗ trợ|cung cấp)/,
  /как (?:языковая модель|искусственный интеллект|ии(?:-\S+)?),? /,
  /AI(?:アシスタント|言語モデル)?として、?(?:私|わたし)/,
  /我(?:只)?是(?:一[个個款])?(?:AI|人工智能)[^。\n]{0,8}[，,][^。\n]{0,6}(?:无法|不能|没有|沒有|無法)/,
];
const REFUSES = new RegExp(String.raw`^[\s*"'“「]*(?:${REFUSALS.map(({ source }) => source).join('|')})`, 'i');
/** All that a text says is that its own request is refused: no letter is that short. */
const REFUSES_ITSELF =
  /^[\s*"'“]*(?:(?:i(?:'m| am) )?(?:very )?sorry|apologies)?[\s,.!—-]*(?:but )?i (?:can(?:'t|not| not)|won't|will not|(?:am|'m) (?:unable|not able) to) (?:help|assist|comply|answer|do|provide|create|generate|write|discuss|fulfil+)\b(?: you)?(?: with)? (?:that|this|your)(?: request| question| task)?[\s.!"”*]*$/i;

/**
 * Whether a model speaks of itself, of its answer or to whom it helps in place of answering, or refuses. In a message that was
 * asked for (`isMessage`) an offer to help and a closing line are no fault, in one that is to say no (`isRefusal`) a refusal is none.
 *
 * @example isAssistantTalk('I’m sorry, but I can’t assist with that.') // true
 */
export function isAssistantTalk(text: string, isMessage = (): boolean => false, isRefusal = isMessage): boolean {
  const plain = text.replaceAll('’', "'");
  const isAny = (patterns: readonly RegExp[]): boolean => patterns.some((talk) => talk.test(plain));
  return isAny(TALK) || (REFUSES.test(plain) && (REFUSES_ITSELF.test(plain) || !isRefusal())) || (isAny(COURTESY) && !isMessage());
}
