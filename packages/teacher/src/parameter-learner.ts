import { SdgError, type SamplingParameters, type Teacher, type TeacherRequest } from '@sdg/core';

/** Parameters without which a reply is still what was asked for, in the order in which they are looked for. */
const OPTIONAL = ['max_completion_tokens', 'max_tokens', 'temperature', 'top_p', 'seed', 'frequency_penalty', 'presence_penalty'] as const;
type Optional = (typeof OPTIONAL)[number];

/** How servers say that they do not know a parameter, or will not take its value. */
const REFUSED =
  /unsupported|not support|unrecogni[sz]ed|unknown|extra (?:inputs|fields)|extra_forbidden|forbidden|not (?:allowed|permitted|available)|unexpected|does ?n.t accept|not accept|cannot find|cannot (?:both )?be (?:specified|used|set)|deprecated|additional properties|use '?max_(?:completion_)?tokens/i;

/** What a model takes otherwise than it is asked: by another name, or not at all. */
type Learnt = ReadonlyMap<Optional, string | undefined>;

const isSent = (parameters: SamplingParameters, name: Optional): boolean =>
  (parameters as Record<string, unknown>)[name] !== undefined || parameters.extra_body?.[name] !== undefined;

/** The parameter of a request that a refusal is about, and the name that the server wants for it. */
function culprit(error: SdgError, { parameters }: TeacherRequest): readonly [Optional, string | undefined] | undefined {
  if (error.code !== 'teacher-refused' || !REFUSED.test(error.what)) return undefined;
  const named = (name: string): number => new RegExp(`(?<![\\w])${name}(?![\\w])`).exec(error.what)?.index ?? Infinity;
  // The first that is named is what it is about; what is named after it may be the way out.
  const sent = OPTIONAL.filter((name) => isSent(parameters, name) && named(name) < Infinity).sort((a, b) => named(a) - named(b));
  const [name] = sent;
  if (name === undefined) return undefined;
  const other = { max_tokens: 'max_completion_tokens', max_completion_tokens: 'max_tokens' }[name as string];
  return [name, other !== undefined && named(other) < Infinity ? other : undefined];
}

/** The parameters as the model takes them. */
function adapted(parameters: SamplingParameters, learnt: Learnt): SamplingParameters {
  const { extra_body: extra = {}, ...plain } = parameters;
  const isLearnt = (name: string): boolean => learnt.has(name as Optional);
  const kept = (members: object): [string, unknown][] => Object.entries(members).filter(([name]) => !isLearnt(name));
  const body: Record<string, unknown> = Object.fromEntries(kept(extra));
  for (const [name, other] of learnt) {
    const value = extra[name] ?? (plain as Record<string, unknown>)[name];
    if (other !== undefined && value !== undefined && !isLearnt(other)) body[other] ??= value;
  }
  return { ...Object.fromEntries(kept(plain)), ...(Object.keys(body).length > 0 && { extra_body: body }) };
}

/**
 * Learns from servers' refusals which of the common parameters a model does not take, once for each, and leaves them out
 * or calls them otherwise from then on: `max_tokens` is `max_completion_tokens` for newer models, `temperature` has one
 * value for those that reason. What a reply cannot do without (`stop`, `logprobs`, `response_format`) is not left out.
 * Said in a line. Gives what puts it around a server: behind the queue, so that calls which wait there profit too.
 */
export function parameterLearner(onNotice?: (text: string) => void): <Server extends Pick<Teacher, 'complete'>>(server: Server) => Server {
  const byModel = new Map<string, Map<Optional, string | undefined>>();
  return (server) => ({
    ...server,
    async complete(request, options) {
      const model = request.model ?? '';
      const learnt = byModel.get(model) ?? new Map<Optional, string | undefined>();
      byModel.set(model, learnt);
      for (;;) {
        const known = learnt.size;
        const asked = known === 0 ? request : { ...request, parameters: adapted(request.parameters, learnt) };
        try {
          return await server.complete(asked, options);
        } catch (error) {
          const found = error instanceof SdgError ? culprit(error, asked) : undefined;
          if (!found) throw error;
          const [name, other] = found;
          // Of calls that went out together the first has learnt for all; one that was refused twice for it is refused.
          if (!learnt.has(name)) {
            learnt.set(name, other);
            onNotice?.(
              `${model || 'the model'} does not take ${name}; ` +
                `${other === undefined || learnt.has(other as Optional) ? 'it is left out from now on' : `${other} is sent in its place`}` +
                ` (${(error as SdgError).what})`,
            );
          } else if (learnt.size === known && asked !== request) throw error;
        }
      }
    },
  });
}
