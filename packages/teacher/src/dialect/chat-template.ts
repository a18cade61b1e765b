import { Template } from '@huggingface/jinja';
import { SdgError, suggest, type Message } from '@sdg/core';
import { chatTemplates, families } from './chat-templates.js';

/** Turns messages into the prompt of the completions API. */
export type ChatTemplate = (messages: readonly Message[]) => string;

const compiled = new Map<string, ChatTemplate>();

/** A Jinja chat template as in `tokenizer_config.json`. Servers add the begin token themselves, so it is taken off. */
export function compileChatTemplate(source: string, tokens: { readonly bos?: string; readonly eos?: string } = {}): ChatTemplate {
  let template: Template;
  try {
    template = new Template(source);
  } catch (error) {
    throw new SdgError('config', `the chat template does not parse: ${(error as Error).message}`, { cause: error });
  }
  const { bos = '', eos = '' } = tokens;
  return (messages) => {
    try {
      const text = template.render({ messages, add_generation_prompt: true, bos_token: bos, eos_token: eos, tools: null });
      return bos !== '' && text.startsWith(bos) ? text.slice(bos.length) : text;
    } catch (error) {
      throw new SdgError('config', `the chat template does not take these messages: ${(error as Error).message}`, { cause: error });
    }
  };
}

/** The shipped template of a family. @throws SdgError `usage` with the known names */
export function familyTemplate(family: string): ChatTemplate {
  const known = compiled.get(family);
  if (known) return known;
  const source = Object.hasOwn(chatTemplates, family) ? chatTemplates[family] : undefined;
  if (source === undefined) {
    const meant = suggest(family, families);
    throw new SdgError('usage', `model family "${family}" is not known`, {
      remedy: meant ? `did you mean ${meant}?` : `known are ${families.join(', ')}; or pass --api chat`,
    });
  }
  const template = compileChatTemplate(source);
  compiled.set(family, template);
  return template;
}

/** The model's own template from the text of its `tokenizer_config.json`. @throws SdgError `config` where it has none */
export function tokenizerTemplate(text: string, file: string): ChatTemplate {
  const wrong = (what: string): SdgError =>
    new SdgError('config', what, { place: { file }, remedy: 'give the tokenizer_config.json of a chat model' });
  let config: Record<string, unknown>;
  try {
    config = JSON.parse(text) as Record<string, unknown>;
  } catch {
    throw wrong('not JSON');
  }
  const given = config['chat_template'];
  const named = Array.isArray(given) ? (given as readonly { name?: unknown; template?: unknown }[]) : undefined;
  const source = named ? (named.find(({ name }) => name === 'default') ?? named[0])?.template : given;
  if (typeof source !== 'string') throw wrong('there is no chat_template in it');
  const token = (name: string): string => {
    const value = config[name];
    if (typeof value === 'string') return value;
    const content = (value as { content?: unknown } | null | undefined)?.content;
    return typeof content === 'string' ? content : '';
  };
  return compileChatTemplate(source, { bos: token('bos_token'), eos: token('eos_token') });
}
