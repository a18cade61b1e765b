/** The turns of merlinite and of granite 7b-lab. */
const LAB = `{% for message in messages -%}
{{ '<|' + message.role + '|>\\n' + message.content + '\\n' }}
{%- endfor -%}
{{ '<|assistant|>\\n' }}`;

/** Mixtral and Mistral: no system role, so it leads the first user turn. */
const INST = `<s>{% set ns = namespace(system='') %}
{%- for message in messages %}
{%- if message.role == 'system' %}{% set ns.system = ns.system + message.content + '\\n\\n' %}
{%- elif message.role == 'user' %}{{ ' [INST] ' + ns.system + message.content + ' [/INST]' }}{% set ns.system = '' %}
{%- else %}{{ ' ' + message.content + '</s>' }}
{%- endif %}
{%- endfor %}`;

/** Llama 3.x. The server adds its begin-of-text token itself. */
const LLAMA = `{% for message in messages -%}
{{ '<|start_header_id|>' + message.role + '<|end_header_id|>\\n\\n' + message.content + '<|eot_id|>' }}
{%- endfor -%}
{{ '<|start_header_id|>assistant<|end_header_id|>\\n\\n' }}`;

const CHATML = `{% for message in messages -%}
{{ '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>\\n' }}
{%- endfor -%}
{{ '<|im_start|>assistant\\n' }}`;

/** Gemma: no system role; the assistant is called model. */
const GEMMA = `{% set ns = namespace(system='') %}
{%- for message in messages %}
{%- if message.role == 'system' %}{% set ns.system = ns.system + message.content + '\\n\\n' %}
{%- else %}{{ '<start_of_turn>' + ('model' if message.role == 'assistant' else 'user') + '\\n' + ns.system + message.content + \
'<end_of_turn>\\n' }}{% set ns.system = '' %}
{%- endif %}
{%- endfor %}{{ '<start_of_turn>model\\n' }}`;

const PHI = `{% for message in messages -%}
{{ '<|' + message.role + '|>\\n' + message.content + '<|end|>\\n' }}
{%- endfor -%}
{{ '<|assistant|>\\n' }}`;

const GRANITE3 = `{% for message in messages -%}
{{ '<|start_of_role|>' + message.role + '<|end_of_role|>' + message.content + '<|end_of_text|>\\n' }}
{%- endfor -%}
{{ '<|start_of_role|>assistant<|end_of_role|>' }}`;

/** No template: the contents as they are. */
const BLANK = `{% for message in messages %}{{ message.content }}{% if not loop.last %}{{ '\\n' }}{% endif %}{% endfor %}`;

/** Jinja chat templates over `messages` by model family, each ending where the assistant's turn begins. */
export const chatTemplates: Readonly<Record<string, string>> = {
  merlinite: LAB,
  granite: LAB,
  granite3: GRANITE3,
  mixtral: INST,
  mistral: INST,
  llama: LLAMA,
  chatml: CHATML,
  qwen: CHATML,
  gemma: GEMMA,
  phi: PHI,
  blank: BLANK,
};

/** Names that `--model-family` takes. */
export const families: readonly string[] = Object.keys(chatTemplates);

/** Versions of a family whose turns look different from its template: chat is right for them. */
const OTHERWISE: Readonly<Record<string, (version: number) => boolean>> = {
  llama: (version) => version < 3 || version >= 4,
  phi: (version) => version === 4,
};

/**
 * The family of a model, by the leading word of its file name (`mistralai/Mixtral-8x7B-Instruct-v0.1` is `mixtral`);
 * undefined where it is not known for certain.
 */
export function familyOf(model: string): string | undefined {
  const file = model
    .replace(/[/\\]+$/, '')
    .split(/[/\\]/)
    .at(-1)!
    .toLowerCase()
    .replace(/^meta-/, '');
  const [, word = '', version = ''] = /^([a-z]+)[-_]?v?(\d+(?:\.\d+)?)?(?![\dbx])/.exec(file) ?? /^([a-z]+)/.exec(file) ?? [];
  if (!(word in chatTemplates) || word === 'blank') return undefined;
  const number = version === '' ? undefined : Number(version);
  if (number !== undefined && OTHERWISE[word]?.(number)) return undefined;
  return word === 'granite' && number !== undefined && number >= 3 ? 'granite3' : word;
}

/** Names of models that think before they answer, whatever family they were made from. */
const REASONERS = /think|reason|qwq|nemotron|magistral|(?:^|[^a-z0-9])(?:r1|o[134]|cot)(?:[^a-z0-9]|$)/;

/**
 * Whether a model shows what it thinks, by its name. The completions API hands that out as part of the text, in a
 * prompt that its own template would have written otherwise; chat takes it apart.
 */
export function reasons(model: string): boolean {
  const file = model
    .replace(/[/\\]+$/, '')
    .split(/[/\\]/)
    .at(-1)!
    .toLowerCase();
  const [, word = '', version = '0'] = /^([a-z]+)[-_]?v?(\d+(?:\.\d+)?)?(?![\dbx])/.exec(file) ?? [];
  return REASONERS.test(file) || (REASONS_FROM[word] ?? Infinity) <= Number(version);
}

/** The version from which on the models of a family reason. */
const REASONS_FROM: Readonly<Record<string, number>> = { qwen: 3, gemma: 4, granite: 3.2, phi: 4 };
