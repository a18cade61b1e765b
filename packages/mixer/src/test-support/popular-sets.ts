/** A set of the Hub in small: rows of its shape, and what must become of them. */
export interface PopularSet {
  readonly name: string;
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  /** The format that it is found to have; absent: it is refused. */
  readonly format?: string;
  /** What the documentation says of it. */
  readonly becomes: string;
  /** Roles and contents of the first row, and what it has beside its turns. */
  readonly turns?: readonly (readonly [role: string, content: string])[];
  readonly has?: Readonly<Record<string, unknown>>;
  /** Rows that come out, where not all do. */
  readonly out?: number;
  /** Columns that must be in the metadata of the first row. */
  readonly metadata?: readonly string[];
  /** What is said of its rows. */
  readonly changes?: readonly string[];
  /** What the refusal says. */
  readonly refusal?: RegExp;
}

/** A question and its answer, as roles and texts. */
export const said = (question: string, answer: string) => [['user', question] as const, ['assistant', answer] as const] as const;
/** The same as turns of OpenAI's form, and of ShareGPT's. */
export const talk = (question: unknown, answer: unknown) => [
  { role: 'user', content: question },
  { role: 'assistant', content: answer },
];
export const shared = (question: string, answer: string) => [
  { from: 'human', value: question },
  { from: 'gpt', value: answer },
];
export const hi = said('Hi?', 'Ho.');
export const chat = talk('Hi?', 'Ho.');
const shareGpt = shared('Hi?', 'Ho.');
const weather = {
  name: 'weather',
  description: 'The weather at a place.',
  parameters: { type: 'object', properties: { city: { type: 'string' } } },
};
const weatherTools = [{ type: 'function', function: weather }];
const call = (args: unknown) => [{ type: 'function', function: { name: 'weather', arguments: args } }];

/** Shapes by the documentation of the sets; the texts are our own. */
export const popularSets: readonly PopularSet[] = [
  {
    name: 'tatsu-lab/alpaca',
    rows: [{ instruction: 'Add.', input: '1 1', output: '2', text: 'Below is an instruction …' }],
    format: 'alpaca_output',
    becomes: 'question with its input, answer',
    turns: said('Add.\n\n1 1', '2'),
    metadata: ['text'],
  },
  {
    name: 'databricks/databricks-dolly-15k',
    rows: [{ instruction: 'Who?', context: 'Ann did.', response: 'Ann.', category: 'closed_qa' }],
    format: 'instruction_response',
    becomes: 'question with its context, answer',
    turns: said('Who?\n\nAnn did.', 'Ann.'),
    metadata: ['category'],
  },
  {
    name: 'Open-Orca/OpenOrca',
    rows: [{ id: 'flan.1', system_prompt: 'Be brief.', question: 'Hi?', response: 'Ho.' }],
    format: 'question_response',
    becomes: 'system prompt, question, answer',
    turns: [['system', 'Be brief.'], ...hi],
  },
  {
    name: 'teknium/OpenHermes-2.5',
    rows: [
      { system_prompt: 'You are a pirate.', conversations: shareGpt, category: 'orca', id: null },
      { system_prompt: null, conversations: [{ from: 'system', value: 'Own.', weight: null }, ...shareGpt] },
    ],
    format: 'gpt_style',
    becomes: 'turns; the system column as system turn',
    turns: [['system', 'You are a pirate.'], ...hi],
    metadata: ['category'],
  },
  {
    name: 'HuggingFaceH4/ultrachat_200k',
    rows: [{ prompt: 'Hi?', prompt_id: 'x', messages: chat }],
    format: 'messages',
    becomes: 'turns',
    turns: hi,
    metadata: ['prompt_id'],
  },
  {
    name: 'openbmb/UltraChat',
    rows: [{ id: '0', data: ['Hi?', 'Ho.', 'And?', 'So.'] }],
    format: 'data_texts',
    becomes: 'texts that alternate as turns',
    turns: [...hi, ['user', 'And?'], ['assistant', 'So.']],
  },
  {
    name: 'HuggingFaceTB/smoltalk',
    rows: [{ messages: [{ role: 'system', content: 'Edit.' }, ...chat], source: 'rewrite' }],
    format: 'messages',
    becomes: 'turns; a row’s own system turn stays',
    turns: [['system', 'Edit.'], ...hi],
    metadata: ['source'],
  },
  {
    name: 'anon8231489123/ShareGPT_Vicuna_unfiltered',
    rows: [
      { id: 'a', conversations: [...shareGpt, { from: 'human', value: 'more?' }] },
      { id: 'b', conversations: [] },
      { id: 'c', conversations: [{ from: 'human', value: 'only?' }] },
      {
        id: 'd',
        conversations: [
          { from: 'user', value: 'u' },
          { from: 'chatgpt', value: 'c' },
        ],
      },
    ],
    format: 'gpt_style',
    becomes: 'turns up to the last answer; rows without question or answer left out and counted',
    turns: hi,
    out: 2,
  },
  {
    name: 'lmsys/lmsys-chat-1m',
    rows: [{ conversation_id: 'x', model: 'm', conversation: chat, turn: 1, language: 'English', redacted: false }],
    format: 'conversation_role_content',
    becomes: 'turns',
    turns: hi,
    metadata: ['model', 'language'],
  },
  {
    name: 'allenai/WildChat-1M',
    rows: [
      {
        conversation_hash: 'x',
        conversation: [
          { role: 'user', content: 'Hi?', country: 'Chad', toxic: false, turn_identifier: 1 },
          { role: 'assistant', content: 'Ho.', country: null },
        ],
      },
    ],
    format: 'conversation_role_content',
    becomes: 'turns, with the fields that they carry',
    turns: hi,
  },
  {
    name: 'allenai/tulu-3-sft-mixture',
    rows: [{ id: 't', messages: chat, source: 's' }],
    format: 'messages',
    becomes: 'turns',
    turns: hi,
    has: { id: 't' },
  },
  {
    name: 'GAIR/lima',
    rows: [{ conversations: ['Hi?', 'Ho.'], source: 'stackexchange' }],
    format: 'conversations_texts',
    becomes: 'texts that alternate as turns',
    turns: hi,
  },
  {
    name: 'LDJnr/Capybara',
    rows: [
      {
        source: 's',
        conversation: [
          { input: 'Hi?', output: 'Ho.' },
          { input: 'And?', output: 'So.' },
        ],
      },
    ],
    format: 'conversation_exchanges',
    becomes: 'exchanges as turns',
    turns: [...hi, ['user', 'And?'], ['assistant', 'So.']],
  },
  {
    name: 'OpenAssistant/oasst2 (trees)',
    format: 'message_tree',
    becomes: 'the best path through the tree, by rank',
    turns: said('Hi?', 'Ho.'),
    rows: [
      {
        message_tree_id: 'x',
        tree_state: 'ready_for_export',
        prompt: {
          text: 'Hi?',
          role: 'prompter',
          replies: [
            { text: 'No.', role: 'assistant', rank: 1, replies: [] },
            { text: 'Ho.', role: 'assistant', rank: 0, replies: [{ text: 'And?', role: 'prompter', replies: [] }] },
          ],
        },
      },
    ],
  },
  {
    name: 'OpenAssistant/oasst2 (messages)',
    rows: [{ message_id: 'a', parent_id: null, text: 'Hi?', role: 'prompter', lang: 'en', message_tree_id: 'x' }],
    becomes: 'refused: single messages of trees; the file of trees is named',
    refusal: /single messages of trees; name the file of whole trees/,
  },
  {
    name: 'Anthropic/hh-rlhf',
    rows: [
      {
        chosen: '\n\nHuman: Hi?\n\nAssistant: Hm.\n\nHuman: What?\n\nAssistant: Ho.',
        rejected: '\n\nHuman: Hi?\n\nAssistant: Hm.\n\nHuman: What?\n\nAssistant: No.',
      },
    ],
    format: 'preference_whole',
    becomes: 'the transcript of the better answer as turns',
    turns: [
      ['user', 'Hi?'],
      ['assistant', 'Hm.'],
      ['user', 'What?'],
      ['assistant', 'Ho.'],
    ],
    metadata: ['rejected'],
  },
  {
    name: 'HuggingFaceH4/ultrafeedback_binarized',
    rows: [
      {
        prompt: 'Hi?',
        prompt_id: 'x',
        chosen: chat,
        rejected: [chat[0], { role: 'assistant', content: 'No.' }],
        messages: chat,
        score_chosen: 9,
        score_rejected: 2,
      },
    ],
    format: 'messages',
    becomes: 'the better answer; with --format preference both',
    turns: hi,
    metadata: ['rejected', 'score_chosen'],
  },
  {
    name: 'Intel/orca_dpo_pairs',
    rows: [{ system: 'Think.', question: 'Hi?', chosen: 'Ho.', rejected: 'No.' }],
    format: 'preference_question',
    becomes: 'system prompt, question, better answer',
    turns: [['system', 'Think.'], ...hi],
    metadata: ['rejected'],
  },
  {
    name: 'argilla/distilabel-math-preference-dpo',
    rows: [{ metadata: { a: 1 }, instruction: 'Hi?', chosen_response: 'Ho.', rejected_response: 'No.', chosen_rating: 9 }],
    format: 'preference_instruction',
    becomes: 'question, better answer',
    turns: hi,
    metadata: ['a', 'chosen_rating', 'rejected_response'],
  },
  {
    name: 'nvidia/HelpSteer2',
    rows: [{ prompt: 'Hi?', response: 'Ho.', helpfulness: 3, correctness: 4, verbosity: 1 }],
    format: 'prompt_response',
    becomes: 'question, answer; ratings in the metadata, or columns with --keep',
    turns: hi,
    metadata: ['helpfulness', 'verbosity'],
  },
  {
    name: 'trl-lib/kto-mix-14k',
    rows: [
      { prompt: [chat[0]], completion: [chat[1]], label: true },
      { prompt: [chat[0]], completion: [{ role: 'assistant', content: 'No.' }], label: false },
    ],
    format: 'kto',
    becomes: 'answers that were liked; with --format kto all, with the label',
    turns: hi,
    out: 1,
  },
  {
    name: 'CarperAI/openai_summarize_comparisons',
    rows: [{ prompt: 'POST: Hi?', chosen: 'Ho.', rejected: 'No.' }],
    format: 'preference',
    becomes: 'question, better answer',
    turns: said('POST: Hi?', 'Ho.'),
    metadata: ['rejected'],
  },
  { name: 'openai/gsm8k', rows: [{ question: 'Hi?', answer: 'Ho.' }], format: 'question_answer', becomes: 'question, answer', turns: hi },
  {
    name: 'meta-math/MetaMathQA',
    rows: [{ type: 'GSM_SV', query: 'Hi?', original_question: 'H?', response: 'Ho.' }],
    format: 'query_response',
    becomes: 'question, answer',
    turns: hi,
    metadata: ['original_question'],
  },
  {
    name: 'AI-MO/NuminaMath-CoT',
    rows: [{ source: 's', problem: 'Hi?', solution: 'Ho.', messages: chat }],
    format: 'messages',
    becomes: 'turns',
    turns: hi,
  },
  {
    name: 'cais/mmlu',
    rows: [{ question: 'Which?', subject: 's', choices: ['a', 'b', 'c', 'd'], answer: 1 }],
    format: 'question_choices_answer',
    becomes: 'question with its choices; letter and text of the right one',
    turns: said('Which?\n\nA. a\nB. b\nC. c\nD. d', 'B. b'),
    metadata: ['subject'],
  },
  {
    name: 'allenai/ai2_arc',
    rows: [{ id: 'M1', question: 'Which?', choices: { text: ['x', 'y'], label: ['1', '2'] }, answerKey: '2' }],
    format: 'question_choices_key',
    becomes: 'question with its choices; letter and text of the right one',
    turns: said('Which?\n\nA. x\nB. y', 'B. y'),
  },
  {
    name: 'Rowan/hellaswag',
    rows: [{ ind: 4, activity_label: 'a', ctx: 'She', endings: ['runs', 'eats'], source_id: 's', label: '1' }],
    format: 'context_endings_label',
    becomes: 'beginning with its endings; letter and text of the right one',
    turns: said('She\n\nA. runs\nB. eats', 'B. eats'),
  },
  {
    name: 'openlifescienceai/medmcqa',
    rows: [{ id: 'q', question: 'Which?', opa: 'a', opb: 'b', opc: 'c', opd: 'd', cop: 2, exp: 'e' }],
    format: 'question_opa_cop',
    becomes: 'question with its choices; letter and text of the right one',
    turns: said('Which?\n\nA. a\nB. b\nC. c\nD. d', 'C. c'),
    metadata: ['exp'],
  },
  {
    name: 'glaiveai/glaive-function-calling-v2',
    format: 'chat_transcript',
    becomes: 'turns, calls and results as such; tools out of the system text',
    has: { tools: weatherTools },
    rows: [
      {
        system:
          `SYSTEM: You are a helpful assistant with access to the following functions. Use them if required -\n` +
          `${JSON.stringify(weather, null, 4)}\n`,
        chat:
          'USER: Weather?\n\n\nASSISTANT: <functioncall> {"name": "weather", "arguments": \'{"city": "Oslo"}\'} <|endoftext|>\n\n\n' +
          'FUNCTION RESPONSE: {"t": 5}\n\n\nASSISTANT: 5 degrees. <|endoftext|>\n\n\n',
      },
    ],
    turns: [
      [
        'system',
        `You are a helpful assistant with access to the following functions. Use them if required -\n${JSON.stringify(weather, null, 4)}`,
      ],
      ['user', 'Weather?'],
      ['assistant', ''],
      ['tool', '{"t": 5}'],
      ['assistant', '5 degrees.'],
    ],
  },
  {
    name: 'Salesforce/xlam-function-calling-60k',
    rows: [{ id: 0, query: 'Weather?', answers: '[{"name": "weather", "arguments": {"city": "Oslo"}}]', tools: JSON.stringify([weather]) }],
    format: 'query_calls',
    becomes: 'question, calls; tools as a column',
    turns: said('Weather?', ''),
    has: { tools: weatherTools },
  },
  {
    name: 'NousResearch/hermes-function-calling-v1',
    rows: [
      {
        id: '1',
        conversations: [
          { from: 'system', value: 'tools …' },
          { from: 'human', value: 'Q' },
          { from: 'gpt', value: '<tool_call>{}</tool_call>' },
          { from: 'tool', value: '5' },
          { from: 'gpt', value: '5' },
        ],
        category: 'fc',
        tools: JSON.stringify(weatherTools),
      },
    ],
    format: 'gpt_style',
    becomes: 'turns; own system turn and tools stay',
    turns: [
      ['system', 'tools …'],
      ['user', 'Q'],
      ['assistant', '<tool_call>{}</tool_call>'],
      ['tool', '5'],
      ['assistant', '5'],
    ],
    has: { tools: weatherTools },
  },
  {
    name: 'OpenAI’s fine-tuning form with tools',
    rows: [
      {
        tools: weatherTools,
        messages: [
          { role: 'user', content: 'Weather?' },
          { role: 'assistant', content: null, tool_calls: [{ id: 'c1', ...call('{"city":"Oslo"}')[0] }] },
          { role: 'tool', tool_call_id: 'c1', content: '5' },
          { role: 'assistant', content: '5 degrees' },
        ],
        parallel_tool_calls: false,
      },
    ],
    format: 'messages',
    becomes: 'turns, calls and results; tools as a column',
    turns: [
      ['user', 'Weather?'],
      ['assistant', ''],
      ['tool', '5'],
      ['assistant', '5 degrees'],
    ],
    has: { tools: weatherTools, parallel_tool_calls: false },
  },
  {
    name: 'LLaMA-Factory’s form with tools',
    rows: [
      {
        conversations: [
          { from: 'human', value: 'Q' },
          { from: 'function_call', value: '{"name":"weather","arguments":{}}' },
          { from: 'observation', value: '5' },
          { from: 'gpt', value: '5' },
        ],
        system: 'sys',
        tools: JSON.stringify([weather]),
      },
    ],
    format: 'gpt_style',
    becomes: 'turns, calls and results as such; tools as a column',
    turns: [
      ['system', 'sys'],
      ['user', 'Q'],
      ['assistant', ''],
      ['tool', '5'],
      ['assistant', '5'],
    ],
    has: { tools: weatherTools },
  },
  {
    name: 'LLaMA-Factory’s Alpaca with history',
    rows: [{ instruction: 'And?', input: '', output: 'So.', system: 'sys', history: [['Hi?', 'Ho.']] }],
    format: 'alpaca_output',
    becomes: 'earlier exchanges as turns',
    turns: [['system', 'sys'], ...hi, ['user', 'And?'], ['assistant', 'So.']],
  },
  {
    name: 'TRL’s prompt and completion',
    rows: [{ prompt: [{ role: 'system', content: 'S' }, chat[0]], completion: [chat[1]] }],
    format: 'prompt_completion',
    becomes: 'turns of both',
    turns: [['system', 'S'], ...hi],
  },
  {
    name: 'timdettmers/openassistant-guanaco',
    rows: [{ text: '### Human: Hi?### Assistant: Ho.### Human: And?### Assistant: So.' }],
    format: 'text_transcript',
    becomes: 'turns of the text',
    turns: [...hi, ['user', 'And?'], ['assistant', 'So.']],
  },
  {
    name: 'mlabonne/guanaco-llama2-1k',
    rows: [{ text: '<s>[INST] <<SYS>>\nBe.\n<</SYS>>\n\nHi? [/INST] Ho. </s><s>[INST] And? [/INST] So. </s>' }],
    format: 'text_transcript',
    becomes: 'turns of the text',
    turns: [['system', 'Be.'], ...hi, ['user', 'And?'], ['assistant', 'So.']],
  },
  {
    name: 'open-thoughts/OpenThoughts-114k',
    rows: [
      {
        system: 'Think.',
        conversations: [
          { from: 'user', value: 'Hi?' },
          { from: 'assistant', value: '<|begin_of_thought|>hm<|end_of_thought|>\n\n<|begin_of_solution|>Ho.<|end_of_solution|>' },
        ],
      },
    ],
    format: 'gpt_style',
    becomes: 'turns; --reasoning drop takes the thought out',
    turns: [
      ['system', 'Think.'],
      ['user', 'Hi?'],
      ['assistant', '<|begin_of_thought|>hm<|end_of_thought|>\n\n<|begin_of_solution|>Ho.<|end_of_solution|>'],
    ],
  },
  {
    name: 'FreedomIntelligence/medical-o1-reasoning-SFT',
    rows: [{ Question: 'Hi?', Complex_CoT: 'hm', Response: 'Ho.' }],
    format: 'cap_question_response',
    becomes: 'question, answer with its reasoning',
    turns: hi,
  },
  {
    name: 'liuhaotian/LLaVA-Instruct-150K',
    rows: [
      {
        id: '1',
        image: '1.jpg',
        conversations: shared('<image>\nHi?', 'Ho.'),
      },
    ],
    format: 'gpt_style',
    becomes: 'turns; the image as a column',
    turns: said('<image>\nHi?', 'Ho.'),
    has: { image: '1.jpg' },
  },
  {
    name: 'THUDM/AgentInstruct',
    rows: [
      {
        id: 'os_0',
        conversations: [
          { from: 'human', loss: null, value: 'Hi?' },
          { from: 'gpt', loss: true, value: 'Ho.' },
        ],
      },
    ],
    format: 'gpt_style',
    becomes: 'turns, with the fields that they carry',
    turns: hi,
  },
  {
    name: 'Salesforce/wikitext',
    rows: [{ text: 'A pump moves water.' }],
    becomes: 'refused: text alone; --format chatml writes it as it is',
    refusal: /text without turns; .*--format chatml/,
  },
  {
    name: 'stanfordnlp/imdb',
    rows: [{ text: 'A dull film.', label: 0 }],
    becomes: 'refused: a text and a class index teach no answer',
    refusal: /text without turns/,
  },
  {
    name: 'b-mc2/sql-create-context',
    format: 'question_context_answer',
    becomes: 'question with its tables, answer',
    rows: [{ question: 'How many?', context: 'CREATE TABLE head (age INTEGER)', answer: 'SELECT COUNT(*) FROM head' }],
    turns: said('How many?\n\nCREATE TABLE head (age INTEGER)', 'SELECT COUNT(*) FROM head'),
  },
  {
    name: 'google/boolq',
    format: 'question_passage_answer',
    becomes: 'question with its passage, true or false',
    rows: [{ question: 'is it wet', answer: true, passage: 'It rains.' }],
    turns: said('is it wet\n\nIt rains.', 'true'),
  },
  {
    name: 'allenai/sciq',
    format: 'question_correct_answer',
    becomes: 'question with its text, answer',
    rows: [
      { question: 'What falls?', distractor3: 'c', distractor1: 'a', distractor2: 'b', correct_answer: 'Rain', support: 'Rain falls.' },
    ],
    turns: said('What falls?\n\nRain falls.', 'Rain'),
    metadata: ['distractor1'],
  },
  {
    name: 'nvidia/OpenMathInstruct-1',
    format: 'verdict_correct',
    becomes: 'question, solution; wrong ones left out and counted; with --format kto all, with the verdict',
    rows: [
      { question: 'Hi?', expected_answer: '4', is_correct: true, generated_solution: 'Ho.', predicted_answer: '4', dataset: 'gsm8k' },
      { question: 'Hi?', expected_answer: '4', is_correct: false, generated_solution: 'No.', predicted_answer: '5', dataset: 'gsm8k' },
    ],
    turns: hi,
    out: 1,
  },
  {
    name: 'gretelai’s and others’ instruction, input, response',
    format: 'instruction_input_response',
    becomes: 'question with its input, answer',
    rows: [{ instruction: 'Write SQL.', input: 'How many?', response: 'SELECT 1' }],
    turns: said('Write SQL.\n\nHow many?', 'SELECT 1'),
  },
  {
    name: 'Muennighoff/natural-instructions',
    format: 'definition_inputs_targets',
    becomes: 'definition with its input, answer',
    rows: [{ task_name: 't', id: '1', definition: 'Translate.', inputs: 'Hallo', targets: 'Hello' }],
    turns: said('Translate.\n\nHallo', 'Hello'),
  },
  {
    name: 'lvwerra/stack-exchange-paired',
    format: 'preference_response_jk',
    becomes: 'question, better answer',
    rows: [{ qid: 1, question: 'Hi?', date: 'd', metadata: ['m'], response_j: 'Ho.', response_k: 'No.' }],
    turns: hi,
    metadata: ['metadata'],
  },
  {
    name: 'turns as JSON text',
    format: 'gpt_style',
    becomes: 'turns of the text',
    rows: [
      {
        conversations: JSON.stringify(shared('Hi?', 'Ho.')),
      },
    ],
    turns: hi,
  },
  {
    name: 'mandarjoshi/trivia_qa',
    rows: [{ question: 'Who?', answer: { aliases: ['Ann'], value: 'Ann' } }],
    format: 'question_answer',
    becomes: 'question, the value of the answer',
    turns: said('Who?', 'Ann'),
  },
  {
    name: 'google-research-datasets/nq_open',
    rows: [{ question: 'Who?', answer: ['Ann', 'Anne'] }],
    format: 'question_answer',
    becomes: 'question, the first of several answers, which is counted',
    turns: said('Who?', 'Ann'),
    metadata: ['answer'],
    changes: ['with the first of several answers in "answer"'],
  },
  {
    name: 'bigscience/P3',
    rows: [{ inputs: [1, 2], inputs_pretokenized: 'Hi?', targets: [3], targets_pretokenized: 'Ho.' }],
    format: 'pretokenized',
    becomes: 'the texts; numbers of tokens stay in the metadata',
    turns: hi,
    metadata: ['inputs', 'targets'],
  },
  {
    name: 'nvidia/HelpSteer2 (preference)',
    rows: [{ split: 'train', prompt: 'Hi?', response_1: 'Ho.', response_2: 'No.', preference_strength: -2 }],
    format: 'comparison_strength',
    becomes: 'question, better answer by the number; ties left out and counted',
    turns: hi,
    metadata: ['response_2'],
  },
  {
    name: 'rajpurkar/squad',
    rows: [{ id: 'x', title: 't', context: 'Ann did.', question: 'Who?', answers: { text: ['Ann', 'Ann'], answer_start: [0, 0] } }],
    format: 'question_context_answers',
    becomes: 'question with its context, the first of the answers',
    turns: said('Who?\n\nAnn did.', 'Ann'),
    metadata: ['title'],
  },
  {
    name: 'rajpurkar/squad_v2',
    rows: [
      { id: 'x', title: 't', context: 'Ann did.', question: 'Who?', answers: { text: ['Ann'], answer_start: [0] } },
      { id: 'y', title: 't', context: 'Ann did.', question: 'When?', answers: { text: [], answer_start: [] } },
    ],
    format: 'question_context_answers',
    becomes: 'as SQuAD; questions that the context does not answer are left out and counted',
    turns: said('Who?\n\nAnn did.', 'Ann'),
    out: 1,
  },
  {
    name: 'hotpotqa/hotpot_qa',
    rows: [
      {
        ...{ id: 'x', question: 'Who?', answer: 'Ann', type: 'bridge', level: 'easy' },
        supporting_facts: { title: ['A'], sent_id: [0] },
        context: { title: ['A', 'B'], sentences: [['Ann did. ', 'It rained.'], ['Bo slept.']] },
      },
    ],
    format: 'question_context_answer',
    becomes: 'question with the paragraphs below their titles, answer',
    turns: said('Who?\n\nA\nAnn did. It rained.\n\nB\nBo slept.', 'Ann'),
    metadata: ['supporting_facts', 'level'],
  },
  {
    name: 'google-research-datasets/mbpp',
    rows: [{ task_id: 1, text: 'Add.', code: 'a + b', test_list: ['assert x', 'assert y'], test_setup_code: '', challenge_test_list: [] }],
    format: 'text_code',
    becomes: 'the task with its tests, code',
    turns: said('Add.\n\nassert x\nassert y', 'a + b'),
    metadata: ['task_id'],
  },
  {
    name: 'google-research-datasets/mbpp (sanitized)',
    rows: [{ source_file: 'f', task_id: 1, prompt: 'Add.', code: 'a + b', test_imports: [], test_list: ['assert x'] }],
    format: 'prompt_code',
    becomes: 'the task with its tests, code',
    turns: said('Add.\n\nassert x', 'a + b'),
  },
  {
    name: 'HuggingFaceM4/the_cauldron',
    rows: [
      {
        images: [{ bytes: null, path: 'a.png' }],
        texts: [
          { user: 'Hi?', assistant: 'Ho.', source: 's' },
          { user: 'And?', assistant: 'No.', source: 's' },
        ],
      },
    ],
    format: 'texts_user_assistant',
    becomes: 'turns; the pictures as a column',
    turns: [...hi, ['user', 'And?'], ['assistant', 'No.']],
    has: { images: [{ bytes: null, path: 'a.png' }] },
  },
  {
    name: 'Team-ACE/ToolACE',
    rows: [
      {
        system: 'You may call: [{"name": "weather"}]',
        conversations: [
          { from: 'user', value: 'Hi?' },
          { from: 'assistant', value: '[weather(city="Ulm")]' },
          { from: 'tool', value: '[{"name": "weather", "results": {}}]' },
          { from: 'assistant', value: 'Ho.' },
        ],
      },
    ],
    format: 'gpt_style',
    becomes: 'turns; tools and calls are words of the set’s own, which stay where they are',
    turns: [
      ['system', 'You may call: [{"name": "weather"}]'],
      ['user', 'Hi?'],
      ['assistant', '[weather(city="Ulm")]'],
      ['tool', '[{"name": "weather", "results": {}}]'],
      ['assistant', 'Ho.'],
    ],
  },
  {
    name: 'berkeley-nest/Nectar',
    rows: [
      {
        prompt: '\n\nHuman: Hi? \n\nAssistant: ',
        answers: [
          { answer: 'No.', model: 'a', rank: 2 },
          { answer: 'Ho.', model: 'b', rank: 1 },
        ],
        ...{ turns: 1, source: ['s'] },
      },
    ],
    becomes: 'refused: several answers a row; a command that keeps the best',
    refusal: /several answers in "answers"; keep one a row, as here the best$/,
  },
  {
    name: 'openbmb/UltraFeedback',
    rows: [
      {
        ...{ source: 's', instruction: 'Hi?', models: ['a', 'b'] },
        completions: [
          { model: 'a', response: 'No.', overall_score: 2 },
          { model: 'b', response: 'Ho.', overall_score: 9 },
        ],
      },
    ],
    becomes: 'refused: several answers a row; a command that keeps the best',
    refusal: /several answers in "completions"; keep one a row, as here the best$/,
  },
  {
    name: 'yizhongw/self_instruct (seed tasks)',
    rows: [{ id: 's', name: 'n', instruction: 'Hi?', instances: [{ input: '', output: 'Ho.' }], is_classification: false }],
    becomes: 'refused: several instances a row; a command that makes each a row',
    refusal: /each row has instances in "instances"; make each of them a row$/,
  },
];
