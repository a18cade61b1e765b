type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Strings, and what stands between them that Python's `json` writes and JSON does not know. */
const TOKENS = /"(?:[^"\\]|\\[^])*"|-?\b(?:NaN|Infinity)\b/gu;
// eslint-disable-next-line no-control-regex
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

const isStream = (body: string): boolean => /^\s*(?::[^\n]*\r?\n\s*)*(?:data|event|id|retry):/u.test(body);

/** Adds a piece of a streamed choice to what came of it before. */
function join(whole: Record<string, unknown>, piece: Json): void {
  for (const [name, value] of Object.entries(piece)) {
    const before = whole[name];
    if (typeof value === 'string' && typeof before === 'string' && name !== 'role' && name !== 'finish_reason') {
      whole[name] = before + value;
    } else if (isObject(value) && isObject(before)) join(before as Record<string, unknown>, value);
    else if (Array.isArray(value) && Array.isArray(before)) whole[name] = [...(before as unknown[]), ...(value as unknown[])];
    else if (value !== null || before === undefined) whole[name] = structuredClone(value);
  }
}

/**
 * The reply in a stream of server-sent events that nobody asked for: its pieces put together. A stream that ends before
 * any of its choices says how it ended was broken off.
 */
function parseStream(body: string): unknown {
  const whole: Record<string, unknown> = {};
  const choices = new Map<unknown, Record<string, unknown>>();
  let isDone = false;
  for (const event of body.split(/\r?\n\r?\n|\r\r/u)) {
    const data = event
      .split(/\r?\n/u)
      .flatMap((line) => (line.startsWith('data:') ? [line.slice(5).trimStart()] : []))
      .join('\n');
    if (data === '') continue;
    if (data.trim() === '[DONE]') {
      isDone = true;
      continue;
    }
    const piece = parseLenient(data);
    if (!isObject(piece)) continue;
    const { choices: given, ...rest } = piece;
    join(whole, rest);
    for (const choice of Array.isArray(given) ? given.filter(isObject) : []) {
      const index = choice['index'] ?? 0;
      const before = choices.get(index) ?? {};
      choices.set(index, before);
      join(before, choice);
    }
  }
  const all = [...choices.values()];
  if (all.length > 0 && !isDone && whole['error'] === undefined && all.every((choice) => choice['finish_reason'] == null)) {
    throw new SyntaxError('a stream of events that breaks off');
  }
  return { ...whole, ...(all.length > 0 && { choices: all }) };
}

/**
 * The JSON value in the body of a reply.
 *
 * @throws SyntaxError in words for a person, where there is none
 */
export function parseBody(body: string): unknown {
  return isStream(body) ? parseStream(body) : parseLenient(body);
}
