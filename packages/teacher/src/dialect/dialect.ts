import { SdgError, type TeacherRequest, NONE } from '@sdg/core';
import { listed } from '../http/served-models.js';
import { type Api } from '../http/request-body.js';
import { familyTemplate, type ChatTemplate } from './chat-template.js';
import { familyOf, reasons } from './chat-templates.js';

/** What a server turned out to speak. Kept in the cache, so that a replay needs no server. */
export interface Spoken {
  /** Model of requests that name none; undefined where several are served. */
  readonly model?: string;
  /** The models that are served, where that was asked. */
  readonly served?: readonly string[];
  /** Whether the server has the completions API. */
  readonly completions: boolean;
  /**
   * Whether it is known to pass prompts on as they are. Ollama, LiteLLM and other gateways put the model's own template
   * around them, so that every turn would be doubled. Notes of earlier versions do not say.
   */
  readonly raw?: boolean;
  /** False where the server turned out to have completions and no chat. */
  readonly chat?: boolean;
}

export interface DialectOptions {
  readonly api: 'auto' | Api;
  /** Family for every model; default: by the model's name. */
  readonly family?: string | undefined;
  /** The model's own template; wins over the family's. */
  readonly template?: ChatTemplate | undefined;
}

/** Which API a model's messages go to, and with which template. */
interface Choice {
  readonly api: Api;
  /** `llama`, or `own` for the model's own template; undefined for chat. */
  readonly family?: string;
  readonly template?: ChatTemplate;
}

/**
 * Decides between completions and chat for one model: completions where its own template was given, or where the turns
 * of its family are known, the server adds none of its own, and the model does not reason, or there is no chat.
 */
export function chooseApi(model: string, requestFamily: string | undefined, options: DialectOptions, spoken: Spoken): Choice {
  const { api, template } = options;
  const isAuto = api === 'auto';
  if (api === 'chat' || (isAuto && !spoken.completions)) return { api: 'chat' };
  if (template) return { api: 'completions', family: 'own', template };
  const mayChat = isAuto && spoken.chat !== false;
  if (mayChat && options.family === undefined && (!takesRaw(spoken) || reasons(model))) return { api: 'chat' };
  const family = options.family ?? requestFamily ?? familyOf(model);
  if (family !== undefined) return { api: 'completions', family, template: familyTemplate(family) };
  if (mayChat) return { api: 'chat' };
  throw unknownTemplate(model, spoken);
}

/** Whether the server takes a prompt as it stands, and adds no turns of its own. */
const takesRaw = ({ raw, completions }: Spoken): boolean => (raw ?? completions) === true;

function unknownTemplate(model: string, spoken: Spoken): SdgError {
  return new SdgError('usage', `the chat template of model "${model}" is not known`, {
    remedy:
      spoken.chat === false
        ? 'the teacher has no chat API, so pass --model-family (blank for a model without turns), or --chat-template with the model’s own'
        : 'pass --model-family, or --chat-template with the model’s own, or --api chat',
  });
}

/**
 * A request in the server's dialect: with its model named, and either a `prompt` for completions or `messages` for
 * chat. A raw prompt for a server that has only chat becomes one user turn.
 */
export function translate(request: TeacherRequest, options: DialectOptions, spoken: Spoken): TeacherRequest {
  const { prompt, messages = [], family, ...rest } = request;
  const model = request.model ?? spoken.model;
  if (model === undefined) throw severalModels(spoken.served ?? []);
  if (prompt !== undefined) {
    const chatOnly = options.api === 'chat' || (options.api === 'auto' && !spoken.completions);
    return { ...NONE, ...rest, model, ...(chatOnly ? { messages: [{ role: 'user', content: prompt }] } : { prompt }) };
  }
  const { template } = chooseApi(model, family, options, spoken);
  return { ...NONE, ...rest, model, ...(template ? { prompt: template(messages) } : { messages }) };
}

function severalModels(served: readonly string[]): SdgError {
  return new SdgError('config', `no model is named, and the teacher serves ${served.length === 0 ? 'none that it names' : served.length}`, {
    remedy: served.length === 0 ? 'pass --model or set SDG_MODEL' : `pass --model, or set SDG_MODEL, with one of: ${listed(served)}`,
  });
}
