import { hi, type PopularSet } from './popular-sets.js';

/** Sets whose shapes were met last, many of which say by a column what is right; the texts are our own. */
export const otherPopularSets: readonly PopularSet[] = [
  {
    name: 'Magpie-Align/Magpie-Pro-300K-Filtered',
    rows: [
      {
        uuid: 'u',
        instruction: 'Hi?',
        response: 'Ho.',
        conversations: [
          { from: 'human', value: 'Hi?' },
          { from: 'gpt', value: 'Ho.' },
        ],
        task_category: 'Math',
        instruct_reward: 1.5,
        reward_model: 'm',
        language: 'EN',
      },
    ],
    format: 'gpt_style',
    becomes: 'turns; the columns that say the same in the metadata',
    turns: hi,
    metadata: ['instruction'],
  },
  {
    name: 'HuggingFaceTB/smoltalk2',
    rows: [
      {
        messages: [
          { role: 'user', content: 'Hi?' },
          { role: 'assistant', content: '<think>\nhm\n</think>\nHo.' },
        ],
        chat_template_kwargs: { custom_instructions: 'Be brief.', enable_thinking: true, python_tools: [], xml_tools: [] },
        source: 's',
      },
    ],
    format: 'messages',
    becomes: 'turns; arguments of chat templates as a column',
    has: { chat_template_kwargs: { custom_instructions: 'Be brief.', enable_thinking: true, python_tools: [], xml_tools: [] } },
    turns: [
      ['user', 'Hi?'],
      ['assistant', '<think>\nhm\n</think>\nHo.'],
    ],
  },
  {
    name: 'HuggingFaceTB/cosmopedia',
    rows: [
      {
        prompt: 'Write a page about x.',
        text_token_length: 3,
        text: 'A page about x.',
        seed_data: 'web',
        format: 'blog',
        audience: 'general',
      },
    ],
    becomes: 'refused: text alone; --format chatml writes it as it is',
    refusal: /text without turns/,
  },
  {
    name: 'TIGER-Lab/MMLU-Pro',
    rows: [
      {
        question_id: 1,
        question: 'Which?',
        options: ['x', 'y', 'z'],
        answer: 'B',
        answer_index: 1,
        cot_content: '',
        category: 'c',
        src: 's',
      },
    ],
    format: 'question_options_answer',
    becomes: 'question with its choices; letter and text of the right one',
    turns: [
      ['user', 'Which?\n\nA. x\nB. y\nC. z'],
      ['assistant', 'B. y'],
    ],
    metadata: ['cot_content'],
  },
  {
    name: 'Idavidrein/gpqa',
    rows: [
      {
        Question: 'Which?',
        'Correct Answer': 'y',
        'Incorrect Answer 1': 'x',
        'Incorrect Answer 2': 'z',
        'Incorrect Answer 3': 'w',
        Explanation: 'As y.',
        Subdomain: 'c',
        'Record ID': 'r',
        'Pre-Revision Question': 'Old?',
        'Pre-Revision Correct Answer': 'yo',
      },
    ],
    format: 'question_correct_answer',
    becomes: 'question, correct answer; the wrong ones in the metadata',
    turns: [
      ['user', 'Which?'],
      ['assistant', 'y'],
    ],
    metadata: ['Incorrect Answer 1'],
  },
  {
    name: 'allenai/cosmos_qa',
    rows: [{ id: 'i', context: 'C.', question: 'Which?', answer0: 'x', answer1: 'y', answer2: 'z', answer3: 'w', label: 1 }],
    format: 'question_numbered_answers',
    becomes: 'question with its context and choices; letter and text of the right one',
    turns: [
      ['user', 'C.\n\nWhich?\n\nA. x\nB. y\nC. z\nD. w'],
      ['assistant', 'B. y'],
    ],
  },
  {
    name: 'metaeval/reclor',
    rows: [{ context: 'C.', question: 'Which?', answers: ['x', 'y', 'z', 'w'], label: 1, id_string: 't' }],
    format: 'question_answer_list_label',
    becomes: 'question with its context and choices, whose answers are no answers of which the first is taken',
    turns: [
      ['user', 'C.\n\nWhich?\n\nA. x\nB. y\nC. z\nD. w'],
      ['assistant', 'B. y'],
    ],
  },
  {
    name: 'textmachinelab/quail',
    rows: [
      {
        id: '1',
        context_id: 'c',
        question_id: 'q',
        domain: 'd',
        metadata: { author: 'a' },
        context: 'C.',
        question: 'Which?',
        question_type: 't',
        answers: ['x', 'y', 'z'],
        correct_answer_id: 1,
      },
    ],
    format: 'question_answer_list_id',
    becomes: 'question with its context and choices; letter and text of the right one',
    turns: [
      ['user', 'C.\n\nWhich?\n\nA. x\nB. y\nC. z'],
      ['assistant', 'B. y'],
    ],
  },
  {
    name: 'allenai/swag',
    rows: [
      {
        'video-id': 'v',
        'fold-ind': '1',
        startphrase: 'He goes',
        sent1: 'He goes',
        sent2: 'He',
        'gold-source': 'gold',
        ending0: 'a',
        ending1: 'b',
        ending2: 'c',
        ending3: 'd',
        label: 2,
      },
    ],
    format: 'startphrase_endings_label',
    becomes: 'beginning with its endings; letter and text of the right one',
    turns: [
      ['user', 'He goes\n\nA. a\nB. b\nC. c\nD. d'],
      ['assistant', 'C. c'],
    ],
  },
  {
    name: 'casehold/casehold',
    rows: [
      {
        example_id: 1,
        citing_prompt: 'The court <HOLDING>',
        holding_0: 'x',
        holding_1: 'y',
        holding_2: 'z',
        holding_3: 'w',
        holding_4: 'v',
        label: '1',
      },
    ],
    format: 'prompt_holdings_label',
    becomes: 'text with its holdings; letter and text of the right one',
    turns: [
      ['user', 'The court <HOLDING>\n\nA. x\nB. y\nC. z\nD. w\nE. v'],
      ['assistant', 'B. y'],
    ],
  },
  {
    name: 'dataset-org/dream',
    rows: [{ id: 1, dialogue_id: 'd', dialogue: ['W: Hi', 'M: Ho'], question: 'Which?', choice: ['x', 'y'], answer: 'y' }],
    format: 'question_choice_answer',
    becomes: 'question with its dialogue and choices, rather than the dialogue',
    turns: [
      ['user', 'W: Hi\nM: Ho\n\nWhich?\n\nA. x\nB. y'],
      ['assistant', 'B. y'],
    ],
  },
  {
    name: 'MMMU/MMMU',
    rows: [
      {
        id: 'v',
        question: '<image 1> Which?',
        options: "['x', 'y']",
        explanation: '',
        image_1: 'a.png',
        image_2: null,
        answer: 'B',
        question_type: 'multiple-choice',
      },
    ],
    format: 'question_options_answer',
    becomes: 'question with its choices out of the text of a list; letter and text of the right one',
    turns: [
      ['user', '<image 1> Which?\n\nA. x\nB. y'],
      ['assistant', 'B. y'],
    ],
  },
  {
    name: 'bigbio/med_qa',
    rows: [
      {
        question: 'Which?',
        answer: 'y',
        options: [
          { key: 'A', value: 'x' },
          { key: 'B', value: 'y' },
        ],
        meta_info: 's',
        answer_idx: 'B',
      },
    ],
    format: 'question_options_answer',
    becomes: 'question with its choices; letter and text of the right one',
    turns: [
      ['user', 'Which?\n\nA. x\nB. y'],
      ['assistant', 'B. y'],
    ],
  },
  {
    name: 'microsoft/wiki_qa',
    rows: [
      { question_id: 'Q1', question: 'How?', document_title: 'T', answer: 'Bad.', label: 0 },
      { question_id: 'Q1', question: 'How?', document_title: 'T', answer: 'Good.', label: 1 },
    ],
    format: 'verdict_label',
    becomes: 'answers that are right; with --format kto all, with the label',
    turns: [
      ['user', 'How?'],
      ['assistant', 'Good.'],
    ],
    out: 1,
  },
  {
    name: 'aps/super_glue (multirc)',
    rows: [{ paragraph: 'P.', question: 'Q?', answer: 'A', idx: { paragraph: 0, question: 0, answer: 0 }, label: 1 }],
    format: 'verdict_label',
    becomes: 'question with its paragraph, answers that are right',
    turns: [
      ['user', 'Q?\n\nP.'],
      ['assistant', 'A'],
    ],
  },
  {
    name: 'aps/super_glue (record)',
    rows: [{ passage: 'P', query: '@placeholder is', entities: ['a', 'b'], answers: ['a'], idx: {} }],
    format: 'query_answers',
    becomes: 'query with its passage, the first of the answers',
    turns: [
      ['user', '@placeholder is\n\nP'],
      ['assistant', 'a'],
    ],
  },
  {
    name: 'dreamerdeo/finqa',
    rows: [
      { id: 'i', pre_text: ['p'], post_text: ['q'], table: [['a', 'b']], question: 'Q?', answer: '3', program_re: 'x', gold_inds: ['g'] },
    ],
    format: 'question_answer',
    becomes: 'question with its table, answer; that the texts around it are left out is counted',
    turns: [
      ['user', 'Q?\n\na\nb'],
      ['assistant', '3'],
    ],
    metadata: ['pre_text'],
  },
  {
    name: 'LLaMA-Factory’s form of KTO',
    rows: [
      {
        messages: [
          { role: 'user', content: 'Hi?' },
          { role: 'assistant', content: 'Ho.' },
        ],
        label: true,
      },
      {
        messages: [
          { role: 'user', content: 'Hi?' },
          { role: 'assistant', content: 'No.' },
        ],
        label: false,
      },
    ],
    format: 'kto_messages',
    becomes: 'conversations that were liked; with --format kto all, with the label',
    turns: hi,
    out: 1,
  },
  {
    name: 'OpenAI’s form of preferences',
    rows: [
      {
        input: {
          messages: [{ role: 'user', content: 'Hi?' }],
          tools: [{ type: 'function', function: { name: 'f' } }],
          parallel_tool_calls: true,
        },
        preferred_output: [{ role: 'assistant', content: 'Ho.' }],
        non_preferred_output: [{ role: 'assistant', content: 'No.' }],
      },
    ],
    format: 'preference_preferred_output',
    becomes: 'turns, better answer; tools as a column',
    turns: hi,
    has: { tools: [{ type: 'function', function: { name: 'f' } }] },
  },
  {
    name: 'Vezora/Code-Preference-Pairs',
    rows: [{ input: 'Hi?', accepted: 'Ho.', rejected: 'No.', ID: 1 }],
    format: 'preference_accepted',
    becomes: 'question, better answer',
    turns: hi,
    metadata: ['rejected'],
  },
  {
    name: 'NCSOFT/offsetbias',
    rows: [{ instruction: 'Hi?', output_1: 'Ho.', output_2: 'No.', label: 1, dataset: 'd' }],
    format: 'comparison_outputs_label',
    becomes: 'question, better answer by the number',
    turns: hi,
    metadata: ['output_2'],
  },
  {
    name: 'ScalerLab/JudgeBench',
    rows: [
      {
        pair_id: 'p',
        original_id: 'o',
        source: 's',
        question: 'Hi?',
        response_model: 'm',
        response_A: 'Ho.',
        response_B: 'No.',
        label: 'A>B',
      },
    ],
    format: 'comparison_signs',
    becomes: 'question, better answer by the sign between their names',
    turns: hi,
    metadata: ['response_B'],
  },
  {
    name: 'MadeAgents/xlam-irrelevance-7.5k',
    rows: [{ id: 1, query: 'Hi?', answers: '[]', tools: '[{"name":"f","description":"d","parameters":{}}]' }],
    format: 'query_calls',
    becomes: 'left out and counted: no call is no answer',
    out: 0,
  },
  {
    name: 'allenai/Dolci-Instruct-SFT (tools)',
    rows: [
      {
        id: 'a',
        messages: [
          { role: 'system', content: 'S', functions: '[{"name":"f"}]', function_calls: null },
          { role: 'user', content: 'Hi?', functions: null, function_calls: null },
          { role: 'assistant', content: '', functions: null, function_calls: 'f(x=1)' },
          { role: 'environment', content: '{"x":1}', functions: null, function_calls: null },
          { role: 'assistant', content: 'Ho.', functions: null, function_calls: null },
        ],
        dataset_source: 's',
      },
    ],
    format: 'messages',
    becomes: 'turns, with the calls and roles of OLMo’s own templates',
    turns: [
      ['system', 'S'],
      ['user', 'Hi?'],
      ['assistant', ''],
      ['environment', '{"x":1}'],
      ['assistant', 'Ho.'],
    ],
  },
  {
    name: 'Locutusque/function-calling-chatml',
    rows: [
      {
        system_message: 'You have tools',
        function_description: '[{"name":"f","description":"d","parameters":{}}]',
        conversations: [
          { from: 'human', value: 'Hi?' },
          { from: 'function-call', value: '{"name":"f","arguments":{}}' },
          { from: 'function-response', value: '{"x":1}' },
          { from: 'gpt', value: 'Ho.' },
        ],
      },
    ],
    format: 'gpt_style',
    becomes: 'turns, calls and results as such; tools as a column',
    turns: [
      ['system', 'You have tools'],
      ['user', 'Hi?'],
      ['assistant', ''],
      ['tool', '{"x":1}'],
      ['assistant', 'Ho.'],
    ],
    has: { tools: [{ type: 'function', function: { name: 'f', description: 'd', parameters: {} } }] },
  },
  {
    name: 'gorilla-llm/gorilla-openfunctions',
    rows: [{ question: 'Hi?', function: { name: 'f', api_name: 'f', parameters: {} }, model_answer: 'f(x=1)' }],
    format: 'question_model_answer',
    becomes: 'question, call in words of the set’s own; the function as a tool',
    turns: [
      ['user', 'Hi?'],
      ['assistant', 'f(x=1)'],
    ],
    has: { tools: [{ type: 'function', function: { name: 'f', api_name: 'f', parameters: {} } }] },
  },
  {
    name: 'Trelis/function_calling_extended',
    rows: [{ systemPrompt: 'S.', userPrompt: 'Hi?', assistantResponse: 'Ho.' }],
    format: 'user_prompt_assistant_response',
    becomes: 'system prompt, question, answer',
    turns: [
      ['system', 'S.'],
      ['user', 'Hi?'],
      ['assistant', 'Ho.'],
    ],
  },
  {
    name: 'GeneralReasoning/GeneralThought-430K',
    rows: [
      {
        question_id: 1,
        question_url: 'u',
        question: 'Hi?',
        reference_answer: 'Ref.',
        prev_messages: null,
        model_name: 'm',
        model_answer: 'Ho.',
        model_reasoning: 'hm',
        task: 't',
        verifier_score: 1,
      },
    ],
    format: 'question_model_answer',
    becomes: 'question, answer with its reasoning',
    turns: hi,
    metadata: ['reference_answer'],
  },
  {
    name: 'facebook/natural_reasoning',
    rows: [{ question: 'Hi?', reference_answer: 'Ho.', responses: [{ response_model: 'l', response: 'Long ho.' }] }],
    becomes: 'refused: several answers a row; a command that keeps the first',
    refusal: /several answers in "responses"/,
  },
  {
    name: 'fnlp/moss-002-sft-data',
    rows: [{ id: 1, plain_text: '[Human]: Hi?<eoh> [MOSS]: Ho.<eoa> [Human]: More?<eoh> [MOSS]: Yes.<eoa>' }],
    format: 'plain_text_transcript',
    becomes: 'turns of the text',
    turns: [
      ['user', 'Hi?'],
      ['assistant', 'Ho.'],
      ['user', 'More?'],
      ['assistant', 'Yes.'],
    ],
  },
  {
    name: 'project-baize/baize-chatbot',
    rows: [
      {
        topic: 't',
        input: 'The conversation between human and AI assistant.\n[|Human|] Hi?\n[|AI|] Ho.\n[|Human|] More?\n[|AI|] Yes.\n[|Human|] ',
      },
    ],
    format: 'input_transcript',
    becomes: 'turns of the text, without the open end',
    turns: [
      ['system', 'The conversation between human and AI assistant.'],
      ['user', 'Hi?'],
      ['assistant', 'Ho.'],
      ['user', 'More?'],
      ['assistant', 'Yes.'],
    ],
  },
  {
    name: 'Vicuna’s template in one line',
    rows: [{ text: 'A chat between a curious user and an AI. USER: Hi? ASSISTANT: Ho.</s>USER: More? ASSISTANT: Yes.</s>' }],
    format: 'text_transcript',
    becomes: 'turns of the text',
    turns: [
      ['system', 'A chat between a curious user and an AI.'],
      ['user', 'Hi?'],
      ['assistant', 'Ho.'],
      ['user', 'More?'],
      ['assistant', 'Yes.'],
    ],
  },
  {
    name: 'h2oai/openassistant_oasst1_h2ogpt',
    rows: [{ input: '<human>: Hi?\n<bot>: Ho.\n', source: 's', prompt_type: 'plain' }],
    format: 'input_transcript',
    becomes: 'turns of the text',
    turns: hi,
  },
  {
    name: 'Muennighoff/super-natural-instructions',
    rows: [{ id: 'i', input: 'X', target: ['Ho.', 'Ho!'], definition: ['Do it.'], positive_examples: [], task_id: 't' }],
    format: 'definition_input_target',
    becomes: 'definition with its input, the first of the answers',
    turns: [
      ['user', 'Do it.\n\nX'],
      ['assistant', 'Ho.'],
    ],
  },
  {
    name: 'neulab/conala',
    rows: [{ question_id: 1, intent: 'Hi?', rewritten_intent: 'Hi there?', snippet: 'code' }],
    format: 'intent_snippet',
    becomes: 'question, code',
    turns: [
      ['user', 'Hi?'],
      ['assistant', 'code'],
    ],
  },
  {
    name: 'Amazon Bedrock’s form of conversations',
    rows: [
      {
        schemaVersion: 'bedrock-conversation-2024',
        system: [{ text: 'S' }],
        messages: [
          { role: 'user', content: [{ text: 'Hi?' }] },
          { role: 'assistant', content: [{ text: 'Ho.' }] },
        ],
      },
    ],
    format: 'messages',
    becomes: 'turns; system prompt',
    turns: [
      ['system', 'S'],
      ['user', 'Hi?'],
      ['assistant', 'Ho.'],
    ],
  },
  {
    name: 'logs of OpenAI’s interface',
    rows: [
      {
        request: { messages: [{ role: 'user', content: 'Hi?' }] },
        response: { choices: [{ message: { role: 'assistant', content: 'Ho.' } }] },
      },
    ],
    becomes: 'refused: a command that makes conversations of calls and what they gave',
    refusal: /calls of a chat API and what they gave/,
  },
  {
    name: 'openai/summarize_from_feedback',
    rows: [
      {
        info: { id: 'a', post: 'Long post.', title: 'T', subreddit: 'r' },
        summaries: [
          { text: 'S1', policy: 'p', note: null },
          { text: 'S2', policy: 'q', note: null },
        ],
        choice: 1,
        worker: 'w',
        batch: 'b',
        split: 'train',
        extra: { confidence: null },
      },
    ],
    becomes: 'refused: nothing asks and nothing answers',
    refusal: /no known format has the columns/,
  },
  {
    name: 'Open-Orca/SlimOrca',
    rows: [
      {
        conversations: [
          { from: 'system', value: 'S', weight: null },
          { from: 'human', value: 'Hi?', weight: 0 },
          { from: 'gpt', value: 'Ho.', weight: 1 },
        ],
      },
    ],
    format: 'gpt_style',
    becomes: 'turns with the weights that they carry',
    turns: [
      ['system', 'S'],
      ['user', 'Hi?'],
      ['assistant', 'Ho.'],
    ],
  },
  {
    name: 'allenai/soda',
    rows: [
      {
        head: 'h',
        relation: 'r',
        tail: 't',
        literal: 'l',
        narrative: 'n',
        dialogue: ['Hi?', 'Ho.', 'More?', 'Yes.'],
        speakers: ['A', 'B', 'A', 'B'],
        PersonX: 'A',
      },
    ],
    format: 'dialogue',
    becomes: 'texts that alternate as turns',
    turns: [
      ['user', 'Hi?'],
      ['assistant', 'Ho.'],
      ['user', 'More?'],
      ['assistant', 'Yes.'],
    ],
  },
  {
    name: 'openai/gpt-oss’s form (HuggingFaceH4/Multilingual-Thinking)',
    rows: [
      {
        reasoning_language: 'French',
        developer: 'Dev.',
        user: 'Hi?',
        analysis: 'hm',
        final: 'Ho.',
        messages: [
          { content: 'reasoning language: French\n\nDev.', role: 'system', thinking: null },
          { content: 'Hi?', role: 'user', thinking: null },
          { content: 'Ho.', role: 'assistant', thinking: 'hm' },
        ],
      },
    ],
    format: 'messages',
    becomes: 'turns with what was thought',
    turns: [
      ['system', 'reasoning language: French\n\nDev.'],
      ['user', 'Hi?'],
      ['assistant', 'Ho.'],
    ],
  },
  {
    name: 'mistralai’s fine-tuning form',
    rows: [
      {
        messages: [
          { role: 'user', content: 'Hi?' },
          { role: 'assistant', content: 'Ho.', weight: 0 },
          { role: 'user', content: 'M?' },
          { role: 'assistant', content: 'Y.', weight: 1 },
        ],
      },
    ],
    format: 'messages',
    becomes: 'turns with the weights that they carry',
    turns: [
      ['user', 'Hi?'],
      ['assistant', 'Ho.'],
      ['user', 'M?'],
      ['assistant', 'Y.'],
    ],
  },
];
