import { chat, hi, type PopularSet } from './popular-sets.js';

const tools = [{ type: 'function', function: { name: 'bash' } }];

/** Sets of other tasks and of other forms of turns; the texts are our own. */
export const furtherPopularSets: readonly PopularSet[] = [
  {
    name: 'PygmalionAI/PIPPA',
    rows: [
      {
        ...{ bot_name: 'Ann', bot_definitions: 'A nurse.', categories: ['x'] },
        conversation: [
          { message: 'Hi?', is_human: true },
          { message: 'Ho.', is_human: false },
        ],
      },
    ],
    format: 'conversation_role_content',
    becomes: 'turns, of which a yes or no says whether they are the user’s',
    turns: hi,
    metadata: ['bot_definitions'],
  },
  {
    name: 'nebius/SWE-rebench-openhands-trajectories',
    rows: [{ instance_id: 'a', trajectory: chat, tools, model_patch: 'diff', resolved: 1 }],
    format: 'trajectory',
    becomes: 'turns; tools',
    turns: hi,
    has: { tools },
    metadata: ['model_patch', 'resolved'],
  },
  {
    name: 'Salesforce/dialogstudio',
    rows: [{ 'new dialog id': 'a', log: [{ 'turn id': 1, 'user utterance': 'Hi?', 'system response': 'Ho.' }] }],
    format: 'log_exchanges',
    becomes: 'exchanges as turns',
    turns: hi,
    metadata: ['new dialog id'],
  },
  {
    name: 'Anthropic/hh-rlhf (red team)',
    rows: [{ transcript: '\n\nHuman: Hi?\n\nAssistant: Ho.', rating: 1, model_type: 'rlhf' }],
    format: 'transcript',
    becomes: 'the transcript as turns',
    turns: hi,
    metadata: ['rating'],
  },
  {
    name: 'nvidia/ChatQA-Training-Data',
    rows: [{ messages: [chat[0]!], answers: ['Ho.'], document: 'A page.' }],
    format: 'messages_answers',
    becomes: 'turns, and the answer beside them',
    turns: hi,
    metadata: ['document'],
  },
  {
    name: 'lmsys/toxic-chat',
    rows: [{ conv_id: 'a', user_input: 'Hi?', model_output: 'Ho.', toxicity: 0 }],
    format: 'user_input_model_output',
    becomes: 'question, answer',
    turns: hi,
    metadata: ['toxicity'],
  },
  {
    name: 'PrimeIntellect/SYNTHETIC-1',
    rows: [{ problem_id: 'a', prompt: 'Hi?', llm_response: 'Ho.', score: 1, verification_info: '{}' }],
    format: 'prompt_llm_response',
    becomes: 'question, answer',
    turns: hi,
    metadata: ['verification_info'],
  },
  {
    name: 'community-datasets/yahoo_answers_topics',
    rows: [{ id: 1, topic: 2, question_title: 'Hi?', question_content: 'You!', best_answer: 'Ho.' }],
    format: 'question_title_best_answer',
    becomes: 'question with what is said of it, answer',
    turns: [['user', 'Hi?\n\nYou!'], hi[1]],
    metadata: ['topic'],
  },
  {
    name: 'ucinlp/drop',
    rows: [{ section_id: 'a', passage: 'Two met.', question: 'Who?', answers_spans: { spans: ['Ann', 'Ben'], types: ['span', 'span'] } }],
    format: 'question_answers_spans',
    becomes: 'question with its passage; all spans of the answer',
    turns: [
      ['user', 'Who?\n\nTwo met.'],
      ['assistant', 'Ann, Ben'],
    ],
  },
  {
    name: 'facebook/belebele',
    rows: [
      {
        ...{ flores_passage: 'Two met.', question: 'Who?', correct_answer_num: '2' },
        ...{ mc_answer1: 'Ha', mc_answer2: 'Ho', mc_answer3: 'Hu', mc_answer4: 'He' },
      },
    ],
    format: 'question_mc_answers',
    becomes: 'passage, question with its choices, the right one',
    turns: [
      ['user', 'Two met.\n\nWho?\n\nA. Ha\nB. Ho\nC. Hu\nD. He'],
      ['assistant', 'B. Ho'],
    ],
  },
  {
    name: 'wmt/wmt14, Helsinki-NLP/opus-100',
    rows: [{ translation: { de: 'Guten Tag.', en: 'Good day.' } }],
    becomes: 'refused: how to ask for one language is said, with jq',
    refusal: /each row has a text in "de", "en"; ask for one of them$/,
  },
  {
    name: 'nyu-mll/glue, aps/super_glue (rte), stanfordnlp/snli',
    rows: [{ premise: 'A dog barks.', hypothesis: 'It sleeps.', label: 2, idx: 0 }],
    becomes: 'refused: the number of a class is no answer; how to name classes is said, with jq',
    refusal: /"label" is the number of a class; say what is asked and what the classes are called$/,
  },
  {
    name: 'aps/super_glue (copa)',
    rows: [{ premise: 'It rained.', choice1: 'It got wet.', choice2: 'It burnt.', question: 'effect', label: 0, idx: 0 }],
    becomes: 'refused, as above',
    refusal: /"label" is the number of a class; say what is asked/,
  },
  {
    name: 'fancyzhx/ag_news',
    rows: [{ text: 'The boats are in.', label: 1 }],
    becomes: 'refused, as above',
    refusal: /text without turns.*"label" is the number of a class/,
  },
  {
    name: 'sentence-transformers/all-nli (triplet), msmarco triplets',
    rows: [{ anchor: 'A man rides.', positive: 'Someone rides.', negative: 'A man sleeps.' }],
    becomes: 'refused: rows for embedders; how to ask for something is said, with jq',
    refusal: /"positive" is nearer to "anchor" than "negative" is, and nobody answers; leave the set out, or say what is asked$/,
  },
  {
    name: 'BAAI/bge (fine-tuning), Shitao/bge-m3-data',
    rows: [{ query: 'Who wrote Faust?', pos: ['Goethe did.'], neg: ['Schiller wrote another.'] }],
    becomes: 'refused, as above',
    refusal: /"pos" is nearer to "query" than "neg" is/,
  },
  {
    name: 'sentence-transformers/stsb, mteb/stsbenchmark-sts',
    rows: [{ sentence1: 'A plane takes off.', sentence2: 'An air plane takes off.', score: 4.75 }],
    becomes: 'refused: how alike texts are is no answer; how to ask for it is said, with jq',
    refusal: /"score" says how alike "sentence1" and "sentence2" are/,
  },
  {
    name: 'eriktks/conll2003, leondz/wnut_17',
    rows: [{ id: '0', tokens: ['EU', 'rejects', 'it'], pos_tags: [22, 42, 28], ner_tags: [3, 0, 0] }],
    becomes: 'refused: tags of words are no answer; how to ask for them is said, with jq',
    refusal: /"pos_tags", "ner_tags" hold a tag for each of "tokens"; say what is asked, and what the tags are called$/,
  },
  {
    name: 'universal-dependencies/universal_dependencies',
    rows: [{ idx: '1', text: 'EU rejects it', tokens: ['EU', 'rejects', 'it'], upos: ['PROPN', 'VERB', 'PRON'] }],
    becomes: 'refused, as above',
    refusal: /text without turns.*"upos" hold a tag for each of "tokens"/,
  },
  {
    name: 'FiscalNote/billsum',
    rows: [{ text: 'A bill.', summary: 'Short.', title: 'T' }],
    becomes: 'refused: how to ask for summaries is said',
    refusal: /nobody asks for "summary".*random_summary_prompt/,
  },
  {
    name: 'princeton-nlp/SWE-bench',
    rows: [{ instance_id: 'a', repo: 'b', problem_statement: 'It fails.', patch: 'diff', test_patch: 'diff', FAIL_TO_PASS: '[]' }],
    becomes: 'refused: tasks to be judged by; how to train on them all the same is said',
    refusal: /--decontaminate.*instruction_key: problem_statement, output_key: patch/,
  },
  {
    name: 'xlangai/spider',
    rows: [{ db_id: 'a', question: 'How many?', query: 'SELECT count(*) FROM t', query_toks: ['SELECT'] }],
    becomes: 'refused: the column that may answer is named',
    refusal: /ask in "question"; if "query" answers.*instruction_key: question, output_key: query/,
  },
  {
    name: 'allenai/quac',
    rows: [{ context: 'P.', questions: ['Hi?'], answers: { texts: [['Ho.']] }, orig_answers: { texts: ['Ho.'], answer_starts: [0] } }],
    becomes: 'refused: how to make turns of it is said, with jq',
    refusal: /its questions in one list and their answers in another/,
  },
  {
    name: 'HuggingFaceH4/stack-exchange-preferences',
    rows: [{ qid: 1, question: 'Hi?', answers: [{ pm_score: 3, text: 'Ho.' }] }],
    becomes: 'refused: how to keep the best answer is said, with jq',
    refusal: /several answers in "answers"; keep one a row, as here the best/,
  },
  {
    name: 'bigcode/commitpackft',
    rows: [{ commit: 'a', old_contents: 'a = 1', new_contents: 'a = 2', subject: 'Set a to 2', lang: 'Python' }],
    becomes: 'refused: its columns of text are named, and how to say which of them ask and answer',
    refusal: /its texts are in "old_contents", "new_contents", "subject"/,
  },
  {
    name: 'bigcode/the-stack',
    rows: [{ hexsha: 'a', lang: 'Python', content: 'print( 1 )' }],
    becomes: 'refused: how to keep it as text is said',
    refusal: /text_key: content.*--format chatml/,
  },
];
