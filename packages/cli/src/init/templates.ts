/** A text as a YAML value that YAML 1.1 and yamllint take: in double quotes, as JSON writes it. */
const quoted = (text: string): string =>
  JSON.stringify(text).replace(/[\u007f-\u009f\u2028\u2029\ufeff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);

const unprintable = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\ufeff\ud800-\udfff]/;

/** A longer text as a block of lines, indented by `indent`; in quotes where a block would not give the text back. */
function literal(text: string, indent: number): string {
  const lines = text.split('\n').map((line) => line.trimEnd());
  const whole = lines
    .join('\n')
    .trim()
    .replace(/\n{3,}/g, '\n\n');
  if (whole === '' || unprintable.test(whole.replace(/[\ud800-\udbff][\udc00-\udfff]/g, '')) || whole.includes('\t')) return quoted(whole);
  const pad = ' '.repeat(indent);
  return `|-\n${whole
    .split('\n')
    .map((line) => (line === '' ? '' : pad + line))
    .join('\n')}`;
}

/** Files of a first leaf, pipeline, recipe or task, by their paths below the one that was named. */
export type Files = Readonly<Record<string, string>>;

/** A pair of a seed example. */
export interface SeedPair {
  readonly question: string;
  readonly answer: string;
}

export interface KnowledgeSeeds {
  readonly domain: string;
  readonly outline: string;
  readonly repo: string;
  readonly patterns: readonly string[];
  readonly examples: readonly { readonly context: string; readonly pairs: readonly SeedPair[] }[];
  /** Marks every pair as one that a person has not confirmed. */
  readonly isDraft: boolean;
}

const pairText = ({ question, answer }: SeedPair, isDraft: boolean): string =>
  `      - question: ${quoted(question)}\n        answer: ${quoted(answer)}\n${isDraft ? '        draft: true\n' : ''}`;

const draftNote = `# A DRAFT: the questions and answers below were written by a model and read by nobody yet.
# Read each against its context, mend it, and delete its line "draft: true". sdg diff and sdg-read refuse the leaf until
# the last of these lines is gone.
`;

/** A leaf of knowledge. Everything in it passes the schema and the lint that InstructLab has. */
export const knowledgeLeaf = (seeds: KnowledgeSeeds, createdBy: string): string =>
  `${
    seeds.isDraft
      ? draftNote
      : `# A leaf of knowledge: documents, and examples of what to ask about them. Change every value; keep the names.
# sdg-read --check DIR says what is wrong with it.
`
  }version: 3
# Who is to be asked about it: your name at GitHub, say.
created_by: ${quoted(createdBy)}
# The field that the documents belong to, in a few words.
domain: ${quoted(seeds.domain)}
# What the documents say, in a sentence or two.
document_outline: ${quoted(seeds.outline)}
document:
  # A git repository (https://…), or a folder, relative to this file.
  repo: ${quoted(seeds.repo)}
  # A commit, tag or branch of the repository; of a plain folder any word: it is read as it is.
  commit: in-place
  # Which files: Markdown, PDF, HTML, Word and others.
  patterns:
${seeds.patterns.map((pattern) => `    - ${quoted(pattern)}\n`).join('')}# At least five passages of the documents, each with ` +
  `at least three pairs, written as you want the training rows to be.
seed_examples:
${seeds.examples.map((example) => exampleText(example, seeds.isDraft)).join('')}`;

const exampleText = ({ context, pairs }: KnowledgeSeeds['examples'][number], isDraft: boolean): string =>
  `  - context: ${literal(context, 6)}\n    questions_and_answers:\n${pairs.map((pair) => pairText(pair, isDraft)).join('')}`;

const ordinals = ['first', 'second', 'third', 'fourth', 'fifth'];

export const knowledgeFiles = (createdBy: string): Files => ({
  'qna.yaml': knowledgeLeaf(
    {
      domain: 'your field',
      outline: 'What your documents say, in a sentence.',
      repo: './documents',
      patterns: ['**/*'],
      isDraft: false,
      examples: ordinals.map((nth) => ({
        context: `The ${nth} passage of your documents, copied as it stands there.`,
        pairs: [1, 2, 3].map((n) => ({
          question: `Question ${n} about the ${nth} passage?`,
          answer: `The answer to question ${n}, as the ${nth} passage gives it.`,
        })),
      })),
    },
    createdBy,
  ),
  'documents/put-documents-here.md': '# Your documents\n\nPut the documents of this leaf into this folder, and delete this file.\n',
});

export const skillFiles = (createdBy: string): Files => ({
  'qna.yaml': `# A skill: what the model is to be able to do, and at least five examples of it. Change every value; keep the names.
# sdg-read --check DIR says what is wrong with it.
version: 3
# Who is to be asked about it: your name at GitHub, say.
created_by: ${quoted(createdBy)}
# One sentence, beginning with what the model is to do.
task_description: Say in one sentence what the model is to do.
# As unlike each other as the questions that users will ask. An example that needs a text to work on has it under
# context: then every example has one.
seed_examples:
${ordinals
  .map(
    (nth) =>
      `  - question: ${quoted(`The ${nth} question, as a user would put it.`)}\n    answer: ` +
      `${quoted(`The ${nth} answer, as you would want to read it.`)}\n`,
  )
  .join('')}`,
});

export const taskFiles = (createdBy: string, name: string): Files => ({
  'task.yaml': `# A task: sdg-read task.yaml | sdg-run skills_sdg goes on until as many samples are accepted as it asks for.
# Change every value; sdg lint task.yaml says what is wrong with it.
task_name: ${quoted(name)}
created_by: ${quoted(createdBy)}
# One sentence, beginning with what the model is to do.
task_description: Say in one sentence what the model is to do.
data_builder: instructlab/skills
# How many seed examples stand in each prompt.
num_icl_examples_per_prompt: 3
runner_config:
  # How many accepted samples you want.
  num_outputs_to_generate: 20
# One is enough, more are better. An example that needs a text to work on has it under context.
seed_examples:
${ordinals
  .slice(0, 3)
  .map(
    (nth) =>
      `  - question: ${quoted(`The ${nth} question, as a user would put it.`)}\n    answer: ` +
      `${quoted(`The ${nth} answer, as you would want to read it.`)}\n`,
  )
  .join('')}`,
});

export const recipeFiles = (): Files => ({
  'recipe.yaml': `# What to mix: sdg-mix --recipe recipe.yaml -o train.jsonl. recipes/README.md describes all that can be said.
# sdg lint recipe.yaml says what is wrong with it.
sys_prompt: You are a careful, honest and helpful assistant.
shuffle: true
datasets:
  # A file (.jsonl, .json, .csv, .parquet, packed or not), relative to this one, or hf://datasets/OWNER/NAME.
  - path: generated.jsonl
    # A share of its rows with a point (1.0: all, 0.3: three of ten), or a number of rows (300).
    sampling_size: 1.0
  - path: other-data.jsonl
    sampling_size: 0.5
`,
});

export const pipelineFiles = (): Files => ({
  'knowledge.yaml': `# A pipeline for samples of knowledge: sdg-read docs/ | sdg-run ./THIS-FOLDER. Beside it there may be
# freeform_skills.yaml and grounded_skills.yaml. "sdg blocks" lists what it can be made of, "sdg blocks TYPE" shows one;
# "sdg lint ./THIS-FOLDER" follows the columns through it.
version: "1.0"
blocks:
  # Asks the teacher for questions and answers; every pair becomes a sample.
  - name: gen_pairs
    type: LLMJsonBlock
    config:
      config_path: prompts/pairs.yaml
      schema:
        type: array
        items:
          type: object
          properties:
            question: {type: string, minLength: 1}
            response: {type: string, minLength: 1}
          required: [question, response]
      gen_kwargs:
        temperature: 0.7
        max_tokens: 2048
  # Drops what was asked before in other words.
  - name: drop_repeats
    type: NearDuplicatesBlock
    config:
      columns: [question]
  # Asks the teacher for a rating and keeps what reaches keep_from; the others go to --rejects FILE.
  - name: judge_pairs
    type: RatingJudgeBlock
    config:
      config_path: prompts/judge.yaml
      scale: [1, 3]
      keep_from: 2
      gen_kwargs:
        temperature: 0
        max_tokens: 512
`,
  'prompts/pairs.yaml': `# The parts are put one below the other. {{ column }} stands for a column of the sample.
system: You write questions and answers that teach a language model what a document says.
introduction: ""
principles: |
  Write three questions on the passage below, and answer each from the passage alone. Say nothing of "the passage" in them.
  Reply with a JSON list of objects with the members question and response.
examples: ""
generation: |
  The passage:
  {{ document }}
start_tags: [""]
end_tags: [""]
`,
  'prompts/judge.yaml': `system: You judge answers for the training of a language model, strictly and fairly.
introduction: ""
principles: |
  Rate the answer from 1 to 3: 1 if it is wrong or not in the passage, 2 if it is right, 3 if it is right, complete and clear.
  First give your reasons. Then end with a line of this form: "Rating: [[n]]".
examples: ""
generation: |
  [Passage]
  {{ document }}

  [Question]
  {{ question }}

  [Answer]
  {{ response }}
`,
});
