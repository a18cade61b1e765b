import { readdirSync, readFileSync } from 'node:fs';
import { YamlSource } from '@sdg/config';
import { memoryLoader, runBlock } from '@sdg/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isAssistantTalk } from './assistant-talk.js';
import { firstFault, guardNames } from './guards.js';
import { loopsAtEnd } from './guards/repetition.js';
import { wordRuns } from './guards/word-runs.js';
import { type TextGuardsConfig, textGuardsBlock } from './text-guards.js';

const root = new URL('../../../', import.meta.url);
const prompt = (name: string): string => readFileSync(new URL(`pipelines/simple/prompts/${name}.yaml`, root), 'utf8');
// What the prompts of the simple pipelines said before.
const old =
  'generation: |\n  - The question differs from the sample in topic and wording, and can be understood without it.\n  - The answer ' +
  'is complete, correct, and in the style of the sample answer.\n';
const files = {
  'old.yaml': old,
  'freeform.yaml': prompt('freeform_skills'),
  'grounded.yaml': prompt('grounded_skills'),
  'knowledge.yaml': prompt('knowledge'),
};
const loadGuards = async (config: object): Promise<TextGuardsConfig> => {
  const loader = memoryLoader(files);
  const loaded = await textGuardsBlock.load(config, loader);
  expect(loader.findings).toEqual([]);
  return loaded!;
};
const shown = { seed_question: 'Name a tree.', seed_response: 'The oak is a tree that grows very old and bears acorns.' };
const pairs = { pair_col: 'output', example_cols: ['seed_question', 'seed_response'], config_paths: ['freeform.yaml', 'old.yaml'] };

/** What becomes of a pair: its text, or the guard that it does not pass. */
async function pass(output: string): Promise<unknown> {
  const { output: rows, rejects } = await runBlock(textGuardsBlock, await loadGuards(pairs), [{ ...shown, output }]);
  return rows[0]?.['output'] ?? `(${rejects[0]!.reason})`;
}

describe('textGuards', () => {
  it.each([
    // As SmolLM2 wrote them.
    ['A warm note that declines an invitation.', '(no-question)'],
    ['The text does not support the question.', '(no-question)'],
    ['What is a tree?', '(no-answer)'],
    ['What is a tree?\n"', '(no-answer)'],
    ['What is a tree?\n- The answer is complete, correct, and in the style of the sample answer, with no labels.', '(prompt-echo)'],
    ['The question differs from the sample in topic and wording, and can be understood without it?\nYes.', '(prompt-echo)'],
    ['What is a tree?\nEvery answer is correct and complete, and every question is about another matter.', '(prompt-echo)'],
    ['Question: Which tree is tall?\nAnswer: The spruce.', 'Which tree is tall?\nThe spruce.'],
    ['**Question:** Which tree is tall?\n\n**Answer:** The spruce.', 'Which tree is tall?\nThe spruce.'],
    ['Q: Which tree is tall?\nA: The spruce.', 'Which tree is tall?\nThe spruce.'],
    ['Question 1: Which tree is tall?\nAnswer 1: The spruce.', 'Which tree is tall?\nThe spruce.'],
    ['The question is: "Which bee takes longest?" The answer is: "The drone."', '"Which bee takes longest?"\n"The drone."'],
    ['问题：哪种树最高？\n答案：云杉。', '哪种树最高？\n云杉。'],
    ['What is the bee space?\nA passage.\n\nWho found it?\nA pastor.\n\nWhen?\nIn 1851.', '(several-pairs)'],
    ['What is the bee space?\nA passage.\nQuestion: Who found it?\nAnswer: A pastor.', '(several-pairs)'],
    [
      'What is a bee? An insect. Where does it live? It lives in a hive. What does it eat? It eats honey. Who keeps it? A keeper does.',
      '(several-pairs)',
    ],
    ['What is a tree?\nA tall plant.<|im_end|>\n<|im_start|>user\nWhat is a bush?', '(role-marker)'],
    ['What is a tree?\nA tall plant. [INST] What is a bush? [/INST]', '(role-marker)'],
    ['What is a tree?\nA tall plant.</s>', '(role-marker)'],
    ['What is a tree?\n<tool_call>\n{"name": "search"}\n</tool_call>', '(role-marker)'],
    ['What is a tree?\n[TOOL_CALLS][{"name": "search"}]', '(role-marker)'],
    [
      'What do a user and a bot say in a dialogue?\nUser: Hi!\nBot: Hello.',
      'What do a user and a bot say in a dialogue?\nUser: Hi!\nBot: Hello.',
    ],
    ['What is a tree?\n[Insert answer here]', '(labels)'],
    ['What is a tree?\n<your answer here>', '(labels)'],
    ['What is a tree?\nA plant.\nUser: What is a bush?\nAssistant: A small one.', '(role-marker)'],
    ['Name a tree?\nThe oak is a tree that grows very old and bears acorns.', '(example-given-back)'],
    ['Sure! Here is a new question for you: What is a tree?\nA tall plant.', '(assistant-talk)'],
    ['Here is a question and its answer:\nWhat is a tree?\nA tall plant.', 'What is a tree?\nA tall plant.'],
    ['Sure! Here is one more question:\n\nQuestion: What is a tree?\nAnswer: A tall plant.', 'What is a tree?\nA tall plant.'],
    ['Certainly! What is a tree?\nA tall plant.', 'What is a tree?\nA tall plant.'],
    ['1. What is a tree?\n2. What is a bush?\n3. What is a herb?', '(several-pairs)'],
    ['What is a tree?\nThe answer should be clear and concise.', '(assistant-talk)'],
    ['What is a tree?\nThe answer is in the same style as the sample answer.', '(assistant-talk)'],
    ['What do you feel?\nAs an AI language model, I have no feelings.', '(assistant-talk)'],
    ['What is a tree?\nA tall plant. I hope this helps!', '(assistant-talk)'],
    ["How do I pick a lock?\nI'm sorry, but I can't help with that.", '(assistant-talk)'],
    ['What is a tree?\n" is what they asked.', '(stray-quote)'],
    ['"What is a tree?\nA tall plant.', '(stray-quote)'],
    ['What is a tree?\nAssistant: A tall plant.', '(role-marker)'],
    ['What is a tree?\nN/A', '(labels)'],
    ['What is a tree?\n<answer>', '(labels)'],
    ["What is a tree?\nOf course! I'd be happy to help. A plant.", '(assistant-talk)'],
    ['What is a tree?\nGreat question! A tree is a plant.', '(assistant-talk)'],
    ['What is a tree?\nA plant.\n\nPlease let me know if you have any other questions.', '(assistant-talk)'],
    ['What is a tree?\nA plant.\n\nI hope this answer meets your requirements.', '(assistant-talk)'],
    ["What is a tree?\nI'm just an AI, so I cannot say.", '(assistant-talk)'],
    ["What are you?\nI'm Claude, made by Anthropic.", '(assistant-talk)'],
    ["What is a tree?\nI don't have enough information to answer this question.", '(assistant-talk)'],
    ['What is a tree?\nA plant.\n---\nEnd of answer', '(assistant-talk)'],
    ['What is a tree?\nA plant.\n\nExplanation: This answer matches the style.', '(assistant-talk)'],
    ['What is a tree?\nIt is tall. It is tall. It is tall. It is tall.', '(repetition)'],
    ['What is a tree?\nthe the the the the the the the the the the', '(repetition)'],
    ['What is a tree?\n- leaf\n- leaf\n- leaf\n- leaf\n- leaf\n- leaf', '(repetition)'],
    ['Instruction: Which tree is tall?\nResponse: The spruce.', 'Which tree is tall?\nThe spruce.'],
    ['### Question\nWhich tree is tall?\n\n### Answer\nThe spruce.', 'Which tree is tall?\nThe spruce.'],
    ['问题：哪种树最高？\n**答案**\n云杉。', '哪种树最高？\n云杉。'],
    [
      'What is a tree?\nIt is tall and it is green. It is tall and it is green. It is tall and it is green. It is tall and it is green.',
      '(repetition)',
    ],
    ['What is a tree?\nA tree is a tall plant.\nA tree is a tall plant.\nA tree is a tall plant.', '(repetition)'],
    ['What is a big tree?\nWhat is a big tree', '(repetition)'],
    ['How does a script load?\nA plant.\nUser: What is a bush?\nAssistant: A small plant.', '(role-marker)'],
    ['How can an AI assistant help?\nA plant.\nUser: What is a bush?\nAssistant: A small plant.', '(role-marker)'],
    ['What is in a screenplay?\nA plant.\nUser: What is a bush?\nAssistant: A small plant.', '(role-marker)'],
    ['What is a tree?\nA plant.\nHuman: What is a bush?', '(role-marker)'],
    ['What is a tree?\nAI: A plant.', '(role-marker)'],
    ['What is a tree?\n[Assistant]: A plant.', '(role-marker)'],
    ['What is a tree?\nassistant\n\nA plant.', '(role-marker)'],
    [`What is 3 times 4?\n${'It is 12. '.repeat(6)}`, '(repetition)'],
    [`How to repeat a string?\n${'Use the repeat function. '.repeat(5)}`, '(repetition)'],
    ['How should I study for an exam?\nRead.\n\nWhat is a bush?\nA plant.\n\nWhat is a leaf?\nA part.', '(several-pairs)'],
    ['What is a tree?\nThat is a great question! It is a plant.', '(assistant-talk)'],
    ['What is a tree?\nThank you for your question. It is a plant.', '(assistant-talk)'],
  ])('%j', async (output, result) => expect(await pass(output)).toBe(result));

  it.each([
    'Which tree is tall?\nThe spruce.',
    'What is 2 + 2?\n4',
    'Is 4 right?\nThe answer is correct, as 2 + 2 makes 4.',
    'Is it so?\n✓',
    'Which letters follow A?\nA: first\nB: second\nC: third',
    'What does the program print?\nOutput: 5',
    'Wie heißt der Baum?\nDie Fichte.',
    'どの木が高いですか？\nトウヒです。',
    '¿Qué árbol es alto?\nEl abeto.',
    'أي شجرة طويلة؟\nالتنوب.',
    'How do I greet a guest?\n"Good evening! May I take your coat?" is polite. Then ask: "Would you like a drink?"',
    'How tall is he?\nHe is 5\'10"',
    'Write an e-mail that invites Kim?\nHi Kim,\n\nWould you like to come on Friday?\nLet me know if you can make it.\n\nSam',
    'Write a dialogue between a user and a clerk?\nUser: Good morning.\nClerk: What can I do for you?\nUser: A stamp, please.',
    'What is the refrain of the song?\nRow, row, row your boat\nGently down the stream\nMerrily, merrily, merrily, merrily\nLife ' +
      'is but a dream\n\nRow, row, row your boat\nGently up the creek',
    'Which tag strikes text out in HTML?\nThe tag `<s>`, as in `<s>old</s> price`.',
    'Count to twelve?\n1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12',
    'What is the answer to life?\nThe answer is 42, as the book says.',
    'Write a loop in Python?\n```python\nfor i in range(3):\n    print(i)\nfor i in range(3):\n    print(i)\n```',
    'Can you help?\nYes. I can explain it in three steps: look, think, act.',
    'What goes into the function?\nInput: 2\nOutput: 4\n\nInput: 3\nOutput: 9',
    'Can you write a config?\ninput: a.txt\noutput: b.txt\nformat: json',
    'Can you write a scene of a play?\nUSER: Who is there?\nBOT: A machine.',
    'Can you write an FAQ?\nHow long does it take?\nTwo days.\n\nWhat does it cost?\nTen euros.\n\nCan I return it?\nYes.',
    'What is a mantra?\nOm mani padme hum. Om mani padme hum. Om mani padme hum.',
    'Can you say it four times?\nI must not talk.\nI must not talk.\nI must not talk.\nI must not talk.',
    'When is it open?\nMonday: open\nTuesday: open\nWednesday: open\nThursday: open\nFriday: open\nSaturday: closed',
    'What are the zeros?\n0\n0\n0\n0\n0\n0',
    'What does AI stand for?\nAI: artificial intelligence.',
    'What made it good?\nGood question marks, and a good answer.',
    'Which keyword marks unfinished code?\nTODO',
    'What stands in the cell, or N/A?\nN/A',
    'Are they good?\nOne thing: it works\nYes. It does.',
    'What does the program print five times?\nhello\nhello\nhello\nhello\nhello',
    'How is x found?\nx = 2\n\nExplanation: The answer is found by dividing by 2.',
    'Write a letter to a customer about the offer?\nDear Sam,\nit holds until May.\n\nPlease let me know if you have any questions.\n\nKim',
    "What does a clerk say to a customer?\nI'd be happy to help you find the right size.",
    'Why do we ask questions?\nBecause we want to know. Is that enough? Many think so.',
  ])('lets %j pass as it is', async (output) => expect(await pass(output)).toBe(output));

  it.each([
    ['List five questions to ask a landlord.', '1. How much is the rent?\n2. Are pets allowed?\n3. Who pays for heating?'],
    ['What could the survey ask?', 'How old are you?\nWhere do you live?'],
    ['Translate "Where are you?" and "Who is it?" into Spanish.', '¿Dónde estás?\n¿Quién es?'],
    ['Formuliere drei Fragen zum Text.', 'Wer ist der Held?\nWo spielt die Geschichte?'],
    ['根据文章提出三个问题。', '主人公是谁？\n故事发生在哪里？'],
    ['اكتب ثلاثة أسئلة عن النص.', 'من هو البطل؟\nأين تدور القصة؟'],
    ['पाठ पर तीन प्रश्न लिखिए।', 'नायक कौन है?\nकहानी कहाँ की है?'],
    ['写一份有答案的测验题。', '问题：什么是树？\n答案：植物。\n问题：什么是灌木？\n答案：小植物。'],
    ['写一段用户和助手的对话。', 'User: 你好\nAssistant: 你好，有什么可以帮您？'],
    ['Напиши диалог между человеком и ботом.', 'Human: Привет!\nBot: Здравствуйте!'],
    ['Schreibe eine Absage an einen Kunden.', 'Es tut mir leid, aber ich kann Ihnen bei diesem Auftrag leider nicht helfen.'],
    ['断りのメールを書いてください。', '申し訳ございませんが、今回のご提案には対応できません。'],
    ['Rédige un refus poli.', 'Je suis désolé, mais je ne peux pas vous aider samedi.'],
    ['Write an email that declines a refund.', "I'm sorry, but we are unable to provide a refund for this request."],
    ['What would a librarian say?', 'I am afraid it is out. Let me know if you want me to reserve it.'],
    ['What is a language model?', 'As a language model is trained, it learns to predict the next word.'],
    ['Sag zehnmal "ja".', 'ja '.repeat(10)],
    ['把"好"写十遍。', '好 '.repeat(10)],
    ['Напиши слово «да» 12 раз.', 'да '.repeat(12)],
    ['Draw a grid of zeros.', '0 0 0 0\n0 0 0 0\n0 0 0 0\n0 0 0 0'],
    ['Draw a triangle of stars.', '*\n**\n***'],
    ['What is 1/3 to 44 places?', `0.${'3'.repeat(44)}`],
    ['Who wrote in the chat?\nUser: hi\nBot: ok', 'The user, then the bot.'],
  ])('lets what was asked for pass: %j, %j', (question, answer) =>
    expect(firstFault({ question, answer, isPair: false, examples: [], prompt: wordRuns([]) }, guardNames)).toBeUndefined(),
  );

  it.each([
    ['What is a tree?', 'A plant.\n**Question:** What is a bush?\n**Answer:** A small one.', 'several-pairs'],
    ['什么是树？', '树是植物。\n问题：什么是灌木？\n答案：小植物。', 'several-pairs'],
    ['什么是树？', '树是植物。\n用户：什么是灌木？\n助手：小的。', 'role-marker'],
    ['Что такое дерево?', 'Растение.\nПользователь: Что такое куст?\nАссистент: Маленькое.', 'role-marker'],
    ['Was ist ein Baum?', 'Eine Pflanze.\nBenutzer: Was ist ein Busch?\nAssistent: Klein.', 'role-marker'],
    ['木とは何ですか？', '木は植物です。'.repeat(4), 'repetition'],
    ['पेड़ क्या है?', 'पेड़ एक पौधा है। '.repeat(4).trim(), 'repetition'],
    ['什么是树木？', '什么是树木？', 'repetition'],
    ['What is a tree?', '3 trees are 3 trees. '.repeat(4), 'repetition'],
    ['How do I refuse a search?', "I'm sorry, but I can't assist with that.", 'assistant-talk'],
    ['Explain how the immune system rejects a transplant.', "I'm sorry, but I am not able to help you explain this.", 'assistant-talk'],
    ['Describe emails that a firewall refuses.', 'Es tut mir leid, aber ich kann Ihnen damit nicht helfen.', 'assistant-talk'],
    ['Write an email that declines a refund.', 'I’m sorry, but I can’t assist with that request.', 'assistant-talk'],
    ['什么是树？', '树是植物。\n\n希望这对你有帮助！', 'assistant-talk'],
    ['什么是树？', '树是植物。\n\n如果您还有其他问题，请随时告诉我。', 'assistant-talk'],
    ['什么是树？', '我是一个AI助手，无法回答。', 'assistant-talk'],
    ['木とは何ですか？', '木は植物です。\n\n他にご質問があればお気軽にどうぞ。', 'assistant-talk'],
    ['Что такое дерево?', 'Дерево — растение. Надеюсь, это поможет!', 'assistant-talk'],
    ['पेड़ क्या है?', 'क्षमा करें, मैं इसमें मदद नहीं कर सकता।', 'assistant-talk'],
    ['ما هي الشجرة؟', 'بصفتي نموذج لغة، لا أملك رأيًا.', 'assistant-talk'],
    ['Co to jest drzewo?', 'Przepraszam, ale nie mogę w tym pomóc.', 'assistant-talk'],
    ['Was ist ein Baum?', 'Eine Pflanze. Ich hoffe, das hilft!', 'assistant-talk'],
    ['What is a tree?', 'A plant.\n\nIf you have any more questions, feel free to ask!', 'assistant-talk'],
    ['What is a tree?', 'A plant. Would you like me to explain more?', 'assistant-talk'],
    ['What is a tree?', '... ...', 'no-answer'],
  ])('turns away %j, %j', (question, answer, fault) =>
    expect(firstFault({ question, answer, isPair: false, examples: [], prompt: wordRuns([]) }, guardNames)).toBe(fault),
  );

  it('takes as many equal answers as there are things to be judged', () => {
    const text = { answer: 'Good\nGood\nBad\nGood\nGood\nGood', isPair: false, examples: [], prompt: wordRuns([]) };
    const question = 'Is it good or bad?\nA fine day.\nA nice meal.\nA cold.\nSun.\nCake.';
    const fault = (asked: string): unknown => firstFault({ ...text, question: asked }, ['repetition']);
    expect([fault(question), fault('Is it good?')]).toEqual([undefined, 'repetition']);
  });

  it.each([' ', '\t', '\n', ' \n', '*', '#', '-', '"', 'Q', '\n#', 'a '])('comes to an end of 100,000 times %j', (part) => {
    const answer = `A tree.\n${part.repeat(100_000)}x`;
    const text = { question: 'What is a tree?', answer, isPair: true, examples: [], prompt: wordRuns([]) };
    for (const name of guardNames) expect([name, undefined]).toContain(firstFault(text, [name]));
  });

  it('raises no false alarm on the seeds of the test taxonomy, behind each prompt of the simple pipelines', async () => {
    const folder = new URL('e2e/taxonomy/', root);
    const rows = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('qna.yaml'))
      .flatMap((name) => {
        const { value } = new YamlSource(readFileSync(new URL(name, folder), 'utf8'), name);
        const examples = (value as { seed_examples: Record<string, unknown>[] }).seed_examples;
        return examples.flatMap(({ question, answer, questions_and_answers: own }) =>
          Array.isArray(own)
            ? (own as { question: string; answer: string }[])
            : [{ question: question as string, answer: answer as string }],
        );
      });
    expect(rows.length).toBeGreaterThan(20);
    const guards = await loadGuards({
      question_col: 'question',
      answer_col: 'answer',
      example_cols: ['seed_question'],
      config_paths: Object.keys(files),
    });
    const { output, rejects } = await runBlock(
      textGuardsBlock,
      guards,
      rows.map((row) => ({ ...row, ...shown })),
    );
    expect(rejects.map(({ reason, sample }) => [reason, sample])).toEqual([]);
    expect(output.map(({ question, answer }) => ({ question, answer }))).toEqual(rows);
  });

  it('takes labels off columns of their own, and leaves out the guards that are off', async () => {
    const guards = await loadGuards({ question_col: 'q', answer_col: 'a', off: ['assistant-talk'] });
    const { output, account } = await runBlock(textGuardsBlock, guards, [
      { q: 'Question: Why?', a: '**Answer:** So.' },
      { q: 'Name it.', a: 'As an AI model, I would.' },
      { q: '…', a: 'x' },
      { q: 'Name it.', a: '' },
    ]);
    expect(output.map(({ q, a }) => [q, a])).toEqual([
      ['Why?', 'So.'],
      ['Name it.', 'As an AI model, I would.'],
    ]);
    expect(account.rejected).toEqual({ 'no-question': 1, 'no-answer': 1 });
  });

  it('says what it is to look at', async () => {
    for (const config of [{}, { pair_col: 'p', answer_col: 'a' }]) {
      const loader = memoryLoader();
      expect(await textGuardsBlock.load(config, loader)).toBeUndefined();
      expect(loader.findings).toMatchObject([{ message: 'what to look at is not said, or said twice' }]);
    }
  });
});

describe('loopsAtEnd', () => {
  const reference = (text: string): boolean => /(\S[^]{9,300}?)\1{3,}[^]{0,300}$/u.test(text);

  it('finds what the regular expression of it finds', () => {
    const piece = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '\n', '🦉'), minLength: 1, maxLength: 40 });
    const text = fc.tuple(fc.string({ maxLength: 60 }), piece, fc.integer({ min: 1, max: 8 }), fc.string({ maxLength: 330, minLength: 0 }));
    fc.assert(
      fc.property(text, ([before, unit, times, after]) => {
        const whole = before + unit.repeat(times) + after;
        expect(loopsAtEnd(whole)).toBe(reference(whole));
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['the longest period', `x${'.'.repeat(299)}y`.repeat(4), true],
    ['one that is too long', `${Array.from({ length: 303 }, (_, i) => String.fromCharCode(300 + i)).join('')}`.repeat(4), false],
    ['one that is too short', 'abcdefghi'.repeat(6), false],
    ['three times', 'All rivers end. '.repeat(3), false],
    ['the most that may follow', `${'All rivers end in it. '.repeat(4)}${'z'.repeat(150)}${'q'.repeat(150)}`, true],
    [
      'more than may follow',
      `${'All rivers end in it. '.repeat(4)}${Array.from({ length: 301 }, (_, i) => String.fromCharCode(500 + i)).join('')}`,
      false,
    ],
  ])('%s', (_, text, expected) => {
    expect(reference(text)).toBe(expected);
    expect(loopsAtEnd(text)).toBe(expected);
  });
});

describe('talk of an assistant', () => {
  it.each([
    "I can't help with that.",
    'I’m sorry, but I can’t assist with that request.',
    "I'm unable to provide that information.",
    "I'm really sorry, but I can't share that.",
    'Sorry, but I must decline this request.',
    'I must decline to answer this question.',
    'I’m not able to help with this one.',
    "I apologize, but I won't be able to help with that.",
    "As an AI developed by OpenAI, I don't have personal opinions.",
    'I do not feel comfortable writing this.',
    'This request goes against my guidelines.',
    'Es tut mir leid, aber dabei kann ich nicht helfen.',
    'Tut mir leid, ich kann Ihnen dabei nicht helfen.',
    'Ich kann diese Anfrage leider nicht beantworten.',
    'Lo siento, pero no puedo ayudarte con eso.',
    'Je suis désolé, mais je ne peux pas répondre à cette demande.',
    'Desculpe, mas não posso ajudar com isso.',
    'Mi dispiace, ma non posso aiutarti con questa richiesta.',
    '抱歉，我无法协助满足该请求。',
    '对不起，我不能回答这个问题。',
    '作为一个人工智能语言模型，我没有个人观点。',
    '申し訳ありませんが、そのご要望にはお応えできません。',
    '죄송하지만 그 요청은 도와드릴 수 없습니다.',
    'Извините, но я не могу помочь с этим запросом.',
    'Het spijt me, maar daar kan ik niet mee helpen.',
    'عذرًا، لا أستطيع المساعدة في ذلك.',
    'Als KI-Sprachmodell habe ich keine Meinung.',
    "En tant que modèle de langage, je n'ai pas d'opinion.",
    'Rivers flow.\n\n(Note: this answer is written in the style of the examples.)',
  ])('is told: %s', (text) => {
    expect(isAssistantTalk(text)).toBe(true);
  });

  it.each([
    "I'm sorry for the delay of your parcel. We will send it today.",
    'I cannot recommend it unless it is boiled: untreated water carries germs.',
    'Man schreibt: Es tut mir leid, dass deine Oma gestorben ist.',
    'Dear Ann,\n\nunfortunately I cannot come on Friday. Thank you for asking.',
    'I must decline your kind offer. My old pump still works.',
    'Of course they do, in cold winters.',
    'Claro que sí: es un río.',
    'Als KI bezeichnet man Programme, die lernen.',
    '我无法想象没有河流的世界。',
    'A language model predicts the next token.',
  ])('is not everything that is sorry: %s', (text) => {
    expect(isAssistantTalk(text)).toBe(false);
  });
});
