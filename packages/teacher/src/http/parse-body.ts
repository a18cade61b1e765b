type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Strings, and what stands between them that Python's `json` writes and JSON does not know. */
const TOKENS = /"(?:[^"\\]|\\[^])*"|-?\b(?:NaN|Infinity)\b/gu;
const CONTROL = /[\u0000-\u001f]/gu;

/**
 * JSON as servers in Python and of people's own making write it: NaN and infinities, which are read as null, and line
 * breaks that are not escaped. @throws SyntaxError for what is not JSON even so
 */
function parseLenient(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    const mended = text.replace(TOKENS, (token) =>
      token.startsWith('"') ? token.replace(CONTROL, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`) : 'null',
    );
    if (mended === text) throw error;
    return JSON.parse(mended) as unknown;
  }
}

/** Comments of a stream, with which servers keep a connection alive. */
const COMMENTS = /^\s*(?::[^\n]*\n\s*)+/u;
const isStream = (body: string): boolean => /^\s*(?:data|event|id|retry):/u.test(body);

/** Members whose pieces follow one another; of all others the last word holds. */
const GROWS = new Set([
  'content',
  'text',
  'response',
  'thinking',
  'thought',
  'reasoning',
  'reasoning_content',
  'reasoning_text',
  'refusal',
]);

/** Adds a piece of a streamed choice to what came of it before. */
function join(whole: Record<string, unknown>, piece: Json): void {
  for (const [name, value] of Object.entries(piece)) {
    const before = whole[name];
    if (typeof value === 'string' && typeof before === 'string' && GROWS.has(name)) whole[name] = before + value;
    else if (isObject(value) && isObject(before)) join(before as Record<string, unknown>, value);
    else if (Array.isArray(value) && Array.isArray(before)) whole[name] = [...(before as unknown[]), ...(value as unknown[])];
    else if (value !== null || before === undefined) whole[name] = structuredClone(value);
  }
}

const contentOf = (message: unknown): string => (isObject(message) && typeof message['content'] === 'string' ? message['content'] : '');

/** Adds a piece of a choice. Its `message` may be all that there is until now, by itself or beside a `delta`. */
function joinChoice(whole: Record<string, unknown>, { message, ...piece }: Json): void {
  join(whole, piece);
  if (message === undefined || whole['delta'] !== undefined) return;
  const before = contentOf(whole['message']);
  if (before !== '' && contentOf(message).startsWith(before)) delete whole['message'];
  join(whole, { message });
}

/** The values of a stream's events. Some leave out the blank line between two of them. */
function* eventsIn(body: string): Generator<unknown> {
  for (const event of body.split(/\r?\n\r?\n|\r\r/u)) {
    const lines = event.split(/\r?\n/u).flatMap((line) => (line.startsWith('data:') ? [line.slice(5).trim()] : []));
    const isEach = lines.length > 1 && lines.every((line) => /^(?:[{[].*[}\]])?$/u.test(line));
    for (const data of isEach ? lines : [lines.join('\n')]) {
      if (data !== '') yield data === '[DONE]' ? data : parseLenient(data);
    }
  }
}

/**
 * The reply in a stream that nobody asked for: its pieces put together. A stream that ends before any of its choices
 * says how it ended was broken off.
 */
function parseStream(pieces: Iterable<unknown>): unknown {
  const whole: Record<string, unknown> = {};
  const choices = new Map<unknown, Record<string, unknown>>();
  let isDone = false;
  for (const piece of pieces) {
    isDone ||= piece === '[DONE]';
    if (!isObject(piece)) continue;
    const { choices: given, ...rest } = piece;
    join(whole, rest);
    for (const choice of Array.isArray(given) ? given.filter(isObject) : []) {
      const index = choice['index'] ?? 0;
      const before = choices.get(index) ?? {};
      choices.set(index, before);
      joinChoice(before, choice);
    }
  }
  const all = [...choices.values()];
  if (all.length > 0 && !isDone && whole['error'] === undefined && all.every((choice) => choice['finish_reason'] == null)) {
    throw new SyntaxError('a stream of events that breaks off');
  }
  return { ...whole, ...(all.length > 0 && { choices: all }) };
}

/** One object a line, as Ollama streams; undefined where the lines are none, or not pieces of one reply. */
function linesOf(body: string): readonly Json[] | undefined {
  const lines = body.trim().split(/\r?\n/u);
  if (lines.length < 2 || !lines.every((line) => line.startsWith('{'))) return undefined;
  const pieces = lines.map((line) => parseLenient(line)).filter(isObject);
  return pieces.every((piece) => typeof piece['done'] === 'boolean' || piece['object'] === 'chat.completion.chunk') ? pieces : undefined;
}

/**
 * The JSON value in the body of a reply.
 *
 * @throws SyntaxError in words for a person, where there is none
 */
export function parseBody(body: string): unknown {
  const bare = body.replace(COMMENTS, '');
  if (isStream(bare)) return parseStream(eventsIn(bare));
  try {
    return parseLenient(bare);
  } catch (error) {
    let pieces: readonly Json[] | undefined;
    try {
      pieces = linesOf(bare);
    } catch {
      // Neither.
    }
    if (!pieces) throw error;
    return parseStream(pieces);
  }
}
