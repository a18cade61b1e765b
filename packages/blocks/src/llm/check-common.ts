import { type ConfigLoader, suggest } from '@sdg/core';
import { parseTemplate } from '@sdg/python/jinja';
import { templateProblem } from './template-problem.js';
import { compilePattern, RegexSyntaxError } from '@sdg/python/regex';
import type { LlmCommon } from './config.js';
import { GenKwargs, wrappingText, type TeacherConfig } from './request.js';

/** Names that servers know in a request body and that a near miss of ours shall not be mistaken for. */
const FURTHER = (
  'top_k min_p best_of echo suffix logit_bias user repetition_penalty length_penalty min_tokens ignore_eos ' +
  'skip_special_tokens guided_json guided_regex guided_choice reasoning_effort top_logprobs'
).split(' ');

/** Reports what is wrong with how a block asks: a template around the prompt that does not parse, a misspelt parameter. */
export function checkTeacherConfig({ model_prompt, gen_kwargs }: TeacherConfig, loader: ConfigLoader): boolean {
  let good = true;
  if (model_prompt) {
    try {
      const { required } = parseTemplate(wrappingText(model_prompt)).names;
      if (!required.includes('prompt') && !required.includes('messages')) {
        loader.report(['model_prompt'], {
          severity: 'warning',
          rule: 'llm/model-prompt',
          message: 'the template leaves the prompt out',
          remedy: 'write {{ prompt }} or {{ messages[0].content }} where it belongs',
        });
      }
    } catch (error) {
      good = false;
      loader.report(['model_prompt'], { rule: 'llm/model-prompt', ...templateProblem(error as Error) });
    }
  }
  const known = Object.keys(GenKwargs.properties);
  for (const name of Object.keys(gen_kwargs ?? {})) {
    const meant = known.includes(name) || FURTHER.includes(name) ? undefined : suggest(name, known);
    if (meant === undefined) continue;
    good = false;
    loader.report(['gen_kwargs', name], {
      rule: 'llm/gen-kwargs',
      message: `sampling parameter "${name}" is not known`,
      remedy: `did you mean "${meant}"? What the server alone knows goes under extra_body`,
    });
  }
  return good;
}

/** Reports a pattern that does not parse, or whose groups do not pair with the output columns. */
function checkPattern({ output_cols, parser_kwargs }: LlmCommon, loader: ConfigLoader): boolean {
  const { parser_name, parsing_pattern } = parser_kwargs ?? {};
  const at = ['parser_kwargs', 'parsing_pattern'];
  if (parser_name == null && parsing_pattern != null) {
    loader.report(at, { severity: 'warning', rule: 'llm/parser', message: 'the pattern has no effect', remedy: 'add parser_name: custom' });
  }
  if (parser_name === 'custom' && parsing_pattern == null) {
    loader.report(['parser_kwargs'], {
      rule: 'llm/parser',
      message: 'parser_name is custom and there is no parsing_pattern',
      remedy: 'add one',
    });
    return false;
  }
  if (parser_name !== 'custom' || parsing_pattern == null) return true;
  try {
    const groups = Math.max(1, compilePattern(parsing_pattern).groups);
    if (groups === output_cols.length) return true;
    const further = groups > output_cols.length;
    loader.report(at, {
      // As in the original, groups pair with columns from the first one on.
      ...(further && { severity: 'warning' as const }),
      rule: 'llm/parser',
      message:
        `the pattern has ${groups} group${groups === 1 ? '' : 's'} for ${output_cols.length} output_cols ` + `(${output_cols.join(', ')})`,
      remedy: 'give every output column one group, in the same order; (?:…) groups without counting',
    });
    return further;
  } catch (error) {
    if (!(error instanceof RegexSyntaxError)) throw error;
    loader.report(at, {
      rule: 'llm/parser',
      message: `the pattern does not parse: ${error.message}, at character ${error.index + 1} of ${JSON.stringify(parsing_pattern)}`,
    });
  }
  return false;
}

/** Everything that can be wrong in what the LLM blocks have in common, beyond their schema. */
export function checkCommon(config: LlmCommon, loader: ConfigLoader): boolean {
  return [checkTeacherConfig(config, loader), checkPattern(config, loader)].every(Boolean);
}
