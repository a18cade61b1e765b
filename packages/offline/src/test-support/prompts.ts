import type { OutputContract } from '@sdg/core';

/** A prompt as people write them, what its block looks for in the reply, and what can be said of the first row. */
interface PromptCase {
  readonly name: string;
  readonly prompt: string;
  readonly contract: OutputContract;
  /** Rows wanted of one reply, at least. */
  readonly rows: number;
  readonly expected: Readonly<Record<string, string | RegExp>>;
}

export const document = `# Tides

## Why the sea rises and falls

The tides are the rise and fall of the sea. They are caused by the gravity of the moon and, to a lesser degree, of the sun. Most coasts \
have two high tides and two low tides in about 25 hours. Isaac Newton explained the tides in 1687 by his law of gravity.

## Spring tides and neap tides

A spring tide is a tide with an unusually large range. It occurs at new moon and at full moon, because the sun and the moon then pull \
along one line. A neap tide has a small range, and occurs at the half moons.

| Kind of tide | Phase of the moon | Range |
| --- | --- | --- |
| Spring tide | new or full moon | large |
| Neap tide | half moon | small |

## The Bay of Fundy

The Bay of Fundy lies on the Atlantic coast of Canada. Its tides are the highest in the world and reach 16 metres. The bay swings like \
water in a bathtub, and the length of its swing is close to that of the tide.`;

const questionTags = ['[Start of Question]', '[End of Question]'] as const;
const tags = (...names: readonly string[]): Pick<OutputContract, 'startTags' | 'endTags'> => ({
  startTags: names.map((name) => `[Start of ${name}]`),
  endTags: names.map((name) => `[End of ${name}]`),
});

export const promptCases: readonly PromptCase[] = [
  {
    name: 'questions for a freeform skill',
    prompt: `You are a careful assistant.
Think of 3 varied questions for the following skill - Decline an invitation politely.
* Write in good English.
* Put each question between ${questionTags.join(' and ')} tags.
Here is an example:
[Start of Question]
Write a note to Priya declining her invitation to dinner.
[End of Question]

Now write 3 such questions in the format of the example.`,
    contract: { columns: ['question'], ...tags('Question') },
    rows: 3,
    expected: { question: /declining her invitation to \w+/u },
  },
  {
    name: 'judging a freeform question',
    prompt: `Please judge the question below, which an assistant wrote for this task - Decline an invitation politely. First explain, \
then give a score of 1 (good) or 0 (bad).
[Start of Question]
Tell me a joke
[End of Question]
[Start of Evaluation]
It has nothing to do with the task.
[End of Evaluation]
[Start of Score]
0
[End of Score]

Here is the question to judge:
[Start of Question]
Write a note to Omar declining his invitation to a picnic.
[End of Question]
Return the evaluation between [Start of Evaluation] and [End of Evaluation] and the score between [Start of Score] and [End of Score].`,
    contract: { columns: ['evaluation', 'score'], ...tags('Evaluation', 'Score') },
    rows: 1,
    expected: { evaluation: /declining his invitation/u, score: '1' },
  },
  {
    name: 'answering a freeform question like an example',
    prompt: `Answer the question as an expert would, in the style of the example.
[Start of Question]
Write a note to Priya declining her invitation to dinner.
[End of Question]
[Start of Response]
Dear Priya, thank you for asking me to dinner. I cannot come this time.
[End of Response]

Now it is your turn. Answer this question:
[Start of Question]
Could you write a note to Hanna declining her invitation to lunch?
[End of Question]`,
    contract: { columns: ['response'], ...tags('Response') },
    rows: 1,
    expected: { response: 'Dear Hanna, thank you for asking me to lunch. I cannot come this time.' },
  },
  {
    name: 'judging a pair on three points',
    prompt: `Evaluate the answer that an assistant gave. Use this scale:
1: wrong, incomplete or harmful.
2: right, but brief.
3: right, complete and pleasant to read.

Here is the pair:
[Start of Question]
Write a note to Hanna declining her invitation to lunch.
[End of Question]
[Start of Answer]
Dear Hanna, thank you for asking me to lunch on your birthday. I have to be in another town that day, so I must decline the invitation, \
and I will call you in the evening.
[End of Answer]

Begin with a short explanation, then rate the answer from 1 to 3.
* The explanation goes between [Start of Evaluation] and [End of Evaluation].
* The score goes between [Start of Score] and [End of Score].`,
    contract: { columns: ['evaluation', 'score'], ...tags('Evaluation', 'Score') },
    rows: 1,
    expected: { score: '3' },
  },
  {
    name: 'a context like an example',
    prompt: `Come up with a new context for this skill - Find out who has agreed to do what.
An example of a context:
[Start of Context]
Choir committee, 14 September. Kofi will write to the parish by Friday. Helen will copy the score on Monday.
[End of Context]
Now write one context in the same style, between [Start of Context] and [End of Context].`,
    contract: { columns: ['context'], ...tags('Context') },
    rows: 1,
    expected: { context: /^Choir committee|^Orchestra|^\w+ committee, 14 \w+\. (?!Kofi)\w+ will write to the parish by \w+day\./u },
  },
  {
    name: 'an answer from a context',
    prompt: `Answer from the context alone.
[Start of Context]
Choir committee. Kofi will write to the parish by Friday. Helen will copy the score on Monday.
[End of Context]
[Start of Question]
What will Helen do?
[End of Question]
Write the answer between [Start of Response] and [End of Response].`,
    contract: { columns: ['response'], ...tags('Response') },
    rows: 1,
    expected: { response: 'Helen will copy the score on Monday.' },
  },
  {
    name: 'pairs from a document, found by a pattern',
    prompt: `Write a series of questions with answers on a chapter of a book about oceanography.
An example:
[Document]
Coral is an animal.
[QUESTION]
What is coral?
[ANSWER]
Coral is an animal.
[END]

Here is the document:
[DOCUMENT]
Tides of the world
${document}`,
    contract: {
      columns: ['question', 'response'],
      pattern: String.raw`\[(?:Question|QUESTION)\]\s*(.*?)\s*\[(?:Answer|ANSWER)\]\s*(.*?)\s*(?=\[(?:Question|QUESTION)\]|$)`,
    },
    rows: 4,
    expected: { question: /\?$/u },
  },
  {
    name: 'faithfulness, yes or no',
    prompt: `Decide whether the context supports the answer. Say YES if it does and NO if it does not.
Example:
[Start of Context]
An apple pie has two crusts.
[End of Context]
[Start of Response]
Apple pies are blue.
[End of Response]
[Start of Explanation]
The context says nothing of a colour.
[End of Explanation]
[Start of Answer]
NO
[End of Answer]

Now decide for the following:
[Start of Context]
${document}
[End of Context]
[Start of Response]
The Bay of Fundy has tides that reach 16 metres, the highest in the world.
[End of Response]`,
    contract: { columns: ['explanation', 'judgment'], ...tags('Explanation', 'Answer') },
    rows: 1,
    expected: { judgment: 'YES', explanation: /16 metres/u },
  },
  {
    name: 'faithfulness of an invention',
    prompt: `Decide whether the context supports the response. Answer YES or NO.
[Start of Context]
${document}
[End of Context]
[Start of Response]
Penguins discovered electricity while playing chess in Argentina during winter.
[End of Response]
Put your reasons between [Start of Explanation] and [End of Explanation] and the verdict between [Start of Answer] and [End of Answer].`,
    contract: { columns: ['explanation', 'judgment'], ...tags('Explanation', 'Answer') },
    rows: 1,
    expected: { judgment: 'NO' },
  },
  {
    name: 'relevancy on a scale of 0 to 2',
    prompt: `Rate whether the answer is about what was asked, on a scale from 0 to 2.
[Start of Question]
When did Isaac Newton explain the tides?
[End of Question]
[Start of Answer]
Isaac Newton explained the tides in 1687 by his law of gravity.
[End of Answer]
First your feedback between [Start of Feedback] and [End of Feedback], then the score between [Start of Score] and [End of Score].`,
    contract: { columns: ['feedback', 'score'], ...tags('Feedback', 'Score') },
    rows: 1,
    expected: { score: '2' },
  },
  {
    name: 'four choices',
    prompt: `Write multiple choice questions on the document, with the correct answer.
[Start of Document]
Water boils at 100 degrees.
[End of Document]
[Start of Question]
At what temperature does water boil?
A) 10
B) 100
C) 50
D) 1000
[End of Question]
[Start of Answer]
B) 100
[End of Answer]

Here is the document:
[Start of Document]
${document}
[End of Document]`,
    contract: { columns: ['mmlubench_question', 'mmlubench_answer'], ...tags('Question', 'Answer') },
    rows: 3,
    expected: { mmlubench_question: /[\s\S]+\nA\) .+\nB\) .+\nC\) .+\nD\) .+$/u, mmlubench_answer: /^[A-D]\) \S/u },
  },
  {
    name: 'four choices between tags that end each other',
    prompt: `Create multiple-choice questions about this passage.

Passage:
${document}

Write each as [Question] followed by [Answer].`,
    contract: { columns: ['question', 'answer'], startTags: ['[Question]', '[Answer]'], endTags: ['[Answer]', '[Question]'] },
    rows: 3,
    expected: { answer: /^[A-D]\) \S/u },
  },
  {
    name: 'a document without spelling mistakes',
    prompt: `Correct the spelling and the grammar of the document, and change nothing else.
Document:
${document}

Return the corrected document between [Start of Corrected Document] and [End of Corrected Document].`,
    contract: { columns: ['spellcheck'], ...tags('Corrected Document') },
    rows: 1,
    expected: { spellcheck: document },
  },
  {
    name: 'a list of facts',
    prompt: `Break the document down into atomic facts.\n\n<document>\n${document}\n</document>`,
    contract: { columns: ['summary_atomic_facts'], startTags: [''], endTags: [''] },
    rows: 1,
    expected: { summary_atomic_facts: /^- The tides are the rise and fall of the sea\.\n- /u },
  },
  {
    name: 'a summary',
    prompt: `Give me a detailed summary of this document.\n\nDocument:\n${document}`,
    contract: { columns: ['summary_detailed'], startTags: [''], endTags: [''] },
    rows: 1,
    expected: { summary_detailed: /[.]/u },
  },
  {
    name: 'numbered questions after several examples',
    prompt: `You are asked to come up with 2 diverse questions for this task: Decline an invitation politely.

### Question 1:
Write a note to Priya declining her invitation to dinner.

### Question 2:
Help me tell my neighbour Tomas that I cannot come to his wedding.

Write 2 more questions. Begin each with "### Question n:".`,
    contract: { columns: ['question'], pattern: String.raw`### Question \d+:\s*(.*?)\s*(?=### Question|$)` },
    rows: 2,
    expected: { question: /declining|cannot come/u },
  },
  {
    name: 'a rating in double brackets',
    prompt: `Act as an impartial judge of the answer below. Explain, then rate it from 1 to 3 in this form: "Rating: [[2]]".

### Question:
When did Isaac Newton explain the tides?

### Answer:
Isaac Newton explained the tides in 1687 by his law of gravity, which says how strongly bodies attract each other.`,
    contract: { columns: ['rating'], pattern: String.raw`Rating:\s*\[\[(\d)\]\]` },
    rows: 1,
    expected: { rating: '3' },
  },
];
