/** What a client sends that must not be shown. */
interface Sent {
  /** Base URL, with user and password. */
  readonly url: URL;
  readonly apiKey: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly proxy: string | undefined;
}

/** Keys that servers without keys are called with, by their documentation: words, which may stand in any message. */
const PLACEHOLDER =
  /^(bearer|empty|none|null|ollama|vllm|lm-?studio|test(ing)?|dummy|fake|token|content|secret|api-?key|not-?needed|no-?key(-required)?|sk-no-key-required|[a-z]{1,5}|[0-9]{1,5})$/i;

/** A percent-encoded user or password; as it stands where a `%` in it encodes nothing. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** User and password of a URL as HTTP's basic authentication sends them; undefined: it has none. */
export function basicOf({ username, password }: URL): string | undefined {
  return username + password === '' ? undefined : Buffer.from(`${decoded(username)}:${decoded(password)}`).toString('base64');
}

/** The password of a URL, as it stands and as it is sent. A user without one is a key. */
function ofUrl(url: URL): string[] {
  const secret = url.password || url.username;
  return [secret, decoded(secret), basicOf(url) ?? ''];
}

/** Values of a query as they stand in the URL, and decoded. */
const queryValues = (url: URL): string[] =>
  [...url.search.matchAll(/=([^&]+)/g)].flatMap(([, value = '']) => [value, decoded(value.replaceAll('+', ' '))]);

/** A header's value, and the key in it that a scheme stands before: `Bearer …`, `Basic …`, where a server may tell the password. */
function ofHeader(value: string): string[] {
  const [, encoded] = /^basic\s+(\S+)$/i.exec(value) ?? [];
  const [, user, password] = /^([^:]*):(.*)$/s.exec(Buffer.from(encoded ?? '', 'base64').toString()) ?? [];
  return [value, ...value.split(/\s+/), ...(password || user ? [password || user!] : [])];
}

const inJson = (text: string): string => JSON.stringify(text).slice(1, -1);

/** A secret as it stands in the text of an error: by itself, in a URL, in JSON, in JSON that a proxy quotes in its own, in PHP's JSON. */
const formsOf = (secret: string): string[] => [
  secret,
  encodeURIComponent(secret),
  inJson(secret),
  inJson(inJson(secret)),
  inJson(secret).replaceAll('/', '\\/'),
];

/** All that must not be shown of what a client sends, in every form that a server may give it; the longest first: one may hold another. */
export function secretsOf({ url, apiKey = '', headers, proxy }: Sent): string[] {
  const certain = [...ofUrl(url), ...(proxy === undefined ? [] : ofUrl(new URL(proxy)))];
  const words = [apiKey, ...Object.values(headers).flatMap(ofHeader), ...queryValues(url)].filter((word) => !PLACEHOLDER.test(word));
  const secrets = [...certain, ...words].filter((secret) => secret.length > 3);
  return [...new Set(secrets.flatMap(formsOf))].sort((a, b) => b.length - a.length);
}
