import fc from 'fast-check';
import { columnsOf, rejectsTo, Run, seedSample, type RejectRecord } from '@sdg/core';
import { from, lastValueFrom, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { listItems } from './list-items.js';
import { splitList } from './split-list.js';

async function split(list: string, columns: object = {}) {
  const rejects: RejectRecord[] = [];
  const run = new Run({ observer: rejectsTo((record) => rejects.push(record)) });
  const input = [seedSample({ list, ...columns })];
  const output = await lastValueFrom(
    from(input).pipe(splitList({ input_col: 'list', output_col: 'item', label: 'Question', max_items: 3 }, run.block('split')), toArray()),
  );
  run.ledger.reconcile();
  return { items: output.map(({ item }) => item), output, rejects, account: run.ledger.toJSON()[0]! };
}

describe('splitList', () => {
  it.each([
    ['### Question 1: one\n### Question 2:\ntwo\nlines', ['one', 'two\nlines']],
    ['**Question 1:** one\n\n**Question 2**: two', ['one', 'two']],
    ['Question 1. one\nquestion 2) two', ['one', 'two']],
    ['- Question #1: one\n---\n- Question #2: two', ['one', 'two']],
    ['### Question 1\none', ['one']],
    ['### Question 1 - one\n### Question 2 – two', ['one', 'two']],
    ['### Question 1:\none\nQuestion 3-5 of the list', ['one\nQuestion 3-5 of the list']],
    ['### Question 1: Is the question 2 harder than Question 3: the last?', ['Is the question 2 harder than Question 3: the last?']],
  ])('%j', async (list, items) => {
    expect((await split(list)).items).toEqual(items);
  });

  it.each<[string, readonly string[]]>([
    // Marks inside fences and lists quoted in an item are text.
    [
      '### Question 1:\nExplain this file:\n```md\n# Question 1:\nOld\n### Question 2: old two\n```\n### Question 2:\nWhat else?',
      ['Explain this file:\n```md\n# Question 1:\nOld\n### Question 2: old two\n```', 'What else?'],
    ],
    [
      '### Question 1:\nWrite a quiz in this form:\nQuestion 1: ...\nQuestion 2: ...\n### Question 2:\nHow?',
      ['Write a quiz in this form:\nQuestion 1: ...\nQuestion 2: ...', 'How?'],
    ],
    ['### Question 1:\nUse this form:\nQuestion 1: ...\nQuestion 2: ...', ['Use this form:\nQuestion 1: ...\nQuestion 2: ...']],
    [
      '### Question 1: 1. `code`\n- item\n~~~py\n### Question 9: inner\n~~~\nWhat?\n\n### Question 2: b',
      ['1. `code`\n- item\n~~~py\n### Question 9: inner\n~~~\nWhat?', 'b'],
    ],
    ['1. Sort these:\n   1. pear\n   2. fig\n2. Why?', ['Sort these:\n   1. pear\n   2. fig', 'Why?']],
    ['1. Sort these:\n1. pear\n2. Why?', ['Sort these:\n1. pear', 'Why?']],
    // The first behind an announcement.
    ['Sure! Question 1: one\nQuestion 2: two', ['one', 'two']],
    ['Here are two: **1.** one\n**2.** two', ['one', 'two']],
    ['Sure! 1. What is one?\n2. What is two?', ['What is one?', 'What is two?']],
    // Answers that nobody asked for, and choices.
    ['Q1: one?\nA1: A plant.\nQ2: two?\nA2: Small.', ['one?', 'two?']],
    ['1. one?\n**Answer:** A plant.\n\n2. two?\n**Answer:** Small.', ['one?', 'two?']],
    ['1. one?\nA: x\nB: y\n2. two?\nA: y\nB: z', ['one?\nA: x\nB: y', 'two?\nA: y\nB: z']],
    ['1. What does it say?\nAnswer: in one word.\n2. Why?', ['What does it say?\nAnswer: in one word.', 'Why?']],
    // Words and numbers that count.
    ['Question I: Which?\nQuestion II: Why?', ['Which?', 'Why?']],
    ['Task 1: Which?\nTask 2: Why?', ['Which?', 'Why?']],
    ['Chapter 1: Which?\nChapter 2: Why?', ['Chapter 1: Which?', 'Chapter 2: Why?']],
    // Farewells.
    ['1. 什么是树？\n2. 什么是灌木？\n希望这些问题对你有帮助！', ['什么是树？', '什么是灌木？']],
    ['1. Что это?\n2. Зачем?\n\nНадеюсь, эти вопросы помогут!', ['Что это?', 'Зачем?']],
    ['1. Was?\n2. Wie?\n\nIch hoffe, diese Fragen helfen dir.', ['Was?', 'Wie?']],
    ['1. 木とは？\n2. 森とは？\n\nこれらの質問は基本的な内容です。', ['木とは？', '森とは？']],
    ['1. one\n2. two\nLet me know if you need more questions!', ['one', 'two']],
    ['1. one\nmore\n2. two\nIch hoffe, das hilft.', ['one\nmore', 'two\nIch hoffe, das hilft.']],
    // Forms of GPT, Claude, Llama, Mixtral, Qwen, Gemma and small models.
    ['1. one\n2. two', ['one', 'two']],
    ['1) one\n2) two', ['one', 'two']],
    ['(1) one\n(2) two', ['one', 'two']],
    ['**1.** one\n**2.** two', ['one', 'two']],
    ['**1. What is one?**\n\n**2. What is two?**', ['What is one?', 'What is two?']],
    ['1. **one**\n2. **two**', ['**one**', '**two**']],
    ['### 1. one\n### 2. two', ['one', 'two']],
    ['### 1\none\n### 2\ntwo', ['one', 'two']],
    ['## 1: one\n## 2: two', ['one', 'two']],
    ['Q1: one\nQ2: two', ['one', 'two']],
    ['[Question 1] one\n[Question 2] two', ['one', 'two']],
    ['___Question 1:___ one\n___Question 2:___ two', ['one', 'two']],
    ['1\\. one\n2\\. two', ['one', 'two']],
    ['①one\n②two', ['one', 'two']],
    ['1 - one?\n2 - two?', ['one?', 'two?']],
    ['1] one\n2] two', ['one', 'two']],
    ['[1] one\n[2] two', ['one', 'two']],
    ['1　one\n2　two', ['one', 'two']],
    ['<ol><li>one</li><li>two</li></ol>', ['one', 'two']],
    ['第1题：one\n第2题：two', ['one', 'two']],
    ['Question: one\n\n**Question:** two\nlines', ['one', 'two\nlines']],
    ['Here they are:\n- one?\n- two？', ['one?', 'two？']],
    ['- Sort these\n- pear?', []],
    ['Sort these:\n- pear\n- fig', []],
    ['{"question_1":"one","question_2":"two"}', ['one', 'two']],
    ['{"question":"one"}\n{"question":"two"}', ['one', 'two']],
    ['{"question":"one","answer":"two"}', []],
    ['<question id="1">one</question><question id="2">two</question>', ['one', 'two']],
    // A fence around the whole list quotes nothing; a farewell is no part of the last item.
    ['Sure!\n```\nQuestion 1: one\nQuestion 2: two\n```', ['one', 'two']],
    ['1. one\n2. two\n\nI hope these help!', ['one', 'two']],
    ['1. one\n2. Write a note that ends:\n\nI hope to see you.', ['one', 'Write a note that ends:\n\nI hope to see you.']],
    ['**Q1.** one\n**Q2.** two', ['one', 'two']],
    ['Q.1 one: no mark\nQ.2: two', ['two']],
    ['Question 1 (easy): one\nQuestion 2 (hard): two', ['one', 'two']],
    ['Question 1 of 2: one\nQuestion 2 of 2: two', ['one', 'two']],
    ['Question No. 1: one\nQuestion No. 2: two', ['one', 'two']],
    ['QUESTION 1:\none\nQUESTION 2:\ntwo', ['one', 'two']],
    ['> Question 1: one\n> Question 2: two', ['one', 'two']],
    ['### **Question 1:** one\n### **Question 2:** two', ['one', 'two']],
    ['**Question 1: What is one?**\n**Question 2: What is two?**', ['What is one?', 'What is two?']],
    ['Question 1: one\n**Question 2:** two', ['one', 'two']],
    ['Question 1： one\nQuestion 2：two', ['one', 'two']],
    ['質問１：一つ目は？\n質問２：二つ目は？', ['一つ目は？', '二つ目は？']],
    ['问题1：第一\n问题2：第二', ['第一', '第二']],
    ['１．一つ目は？\n２．二つ目は？', ['一つ目は？', '二つ目は？']],
    ['1、第一\n2、第二', ['第一', '第二']],
    ['질문 1: 하나\n질문 2: 둘', ['하나', '둘']],
    ['Frage 1: eins\nFrage 2: zwei', ['eins', 'zwei']],
    ['Вопрос 1. один\nВопрос 2. два', ['один', 'два']],
    ['سؤال ١: واحد\nسؤال ٢: اثنان', ['واحد', 'اثنان']],
    ['["one", "two"]', ['one', 'two']],
    ['```json\n["one", "two"]\n```', ['one', 'two']],
    ['Here they are:\n[{"question": "one"}, {"question": "two"}]', ['one', 'two']],
    ['{"questions": ["one", "two"]}', ['one', 'two']],
    ['<question>one</question>\n<question>two</question>', ['one', 'two']],
    // What is no list.
    ['In 1999 it was 3.5 degrees.', []],
    ['What is [1, 2]?', []],
    ['12:30 is noon\n13:30 is not', []],
  ])('finds the items of %j', (list, items) => {
    expect(listItems(list, 'Question')).toEqual(items);
  });

  it('leaves the last item out where the reply broke off, and takes the column away', async () => {
    const run = new Run();
    const cutList = (list: string, end: string | null) =>
      lastValueFrom(
        from([seedSample({ list, end })]).pipe(
          splitList({ input_col: 'list', output_col: 'item', label: 'Question', finish_reason_col: 'end' }, run.block('split')),
          toArray(),
        ),
      );
    expect((await cutList('1. one\n2. tw', 'length')).map(columnsOf)).toEqual([{ item: 'one' }]);
    expect((await cutList('1. one\n2. two', 'stop')).map(({ item }) => item)).toEqual(['one', 'two']);
    expect((await cutList('1. one\n2. two', null)).map(({ item }) => item)).toEqual(['one', 'two']);
    expect(await cutList('1. on', 'length')).toEqual([]);
    expect(run.ledger.toJSON().map(({ rejected }) => rejected)).toEqual([{ 'cut-off': 1 }, {}, {}, { 'cut-off': 1 }]);
    for (const list of [
      '{"questions":[{"question":"one"},{"question":"tw',
      '[{"question":"one","level":"easy"},{"id":2,',
      '["one","tw',
      '["1. one","2',
      'Here they are:\n```json\n{"questions":["one","two"',
      '{"question_1":"one","question_2":"tw',
      '{"question":"one"}\n{"question":"tw',
    ]) {
      expect((await cutList(list, 'length')).map(columnsOf), list).toEqual([{ item: 'one' }]);
    }
  });

  it('fault: text before the first mark becomes a question; here it is not an item', async () => {
    const { items } = await split('Sure! Here are two questions for you.\n\n### Question 1: one\n### Question 2: two');
    expect(items).toEqual(['one', 'two']);
  });

  it('rejects a list without marks and an empty item, with the text, and filters what is too much', async () => {
    const none = await split('one\ntwo');
    expect(none.items).toEqual([]);
    expect(none.rejects).toMatchObject([{ reason: 'no-items', reply: 'one\ntwo' }]);
    const some = await split('Question 1: a\nQuestion 2:\nQuestion 3: c\nQuestion 4: d');
    expect(some.items).toEqual(['a', 'c']);
    expect(some.account).toMatchObject({ in: 1, made: 3, out: 2, filtered: 1, rejected: { 'empty-item': 1 } });
    expect((await split('Question 1: a\nQuestion 2: b', { num_samples: 1 })).items).toEqual(['a']);
  });

  it('removes the list and numbers the items in the lineage', async () => {
    const { output } = await split('### Question 1: one\n### Question 2: two', { topic: 'x' });
    expect(output.map(({ list, topic, _sdg }) => [list, topic, _sdg?.path])).toEqual([
      [undefined, 'x', ['split.0']],
      [undefined, 'x', ['split.1']],
    ]);
  });

  it('finds every item again that was written with a mark', () => {
    const item = fc.string({ minLength: 1 }).map((text) => `x${text.replace(/[\r\n\u2028\u2029]/g, ' ')}x`);
    fc.assert(
      fc.property(fc.array(item, { minLength: 1, maxLength: 6 }), (items) => {
        const text = items.map((each, i) => `### Task ${i + 1}: ${each}`).join('\n\n');
        expect(listItems(text, 'Task')).toEqual(items);
      }),
    );
  });
});

describe('listItems', () => {
  const items = ['Why do rivers bend?', 'What is an oxbow?'];
  it.each([
    ['letters', 'a) Why do rivers bend?\nb) What is an oxbow?'],
    ['Roman numbers', 'I. Why do rivers bend?\nII. What is an oxbow?'],
    ['ordinals', 'First question: Why do rivers bend?\nSecond question: What is an oxbow?'],
    ['keys', '1\ufe0f\u20e3 Why do rivers bend?\n2\ufe0f\u20e3 What is an oxbow?'],
    ['Chinese numbers', '问题一：Why do rivers bend?\n问题二：What is an oxbow?'],
    ['numbers in brackets', 'Question [1]: Why do rivers bend?\nQuestion [2]: What is an oxbow?'],
    ['numbers that Markdown counts', '1. Why do rivers bend?\n1. What is an oxbow?'],
    ['numbers in letters', 'Question one: Why do rivers bend?\nQuestion two: What is an oxbow?'],
    ['angles', '<1> Why do rivers bend?\n<2> What is an oxbow?'],
    ['braces', '{1} Why do rivers bend?\n{2} What is an oxbow?'],
    ['quotations', '"1. Why do rivers bend?"\n"2. What is an oxbow?"'],
    ['plus signs', '+ Question 1: Why do rivers bend?\n+ Question 2: What is an oxbow?'],
    ['no colon', 'Question #1 Why do rivers bend?\nQuestion #2 What is an oxbow?'],
    ['arrows', 'Question 1 → Why do rivers bend?\nQuestion 2 → What is an oxbow?'],
    ['italics', '_Question 1:_ Why do rivers bend?\n_Question 2:_ What is an oxbow?'],
    ['code', '`Question 1:` Why do rivers bend?\n`Question 2:` What is an oxbow?'],
    ['a rule and a farewell', '1. Why do rivers bend?\n2. What is an oxbow?\n\n---\n\nThese questions test understanding.'],
    ['numbered members', '{"1":"Why do rivers bend?","2":"What is an oxbow?"}'],
    ['numbered tags', '<q1>Why do rivers bend?</q1><q2>What is an oxbow?</q2>'],
    ['Chinese numbers alone', '一、Why do rivers bend?\n二、What is an oxbow?'],
    ['the end of a longer list', '10. Why do rivers bend?\n11. What is an oxbow?'],
    ['one line', '1. Why do rivers bend? 2. What is an oxbow?'],
    ['bullets with bold questions', '* **Why do rivers bend?**\n* **What is an oxbow?**'],
    ['lines', 'Here are two:\n\nWhy do rivers bend?\n\nWhat is an oxbow?'],
    [
      'objects with more than a question',
      '[{"type":"why","question":"Why do rivers bend?"},{"type":"what","question":"What is an oxbow?"}]',
    ],
  ])('reads %s', (_form, text) => {
    expect(listItems(text, 'Question')).toEqual(items);
  });

  const table = (head: string, ...rows: string[]): string => ['Here they are:', '', head, '|---|:--|', ...rows, '', 'Enjoy!'].join('\n');
  it.each([
    ['a named column', table('| # | Question |', '| 1 | Why do rivers bend? |', '| 2 | What is an oxbow? |')],
    ['one beside other columns', table('| **Questions** | Level |', '| Why do rivers bend? | 1 |', '| What is an oxbow? | 2')],
    ['questions beside their numbers', table('| No. | Text |', '| Q1 | **Why do rivers bend?** |', '| Q2 | What is an oxbow? |')],
    ['numbers in the cells', '| Question |\n|---|\n| 1. Why do rivers bend? |\n| 2. What is an oxbow? |'],
    ['a fence around it', '```\n| Question |\n|---|\n| Why do rivers bend? |\n| What is an oxbow? |\n```'],
  ])('reads a table: %s', (_form, text) => {
    expect(listItems(text, 'Question')).toEqual(items);
  });

  it('reads bars and line breaks in the cells of a table, and knows a row that broke off', () => {
    const text = '| # | Task |\n|---|---|\n| 1 | Explain a \\| b<br>and c |\n| 2 |';
    expect(listItems(text, 'Task', true)).toEqual(['Explain a | b\nand c', '']);
  });

  it.each([
    ['the label', '1. **Question:** Why do rivers bend?\n2. **Question:** What is an oxbow?'],
    ['the label and the number', '1. **Question 1:** Why do rivers bend?\n2. **Question 2:** What is an oxbow?'],
    ['the label in brackets', '[[Question 1]] Why do rivers bend?\n[[Question 2]] What is an oxbow?'],
    ['a hyphen', 'Q-1: Why do rivers bend?\nQ-2: What is an oxbow?'],
    ['nothing but a blank', 'Q1 Why do rivers bend?\nQ2 What is an oxbow?'],
    ['a number sign', '#1 Why do rivers bend?\n#2 What is an oxbow?'],
    ['a hyphen behind the number', '1- Why do rivers bend?\n2- What is an oxbow?'],
    ['a point and a bracket', '1.) Why do rivers bend?\n2.) What is an oxbow?'],
    ['angles', '<<1>> Why do rivers bend?\n<<2>> What is an oxbow?'],
    ['a bar', '1 | Why do rivers bend?\n2 | What is an oxbow?'],
    ['a tabulator', '1\tWhy do rivers bend?\n2\tWhat is an oxbow?'],
    ['a word in Thai', 'คำถามที่ 1: Why do rivers bend?\nคำถามที่ 2: What is an oxbow?'],
    ['a word in Hebrew', 'שאלה 1: Why do rivers bend?\nשאלה 2: What is an oxbow?'],
    ['a word in Arabic with its article', 'السؤال 1: Why do rivers bend?\nالسؤال 2: What is an oxbow?'],
    ['a word in Japanese', '問1. Why do rivers bend?\n問2. What is an oxbow?'],
    ['Roman numbers in brackets', '(i) Why do rivers bend?\n(ii) What is an oxbow?'],
    ['ordinals', '1st Question: Why do rivers bend?\n2nd Question: What is an oxbow?'],
    ['boxes', '- [ ] Why do rivers bend?\n- [ ] What is an oxbow?'],
    ['arrows', '→ Why do rivers bend?\n→ What is an oxbow?'],
    ['long dashes', '– Why do rivers bend?\n– What is an oxbow?'],
    ['levels', '1. (Easy) Why do rivers bend?\n2. (Hard) What is an oxbow?'],
    ['rules on both sides', '=== Question 1 ===\nWhy do rivers bend?\n--- Question 2 ---\nWhat is an oxbow?'],
    ['headings of sections', '### Easy\n1. Why do rivers bend?\n\n### Hard\n2. What is an oxbow?'],
    ['a variable of Python', '```python\nquestions = [\n    "Why do rivers bend?",\n    "What is an oxbow?",\n]\n```'],
    ['two tags', '<question><text>Why do rivers bend?</text></question><question><text>What is an oxbow?</text></question>'],
  ])('takes what stands before the items away: %s', (_form, text) => {
    expect(listItems(text, 'Question')).toEqual(items);
  });

  it.each([
    ['1. Chapter 1: Why?\n2. Chapter 2: How?', ['Chapter 1: Why?', 'Chapter 2: How?']],
    ['1. Question 5 of the exam asks for a proof. Give one.', ['Question 5 of the exam asks for a proof. Give one.']],
    ['1. 3 - 2 is what?\n2. 2 - 2 is what?', ['3 - 2 is what?', '2 - 2 is what?']],
    ['1. → means what?\n2. Why?', ['→ means what?', 'Why?']],
    ['1. Complete:\n# TODO\n2. Why?', ['Complete:\n# TODO', 'Why?']],
  ])('and nothing of the items of %j', (text, expected) => {
    expect(listItems(text, 'Question')).toEqual(expected);
  });

  it.each([
    ['a table that is asked about', 'Look:\n\n| Question | Score |\n|---|---|\n| Why? | 3 |\n\nWhat is the mean?'],
    ['a table of something else', '| # | River |\n|---|---|\n| 1 | Rhine |\n| 2 | Elbe |\n\nSort them.'],
    ['two tables', '| Question |\n|---|\n| Why? |\n\n| Question |\n|---|\n| How? |'],
    ['a question with choices', 'Which is longest?\nA) the Rhine\nB) the Nile'],
    ['a question and what belongs to it', 'Why do rivers bend?\nGive two reasons.'],
    ['one question', 'Why do rivers bend?'],
  ])('makes no list of %s', (_what, text) => {
    expect(listItems(text, 'Question')).toEqual([]);
  });

  it.each([
    ['_1. What is snake_case?_\n_2. Why?_', ['What is snake_case?', 'Why?']],
    ['a) "To be or not?"\nb) "Why?"', ['"To be or not?"', '"Why?"']],
    ['1. Run `ls`\n2. Why `cd`?', ['Run `ls`', 'Why `cd`?']],
  ])('keeps what belongs to the items of %j', (text, expected) => {
    expect(listItems(text, 'Question')).toEqual(expected);
  });

  it.each<[string, readonly string[]]>([
    // What stands before a number, or what it counts, makes no mark of it.
    ['1 km is how many metres?\n2 km is how many metres?', ['1 km is how many metres?', '2 km is how many metres?']],
    ['1 + x = 3, what is x?\n2 + x = 3, what is x?', ['1 + x = 3, what is x?', '2 + x = 3, what is x?']],
    ['1 - x = 3, what is x?\n2 - x = 3, what is x?', ['1 - x = 3, what is x?', '2 - x = 3, what is x?']],
    ['1 - 5 is what?\n2 - 5 is what?', ['1 - 5 is what?', '2 - 5 is what?']],
    ['1 x 5 is what?\n2 x 5 is what?', ['1 x 5 is what?', '2 x 5 is what?']],
    ['1>x is what?\n2>x is what?', ['1>x is what?', '2>x is what?']],
    ['1:x or what?\n2:x or what?', ['1:x or what?', '2:x or what?']],
    ['1 Samuel: who wrote it?\n2 Samuel: who wrote it?', ['1 Samuel: who wrote it?', '2 Samuel: who wrote it?']],
    ['1-year-old: what to eat?\n2-year-old: what to eat?', ['1-year-old: what to eat?', '2-year-old: what to eat?']],
    ['1 in 5 people: who?\n2 in 5 people: who?', ['1 in 5 people: who?', '2 in 5 people: who?']],
    ['[Question 1] Why?\n[Question 2] How?', ['Why?', 'How?']],
    ['"1: Why?"\n"2: How?"', ['Why?', 'How?']],
    // Numbers as keys: of a list, of codes, of an example.
    ['{"404":"Not found","500":"Server error"}', []],
    ['Write the request body for this API:\n{"1": "one", "2": "two"}', []],
    ['```json\n{"1": "one", "2": "two"}\n```', ['one', 'two']],
    ['Here they are:\n{"question_1": "one", "question_2": "two"}', ['one', 'two']],
    ['1. ["a", "b"] is what in Python?\n2. Why [1]?', ['["a", "b"] is what in Python?', 'Why [1]?']],
    ['1. Given:\n["a", "b"]\nwhat?\n2. Why?', ['Given:\n["a", "b"]\nwhat?', 'Why?']],
    // Tags that the questions are about.
    ['1. What does <li>x</li> do in HTML?\n2. Why <li>y</li>?', ['What does <li>x</li> do in HTML?', 'Why <li>y</li>?']],
    ['1. What is <q>x</q>?\n2. What is <item>y</item>?', ['What is <q>x</q>?', 'What is <item>y</item>?']],
    ['What does <question>x</question> mean?', []],
    ['Explain this list:\n<li>a</li><li>b</li>', []],
    ['Sure!\n\nHere they are:\n<question>one</question>\n<question>two</question>', ['one', 'two']],
    ['<ul>\n<li>one <b>two</b></li>\n<li>three</li>\n</ul>', ['one <b>two</b>', 'three']],
    ['<question>one</question><question>tw', ['one', 'tw']],
    ['<question>1. Sort\n2. pear</question>', ['1. Sort\n2. pear']],
    // Farewells of tasks.
    [
      '1. Summarise.\n2. Reply to this mail:\n\nHi,\n\nWould you like to join us on Friday?',
      ['Summarise.', 'Reply to this mail:\n\nHi,\n\nWould you like to join us on Friday?'],
    ],
    [
      'Question 1: Why?\nQuestion 2: Name a farewell for this.\n\nI hope this letter finds you well.',
      ['Why?', 'Name a farewell for this.\n\nI hope this letter finds you well.'],
    ],
    [
      '1. Why?\n2. Answer this:\n\nLet me know if you need anything else.',
      ['Why?', 'Answer this:\n\nLet me know if you need anything else.'],
    ],
    ['1. Why?\n2. Answer:\n\nHi,\n\nI hope this helps!', ['Why?', 'Answer:\n\nHi,\n\nI hope this helps!']],
    ['1. Why?\n2. How?\n\nWould you like me to write more questions?', ['Why?', 'How?']],
    ["1. Why?\n2. How?\n\nLet me know if you'd like more questions on this topic!", ['Why?', 'How?']],
    ['1. Why?\n2. How?\n\nFeel free to adjust these questions.', ['Why?', 'How?']],
    ['1. Why?\n2. How?\n\nFeel free to bring a cake.', ['Why?', 'How?\n\nFeel free to bring a cake.']],
    // Lists that go on from another.
    ['10. Name a river.\n11. Name a lake.', ['Name a river.', 'Name a lake.']],
    ['9) Name a river.\n10) Name a lake.', ['Name a river.', 'Name a lake.']],
    ['What follows?\n\n10. Why?\n11. How?', ['Why?', 'How?']],
    ['1999. It was cold.\n2000. It was warm.', []],
    // The prompt ended with the first, or with its number.
    ['2. two\n3. three', ['two', 'three']],
    ['Here are more:\n2. two\n3. three', ['two', 'three']],
    [' Why do rivers bend?\n2. What is an oxbow?', ['Why do rivers bend?', 'What is an oxbow?']],
    ['2. two', []],
    ['Explain.\n2. two\n3. three', []],
    // JSON as models name its members.
    ['{"questions":[{"id":1,"question":"one"},{"id":2,"question":"two"}]}', ['one', 'two']],
    ['{"question_1":{"question":"one"},"question_2":{"text":"two"}}', ['one', 'two']],
    ['{"topic":"Rivers","question_1":"one","answer_1":"x","question_2":"two","answer_2":"y"}', ['one', 'two']],
    ['{"questions":{"question_1":"one","question_2":"two"}}', ['one', 'two']],
    ['{"questions":{"1":"one","2":"two"}}', ['one', 'two']],
    ['{"data":{"questions":["1. one","2. two"]}}', ['one', 'two']],
    ['{"Q1":"one","Q2":"two"}', ['one', 'two']],
    ['[{"question_text":"one","type":"open"},{"question_text":"two","type":"open"}]', ['one', 'two']],
    ['{"name":"x","tags":["one","two"]}', []],
    ['- question: "one"\n  type: open\n- question: "two"\n  type: open', ['one', 'two']],
    ['question_1: one\nquestion_2: two', ['one', 'two']],
    ['[Question]\none\n[Question]\ntwo', ['one', 'two']],
    ['❓ Question 1: one\n❓ Question 2: two', ['one', 'two']],
    ['10 - three is what?\n11 - three is what?', ['10 - three is what?', '11 - three is what?']],
    ['10. Name a river.', []],
    // Marks of bold that are something else.
    ['*1. What is 2 * 3?*\n*2. Why?*', ['What is 2 * 3?', 'Why?']],
    ['**1. What is 2**3?**\n**2. Why?**', ['What is 2**3?', 'Why?']],
    ['**1. One** is what?\n**2. Two** is what?', ['One is what?', 'Two is what?']],
    // A digit of two characters.
    ['𝟏. one\n𝟐. two', ['one', 'two']],
  ])('takes %j as it is meant', (text, expected) => {
    expect(listItems(text, 'Question')).toEqual(expected);
  });

  it('reads more letters than there are', () => {
    const lines = Array.from({ length: 26 }, (_, i) => `${String.fromCharCode(97 + i)}) Why ${i}?`);
    expect(listItems(lines.join('\n'), 'Question')).toHaveLength(26);
    expect(listItems([...lines, 'aa) Why?'].join('\n'), 'Question')).toHaveLength(27);
  });

  // A pattern whose time grows with the cube of a run never ends.
  const runs = [
    '{"a":',
    '[{',
    '❓',
    ' ',
    '\t',
    ' \n',
    '\n',
    '*',
    '#',
    '-',
    '1',
    '"',
    '`',
    '~',
    '_',
    '<li>',
    '<question>',
    '[',
    '?',
    '```a\n',
  ];
  const starts = ['', '1. Why?\n2. A tree.\n', 'Question', 'Question #1', '- ', 'Here:\n', '```', '1. A? 2. B?\n\n'];
  it.each(runs)(
    'ends with 100 kB of %j behind all that begins a mark',
    (run) => {
      for (const start of starts) expect(Array.isArray(listItems(`${start}${run.repeat(1e5 / run.length)}x`, 'Question'))).toBe(true);
    },
    30_000,
  );

  it('leaves numbers within an item where they do not count on', () => {
    expect(listItems('1. Which came first? 3. The egg. Or not?', 'Question')).toEqual(['Which came first? 3. The egg. Or not?']);
  });
});
