import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { catalog } from '@sdg/blocks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadPipeline } from './load-pipeline.js';

/** One thing done wrong in a copy of the shipped pipelines. */
interface Mistake {
  readonly title: string;
  /** File in the copy, below the pipelines folder. */
  readonly file: string;
  /** What is changed there: the first occurrence of a text, and what stands in its place. */
  readonly change: readonly [from: string, to: string];
  /** Text of the line that must be named; of the changed file unless `in` says another. */
  readonly line: string;
  readonly in?: string;
  readonly says: RegExp;
  readonly severity?: 'warning';
}

const K = 'full/knowledge.yaml';
const F = 'full/freeform_skills.yaml';
const P = 'full/prompts/freeform_questions.yaml';
const E = 'full/prompts/evaluate_freeform_questions.yaml';
const block = (type: string, config: string): string => `blocks:\n  - name: extra\n    type: ${type}\n    config:\n${config}`;
const first = (type: string, config: string): readonly [string, string] => ['blocks:\n', `${block(type, config)}\n`];

const mistakes: readonly Mistake[] = [
  // The file
  { title: 'YAML that does not parse', file: F, change: ['blocks:', 'blocks: ['], line: '', says: /./ },
  {
    title: 'a key given twice',
    file: F,
    change: ['    type: LLMBlock', '    type: LLMBlock\n    type: LLMBlock'],
    line: 'type: LLMBlock',
    says: /"type" is given twice/,
    severity: 'warning',
  },
  { title: 'version is a number', file: F, change: ['version: "1.0"', 'version: 1.0'], line: 'version', says: /expected string, found 1/ },
  { title: 'version is missing', file: F, change: ['version: "1.0"\n', ''], line: 'blocks', says: /field "version" is missing/ },
  {
    title: 'version is no version',
    file: F,
    change: ['"1.0"', '"one"'],
    line: 'version',
    says: /"one" is not a version; write version: "1.0"/,
  },
  { title: 'version is of the future', file: F, change: ['"1.0"', '"2.0"'], line: 'version', says: /version 2\.0 is not supported/ },
  {
    title: 'version is a little newer',
    file: F,
    change: ['"1.0"', '"1.1"'],
    line: 'version',
    says: /newer than 1\.0/,
    severity: 'warning',
  },
  {
    title: 'blocks are missing',
    file: F,
    change: ['blocks:', 'block:'],
    line: 'block',
    says: /field "block" is not known; did you mean "blocks"\?/,
  },
  {
    title: 'no blocks in the list',
    file: 'eval/mmlu_bench.yaml',
    change: ['blocks:\n', 'blocks: []\nx:\n'],
    line: 'blocks: []',
    says: /has no blocks/,
  },
  {
    title: 'auxiliary instructions are not lists',
    file: K,
    change: ['    spellcheck:\n', '    other: text\n    spellcheck:\n'],
    line: 'other: text',
    says: /expected array, found "text"/,
  },
  {
    title: 'an unknown field in datamixing',
    file: K,
    change: ['auxiliary_instructions', 'auxilary_instructions'],
    line: 'auxilary',
    says: /did you mean "auxiliary_instructions"\?/,
  },
  {
    title: 'auxiliary instructions for a misspelt type',
    file: K,
    change: ['    spellcheck:\n', '    spelcheck:\n'],
    line: '    spelcheck:',
    says: /no sample has dataset_type "spelcheck", so these instructions go nowhere; did you mean "spellcheck"\?/,
  },
  {
    title: 'auxiliary instructions for a type that there is not',
    file: K,
    change: ['    spellcheck:\n', '    other: [x]\n    spellcheck:\n'],
    line: '    other: [x]',
    says: /no sample has dataset_type "other".*; there are spellcheck, base_document/,
    severity: 'warning',
  },
  // The block
  {
    title: 'unknown block type',
    file: F,
    change: ['type: LLMBlock', 'type: LMBlock'],
    line: 'LMBlock',
    says: /there is no block type "LMBlock"; did you mean "LLMBlock"\?/,
  },
  {
    title: 'a block without a type',
    file: F,
    change: ['    type: LLMBlock\n', ''],
    line: 'name: gen_questions',
    says: /field "type" is missing/,
  },
  {
    title: 'a block without a name',
    file: F,
    change: ['  - name: gen_questions\n    type', '  - type'],
    line: 'type: LLMBlock',
    says: /field "name" is missing/,
  },
  {
    title: 'two blocks of one name',
    file: F,
    change: ['name: eval_questions', 'name: gen_questions'],
    line: 'name: gen_questions',
    says: /two blocks are named "gen_questions"/,
  },
  {
    title: 'an unknown field of a block',
    file: F,
    change: ['drop_duplicates:', 'drop_duplicate:'],
    line: 'drop_duplicate:',
    says: /did you mean "drop_duplicates"\?/,
  },
  {
    title: 'drop_duplicates is a text',
    file: F,
    change: ['drop_duplicates:\n      - question', 'drop_duplicates: question'],
    line: 'drop_duplicates',
    says: /expected array or null|expected array/,
  },
  // The config
  {
    title: 'an unknown field of a config',
    file: F,
    change: ['output_cols', 'output_columns'],
    line: 'output_columns',
    says: /field "output_columns" is not known; did you mean "output_cols"\?/,
  },
  {
    title: 'a required field is missing',
    file: F,
    change: ['      filter_column: score\n', ''],
    line: 'filter_value',
    says: /field "filter_column" is missing/,
  },
  {
    title: 'a wrong type',
    file: F,
    change: ['num_samples: 30', 'num_samples: many'],
    line: 'num_samples: many',
    says: /expected integer, found "many"/,
  },
  { title: 'a number out of range', file: F, change: ['num_samples: 30', 'num_samples: 0'], line: 'num_samples: 0', says: /must be >= 1/ },
  { title: 'an unknown operation', file: F, change: ['operation: eq', 'operation: equals'], line: 'operation: equals', says: /./ },
  { title: 'an unknown dtype', file: F, change: ['convert_dtype: float', 'convert_dtype: flaot'], line: 'flaot', says: /./ },
  {
    title: 'a filter value that does not convert',
    file: F,
    change: ['filter_value: 1.0', 'filter_value: good'],
    line: 'filter_value: good',
    says: /"good" is not a number/,
  },
  { title: 'n is a wrong word', file: 'simple/knowledge.yaml', change: ['n: scaled', 'n: scale'], line: 'n: scale', says: /./ },
  {
    title: 'temperature is negative',
    file: 'simple/knowledge.yaml',
    change: ['temperature: 0.7', 'temperature: -1'],
    line: 'temperature: -1',
    says: /must be >= 0/,
  },
  {
    title: 'a misspelt sampling parameter',
    file: 'simple/knowledge.yaml',
    change: ['max_tokens: 2048', 'max_token: 2048'],
    line: 'max_token: 2048',
    says: /did you mean "max_tokens"\?/,
  },
  {
    title: 'a parser that does not exist',
    file: K,
    change: ['parser_name: custom', 'parser_name: regex'],
    line: 'parser_name: regex',
    says: /expected "custom" or null, found "regex"/,
  },
  {
    title: 'a custom parser without a pattern',
    file: K,
    change: ['parsing_pattern', 'parser_cleanup_tags: []\n        #'],
    line: 'parser_',
    says: /no parsing_pattern|already|unique/,
  },
  {
    title: 'a pattern without effect',
    file: F,
    change: ['      batch_kwargs', '      parser_kwargs: { parsing_pattern: x }\n      batch_kwargs'],
    line: 'parsing_pattern',
    says: /the pattern has no effect; add parser_name: custom/,
    severity: 'warning',
  },
  {
    title: 'a pattern that does not parse',
    file: K,
    change: ['(.*?)\\s*(?=', '(.*?\\s*(?='],
    line: 'parsing_pattern',
    says: /the pattern does not parse: missing \), .*at character \d+/,
  },
  {
    title: 'a pattern that Python does not have',
    file: K,
    change: ['(.*?)', '(?<q>.*?)'],
    line: 'parsing_pattern',
    says: /\(\?P<name>…\)/,
  },
  {
    title: 'fewer groups than columns',
    file: K,
    change: ['(.*?)', '.*?'],
    line: 'parsing_pattern',
    says: /1 group for 2 output_cols \(question, response\)/,
  },
  {
    title: 'more groups than columns',
    file: K,
    change: ['(.*?)', '(.*?)()'],
    line: 'parsing_pattern',
    says: /groups for 2 output_cols \(question, response\)/,
    severity: 'warning',
  },
  {
    title: 'an output column named twice',
    file: F,
    change: ['        - evaluation\n        - score', '        - score\n        - score'],
    line: '- score',
    says: /output column "score" is named twice/,
  },
  {
    title: 'names and values in one column',
    file: F,
    change: first('FlattenColumnsBlock', '      var_cols: [seed_question, seed_response]\n      value_name: x\n      var_name: x'),
    line: 'value_name: x',
    says: /output column "x" is named twice/,
  },
  {
    title: 'reasoning in the column of the answer',
    file: F,
    change: first('LLMMessagesBlock', '      input_col: seed_question\n      output_col: x\n      reasoning_col: x'),
    line: 'output_col: x',
    says: /output column "x" is named twice/,
  },
  {
    title: 'a model_prompt that does not parse',
    file: F,
    change: ['      batch_kwargs', '      model_prompt: "{{ prompt"\n      batch_kwargs'],
    line: 'model_prompt',
    says: /the template does not parse/,
  },
  {
    title: 'a model_prompt without the prompt',
    file: F,
    change: ['      batch_kwargs', '      model_prompt: "<s>"\n      batch_kwargs'],
    line: 'model_prompt',
    says: /leaves the prompt out/,
    severity: 'warning',
  },
  {
    title: 'temperature 0 for several messages',
    file: F,
    change: first('LLMMessagesBlock', '      input_col: seed_question\n      output_col: x\n      gen_kwargs: { n: 3 }'),
    line: 'gen_kwargs',
    says: /lifted to 0\.7/,
    severity: 'warning',
  },
  {
    title: 'a map template that does not parse',
    file: F,
    change: first('MapBlock', '      columns: { x: "{% if %}" }'),
    line: 'columns',
    says: /the template does not parse/,
  },
  {
    title: 'a rubric that does not parse',
    file: F,
    change: first('LLMJudgeBlock', '      rubric: "{{ seed_response"'),
    line: 'rubric',
    says: /the template does not parse: "{{" is not closed; close it with }}/,
  },
  {
    title: 'a random sample of no amount',
    file: F,
    change: first('RandomSampleBlock', '      {}'),
    line: '',
    says: /give either fraction or count/,
  },
  {
    title: 'an iterated block of unknown type',
    file: F,
    change: first('IterBlock', '      num_iters: 2\n      block_type: LLMBlok'),
    line: 'LLMBlok',
    says: /did you mean "LLMBlock"\?/,
  },
  {
    title: 'the number of times misspelt',
    file: F,
    change: first('IterBlock', '      num_iter: 2\n      block_type: LLMBlock'),
    line: 'num_iter: 2',
    says: /field "num_iters" is missing; did you mean it by "num_iter"\?/,
  },
  {
    title: 'the number of times misspelt beside it',
    file: F,
    change: first('IterBlock', '      num_iters: 2\n      numiters: 3\n      block_type: MapBlock\n      columns: { x: y }'),
    line: 'numiters: 3',
    says: /field "numiters" is not known; did you mean "num_iters"\?/,
  },
  {
    title: 'an inner config misspelt',
    file: F,
    change: first('IterBlock', '      num_iters: 2\n      block_type: MapBlock\n      block_confg: { columns: { x: y } }'),
    line: 'block_confg',
    says: /did you mean "block_config"\?/,
  },
  {
    title: 'a filter for more than nothing',
    file: F,
    change: first('FilterByValueBlock', '      filter_column: seed_question\n      filter_value: null\n      operation: gt'),
    line: 'filter_value',
    says: /nothing is greater or less than null/,
  },
  {
    title: 'a mistake inside an iterated block',
    file: F,
    change: first(
      'IterBlock',
      '      num_iters: 2\n      block_type: LLMBlock\n      block_config:\n        config_path: prompts/spellcheck.yaml\n      ' +
        '  output_col: [x]',
    ),
    line: 'output_col',
    says: /did you mean "output_cols"\?/,
  },
  {
    title: 'a mistake beside the config of an iterated block',
    file: F,
    change: first(
      'IterBlock',
      '      num_iters: 2\n      block_type: LLMBlock\n      block_kwargs:\n        config_path: prompts/spellcheck.yaml\n      ' +
        '  output_cols: [x]\n      gen_kwargs:\n        temperature: hot',
    ),
    line: 'temperature: hot',
    says: /expected number or null, found "hot"/,
  },
  {
    title: 'a config that is left empty',
    file: F,
    change: ['blocks:\n', 'blocks:\n  - name: extra\n    type: MapBlock\n    config:\n'],
    line: 'config:',
    says: /field "columns" is missing/,
  },
  {
    title: 'an iterated barrier',
    file: F,
    change: first('IterBlock', '      num_iters: 2\n      block_type: SetToMajorityValueBlock\n      col_name: leaf_node_type'),
    line: 'block_type',
    says: /cannot be repeated/,
  },
  {
    title: 'a key of conditional prompts given twice',
    file: F,
    change: first(
      'ConditionalLLMBlock',
      '      selector_column_name: leaf_node_type\n      output_cols: [x]\n      config_paths:\n        - ' +
        '[prompts/contexts.yaml, A]\n        - [prompts/contexts.yaml, A]',
    ),
    line: 'contexts',
    says: /key "A" is given twice/,
  },
  // The prompts
  {
    title: 'a prompt file that is not there',
    file: F,
    change: ['prompts/freeform_questions.yaml', 'prompts/freeform_question.yaml'],
    line: 'freeform_question.yaml',
    says: /there is no file prompts\/freeform_question\.yaml/,
  },
  {
    title: 'a prompt file that is a folder',
    file: F,
    change: ['prompts/freeform_questions.yaml', 'prompts'],
    line: 'config_path: prompts',
    says: /is a folder/,
  },
  {
    title: 'a prompt file inside a file',
    file: F,
    change: ['prompts/freeform_questions.yaml', 'prompts/freeform_questions.yaml/x.yaml'],
    line: 'x.yaml',
    says: /cannot read prompts\/freeform_questions\.yaml\/x\.yaml: ENOTDIR: not a directory; paths/,
  },
  { title: 'a prompt file that does not parse', file: P, change: ['system:', 'system: ['], line: '', says: /./ },
  {
    title: 'an unknown part of a prompt',
    file: P,
    change: ['generation:', 'generaton:'],
    line: 'generaton:',
    says: /field "generaton" is not known; did you mean "generation"\?/,
  },
  {
    title: 'a field of a prompt without effect',
    file: P,
    change: ['generation:', 'notes: x\ngeneration:'],
    line: 'notes:',
    says: /field "notes" is not known; it has no effect/,
    severity: 'warning',
  },
  {
    title: 'several columns and no tags',
    file: E,
    change: ['start_tags: ["[Start of Evaluation]", "[Start of Score]"]\nend_tags: ["[End of Evaluation]", "[End of Score]"]', ''],
    line: '',
    says: /nothing says which part of the reply is for which of 2 output_cols/,
  },
  {
    title: 'a part that is no text',
    file: P,
    change: ['system: You write tasks that train a language model in a skill.', 'system: [a]'],
    line: 'system',
    says: /expected string or null|expected string/,
  },
  {
    title: 'more tags than columns',
    file: P,
    change: ['start_tags: ["[Start of Question]"]', 'start_tags: ["[Start of Question]", "[x]"]'],
    line: 'start_tags',
    says: /2 start_tags for 1 output_cols \(question\)/,
  },
  {
    title: 'fewer tags than columns',
    file: E,
    change: ['end_tags: ["[End of Evaluation]", "[End of Score]"]', 'end_tags: ["[End of Evaluation]"]'],
    line: 'end_tags',
    says: /1 end_tags for 2 output_cols/,
  },
  {
    title: 'Jinja that does not parse',
    file: P,
    change: ['{{ task_description }}', '{{ task_description }'],
    line: '{{ task_description }',
    says: /does not parse: "{{" is not closed; close it with }}/,
  },
  {
    title: 'a bracket of Jinja that is not closed',
    file: P,
    change: ['{{ seed_question }}', '{{ (seed_question }}'],
    line: '{{ (seed_question }}',
    says: /{{ \(seed_question }} is no expression/,
  },
  {
    title: 'a statement that Jinja does not have',
    file: P,
    change: ['{{ seed_question }}', '{% fi seed_question %}x{% endif %}'],
    line: '{% fi',
    says: /no statement "fi"; (?:did you mean|there are)/,
  },
  {
    title: 'an if without an end',
    file: P,
    change: ['{{ seed_question }}', '{% if seed_question %}x'],
    line: '{% if seed_question %}',
    says: /{% if seed_question %} is not ended; add {% endif %}/,
  },
  {
    title: 'the end of something else',
    file: P,
    change: ['{{ seed_question }}', '{% for x in seed_question %}\n  {% endif %}'],
    line: '  {% endif %}',
    says: /{% endif %} ends nothing here; {% for x in seed_question %} is open/,
  },
  {
    title: 'a raw without an end',
    file: P,
    change: ['{{ seed_question }}', '{% raw %}{{ x'],
    line: '{% raw %}',
    says: /{% raw %} is not ended; add {% endraw %}/,
  },
  {
    title: 'the end of no raw',
    file: P,
    change: ['{{ seed_question }}', 'x\n  {% endraw %}'],
    line: '  {% endraw %}',
    says: /{% endraw %} ends nothing here$/,
  },
  {
    title: 'an else without an if',
    file: P,
    change: ['{{ seed_question }}', 'x\n  {% else %}'],
    line: '  {% else %}',
    says: /{% else %} belongs to no "if"/,
  },
  {
    title: 'a wrong "for"',
    file: P,
    change: ['{{ seed_question }}', '{% for x of seed_question %}{% endfor %}'],
    line: '{% for x of',
    says: /{% for x of seed_question %} is no "for"/,
  },
  {
    title: 'a wrong number',
    file: P,
    change: ['{{ seed_question }}', '{{ seed_question[1e] }}'],
    line: '[1e]',
    says: /is no expression: "1e" is no number/,
  },
  {
    title: 'a comment of Jinja that is not closed',
    file: P,
    change: ['{{ seed_question }}', '{# x'],
    line: '{# x',
    says: /the comment is not closed/,
  },
  {
    title: 'an unknown Jinja filter',
    file: P,
    change: ['{{ task_description }}', '{{ task_description | uper }}'],
    line: 'uper',
    says: /there is no filter "uper"; did you mean "upper"\?/,
  },
  {
    title: 'an unknown Jinja test',
    file: P,
    change: ['{{ task_description }}', '{% if task_description is defind %}x{% endif %}'],
    line: 'defind',
    says: /there is no test "defind"; did you mean "defined"\?/,
  },
  // The columns
  {
    title: 'a filter named inside another that there is not',
    file: P,
    change: ['{{ task_description }}', '{{ task_description.split() | map("uper") | join }}'],
    line: '"uper"',
    says: /there is no filter "uper"; did you mean "upper"\?/,
  },
  {
    title: 'a test named inside a filter that there is not',
    file: P,
    change: ['{{ task_description }}', '{{ task_description.split() | select("gretaerthan", "a") | join }}'],
    line: '"gretaerthan"',
    says: /there is no test "gretaerthan"; did you mean "greaterthan"\?/,
  },
  {
    title: 'an unknown method',
    file: P,
    change: ['{{ task_description }}', '{{ task_description.spilt(".")[0] }}'],
    line: '.spilt(',
    says: /there is no method "spilt"; did you mean "split"\?/,
  },
  {
    title: 'an unknown function',
    file: P,
    change: ['{{ task_description }}', '{{ rnage(3) }}{{ task_description }}'],
    line: 'rnage(3)',
    says: /there is no function "rnage"; did you mean "range"\?/,
  },
  {
    title: 'a block of a template',
    file: P,
    change: ['{{ task_description }}', '{% block skill %}{{ task_description }}{% endblock %}'],
    line: '{% block skill %}',
    says: /"{% block %}" is not supported; a prompt is one template/,
  },
  {
    title: 'tags that are all empty for several columns',
    file: E,
    change: [
      'start_tags: ["[Start of Evaluation]", "[Start of Score]"]\nend_tags: ["[End of Evaluation]", "[End of Score]"]',
      'start_tags: ["", ""]\nend_tags: ["", ""]',
    ],
    line: 'start_tags',
    says: /all tags are empty, so each of 2 output_cols \(evaluation, score\) gets the whole reply/,
    severity: 'warning',
  },
  {
    title: 'a misspelt template variable',
    file: P,
    change: ['{{ seed_question }}', '{{ seed_qestion }}'],
    line: '{{ seed_qestion }}',
    says: /provides column "seed_qestion"; did you mean "seed_question"\?/,
  },
  {
    title: 'a variable of another kind of leaf',
    file: P,
    change: ['{{ seed_question }}', '{{ seed_context }}'],
    line: '{{ seed_context }}',
    says: /no earlier block and no seed provides column "seed_context"/,
  },
  {
    title: 'a column that comes later',
    file: P,
    change: ['{{ seed_question }}', '{{ response }}'],
    line: '{{ response }}',
    says: /block gen_responses provides it, but only later/,
  },
  {
    title: 'num_samples without batch_kwargs',
    file: F,
    change: ['      batch_kwargs:\n        num_samples: 30\n', ''],
    line: '{{ num_samples }}',
    in: P,
    says: /set batch_kwargs\.num_samples/,
  },
  {
    title: 'a filter on a column that is not there',
    file: F,
    change: ['filter_column: score', 'filter_column: rating'],
    line: 'filter_column: rating',
    says: /provides column "rating"/,
  },
  {
    title: 'a column dropped before it is used',
    file: F,
    change: ['    drop_columns:\n      - evaluation', '    drop_columns:\n      - question\n      - evaluation'],
    line: '{{ question }}',
    in: 'full/prompts/freeform_responses.yaml',
    says: /block filter_questions has taken it away/,
  },
  {
    title: 'a rename of a column that is not there',
    file: K,
    change: ['corrected_document: document', 'corected_document: document'],
    line: 'corected_document',
    says: /did you mean "corrected_document"\?/,
  },
  {
    title: 'a column flattened away and used',
    file: K,
    change: ['        corrected_document: document', '        corrected_document: document\n        spellcheck: x'],
    line: 'spellcheck: x',
    says: /block flatten_auxiliary_columns has taken it away/,
  },
  {
    title: 'a selector of columns that are not there',
    file: F,
    change: first('SelectorBlock', '      choice_map: { A: seed_questoin }\n      choice_col: leaf_node_type\n      output_col: x'),
    line: 'seed_questoin',
    says: /did you mean "seed_question"\?/,
  },
  {
    title: 'a map over a column that is not there',
    file: F,
    change: first('MapBlock', '      columns: { x: "{{ tsk_description }}" }'),
    line: 'tsk_description',
    says: /did you mean "task_description"\?/,
  },
  {
    title: 'duplicates by a column that is not there',
    file: F,
    change: ['drop_duplicates:\n      - question', 'drop_duplicates:\n      - questions'],
    line: '- questions',
    says: /did you mean "question"\?/,
  },
  {
    title: 'a misspelt column to drop',
    file: F,
    change: ['      - evaluation\n      - score\n      - num_samples', '      - evaluaton\n      - score\n      - num_samples'],
    line: 'evaluaton',
    says: /no column "evaluaton" to drop; did you mean "evaluation"\?/,
    severity: 'warning',
  },
  {
    title: 'text compared with a number',
    file: F,
    change: ['      convert_dtype: float\n', ''],
    line: 'filter_column',
    says: /nothing can pass: the column holds text.*add convert_dtype/,
  },
  {
    title: 'a word that YAML takes for a truth',
    file: K,
    change: ['filter_value: "YES"', 'filter_value: YES'],
    line: 'filter_column: judgment',
    says: /text is never eq true; put it in quotes/,
  },
  {
    title: 'a word among others that YAML takes for a truth',
    file: K,
    change: ['filter_value: "YES"', 'filter_value: [YES, "Y"]'],
    line: 'filter_value',
    says: /this value is true, not text; put it in quotes/,
    severity: 'warning',
  },
  {
    title: 'a value without a prompt',
    file: K,
    change: [
      '  - name: rename_to_document_column',
      '  - name: extra\n    type: ConditionalLLMBlock\n    config: { selector_column_name: dataset_type, output_cols: [x], ' +
        'config_paths: [[prompts/spellcheck.yaml, spellcheck], [prompts/spellcheck.yaml, base]] }\n    drop_columns: [x]\n  - ' +
        'name: rename_to_document_column',
    ],
    line: 'selector_column_name: dataset_type',
    says: /column "dataset_type" can be "base_document" here, and there is no prompt for that/,
    severity: 'warning',
  },
  {
    title: 'a selector without a choice',
    file: F,
    change: first('SelectorBlock', '      choice_map: { freeform: seed_question }\n      choice_col: leaf_node_type\n      output_col: x'),
    line: 'choice_col',
    says: /nothing can pass: column "leaf_node_type" is always "freeform_skill" here/,
  },
  {
    title: 'a filter that nothing can pass',
    file: K,
    change: [
      '  - name: rename_to_document_column',
      '  - name: only_x\n    type: FilterByValueBlock\n    config: { filter_column: dataset_type, filter_value: x, operation: ' +
        'eq }\n  - name: rename_to_document_column',
    ],
    line: 'filter_column: dataset_type',
    says: /always "spellcheck" or "base_document" here/,
  },
  {
    title: 'a block that nothing can reach',
    file: F,
    change: first('RandomSampleBlock', '      fraction: 0'),
    line: 'name: gen_questions',
    says: /block extra lets none through/,
  },
];

const shipped = fileURLToPath(new URL('../../../pipelines', import.meta.url));
let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'sdg-mistakes-'));
});
afterAll(() => rm(root, { recursive: true }));

describe('every kind of mistake is named at its line', () => {
  it('knows at least 40 kinds', () => {
    expect(new Set(mistakes.map(({ title }) => title)).size).toBeGreaterThanOrEqual(40);
  });

  it.each(mistakes.map((mistake, i) => [mistake.title, mistake, i] as const))(
    '%s',
    async (_title, { file, change, line, in: where = file, says, severity = 'error' }, i) => {
      const copy = join(root, String(i));
      await cp(shipped, copy, { recursive: true, filter: (path) => !path.includes('node_modules') });
      const text = await readFile(join(copy, file), 'utf8');
      expect(text).toContain(change[0]);
      await writeFile(
        join(copy, file),
        text.replace(change[0], () => change[1]),
      );
      const { findings, pipeline } = await loadPipeline(join(copy, file.split('/')[0]!), {
        catalog,
        shown: (path) => path.slice(copy.length + 1),
      });
      expect(pipeline === undefined).toBe(severity === 'error');
      const said = findings.map((finding) => ({
        ...finding,
        text: finding.remedy === undefined ? finding.message : `${finding.message}; ${finding.remedy}`,
      }));
      const found = said.find((finding) => finding.severity === severity && says.test(finding.text));
      expect(found, JSON.stringify(said)).toBeDefined();
      expect(found).toMatchObject({ file: where, line: expect.any(Number) as number, column: expect.any(Number) as number });
      const lines = (await readFile(join(copy, where), 'utf8')).split('\n');
      expect(lines[found!.line! - 1], JSON.stringify(found)).toContain(line);
      expect(found!.column).toBeLessThanOrEqual(lines[found!.line! - 1]!.length + 1);
    },
  );
});
