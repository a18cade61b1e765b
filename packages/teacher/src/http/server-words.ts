/** Characters that are told of a server's words. */
export const LONGEST = 400;

export const at = (value: unknown, ...keys: readonly string[]): unknown =>
  keys.reduce((inner, key) => (typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>)[key] : undefined), value);

/** A body as JSON; undefined where it is none. Google wraps its errors into a list. */
export function parsed(body: string): unknown {
  try {
    const value: unknown = JSON.parse(body);
    return Array.isArray(value) ? value[0] : value;
  } catch {
    return undefined;
  }
}

/** The items of FastAPI's and Pydantic's lists of faults, with where each is. */
function faultList(detail: unknown): string | undefined {
  if (!Array.isArray(detail)) return undefined;
  const faults = detail.map((fault: unknown) => {
    const place = at(fault, 'loc');
    return [Array.isArray(place) ? `${place.join('.')}: ` : '', at(fault, 'msg') ?? JSON.stringify(fault)].join('');
  });
  return faults.join('; ');
}

const isText = (candidate: unknown): candidate is string => typeof candidate === 'string' && candidate.trim() !== '';

/** Where servers put their words: OpenAI and most, OAuth, FastAPI, RFC 9457, Cohere, AWS, Baidu, MiniMax, Apigee, Cloudflare. */
function saidIn(value: unknown): string | undefined {
  const error = at(value, 'error');
  const base = at(value, 'base_resp', 'status_msg');
  const first = at(value, 'errors', '0', 'message');
  const fault = at(value, 'fault', 'faultstring');
  const members = ['message', 'detail', 'Message', 'error_message', 'error_msg', 'msg', 'title', 'description'].map((name) =>
    at(value, name),
  );
  const description = isText(error) ? at(value, 'error_description') : undefined;
  const said = [at(error, 'message'), description, at(error, 'detail'), error, first, fault, base, ...members].find(isText);
  return said ?? faultList(at(value, 'detail')) ?? faultList(at(value, 'message', 'detail')) ?? faultList(at(error, 'message', 'detail'));
}

/** A list of faults that stands in a text. */
function faultsIn(words: string): string | undefined {
  try {
    const all: unknown = JSON.parse(words);
    return Array.isArray(all) && all.every((fault) => at(fault, 'msg') !== undefined) ? faultList(all) : undefined;
  } catch {
    return undefined;
  }
}

/** The words within words: gateways hand on what a provider sent as text. */
function innermost(words: string): string {
  const inner = /^\s*[{[]/.test(words) ? (faultsIn(words) ?? saidIn(parsed(words))) : undefined;
  return inner === undefined || inner === words ? words : innermost(inner);
}

export const PAGE = /<html|<!doctype|<head/i;

/** The server's own words from an error body: JSON of any form, plain text or a page, on one line. */
export function serverWords(body: string): string {
  const value = parsed(body);
  // OpenRouter puts the words of the provider beside its own "Provider returned error".
  const raw = at(value, 'error', 'metadata', 'raw');
  const page = PAGE.test(body) ? (/<title[^>]*>([^<]*)<\/title>/i.exec(body)?.[1] ?? 'an HTML page') : body;
  const words =
    value === undefined ? page : innermost(isText(value) ? value : (saidIn(value) ?? JSON.stringify(at(value, 'error') ?? value)));
  const line = `${words}${isText(raw) ? `: ${innermost(raw)}` : ''}`.replace(/\s+/g, ' ').trim();
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
}
