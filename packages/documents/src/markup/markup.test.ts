import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Block } from '../document.js';
import { readDocument } from '../read-document.js';

const CITED = String.raw`See \cite[p.~1]{knuth}. M\"uller, Stra\ss e.`;
const TABULAR = String.raw`\begin{tabular}{l|r}\hline Model & Max \\ \hline P-1 & 100 \\ \multicolumn{2}{c}{all} \\ \end{tabular}`;

/** Blocks in short: `h2 Head`, `p text`, `table A|B/1|2`. */
const short = (block: Block): string => {
  if (block.kind === 'table') {
    return `table ${[block.header, ...block.rows].map((row) => row.join('|')).join('/')}${block.caption ? ` (${block.caption})` : ''}`;
  }
  return block.kind === 'heading' ? `h${block.level} ${block.text}` : `${block.kind} ${block.text}`;
};
const read = async (name: string, text: string): Promise<string[]> => (await readDocument(name, Buffer.from(text))).blocks.map(short);

describe('LaTeX', () => {
  const latex = String.raw`\documentclass{article} % class file
\title{Pump \emph{guide}}
\begin{document}
\maketitle
\section{Intro}\label{s}
The ${'``'}pump'' runs --- at 10~bar\footnote{Not more.} with $x_1 = \frac{a}{b}$, 100\% \textbf{bold \emph{text}}. ${CITED}
% hidden comment here
\begin{itemize}
\item One
\begin{enumerate}\item a \item b\end{enumerate}
\item[Term] Two
\end{itemize}
\begin{table}\caption{Limits}${TABULAR}\end{table}
\begin{equation}\label{e} E = mc^2 \end{equation}
\begin{verbatim}
make all % stays
\end{verbatim}
\end{document}`;

  it('is read by its sections, lists, tables, formulas and code', async () => {
    expect(await read('x.tex', latex)).toEqual([
      'h1 Pump guide',
      'h2 Intro',
      'paragraph The “pump” runs — at 10 bar (Not more.) with $x_1 = \\frac{a}{b}$, 100% bold text. See [knuth, p. 1]. Müller, Straße.',
      'list - One\n  1. a\n  2. b\n- Term: Two',
      'paragraph Limits',
      'table Model|Max/P-1|100/all|all',
      'formula $$\nE = mc^2\n$$',
      'code ```\nmake all % stays\n```',
    ]);
  });

  it('takes definitions and colours of code for no text', async () => {
    const source = String.raw`\begin{document}
{\def\LTcaptype{none} \newcommand\x[1]{<#1>}\let\y=\x Words.}
\begin{Highlighting}[]
\KeywordTok{def}\NormalTok{ f(n):}
\NormalTok{    }\ControlFlowTok{return}\NormalTok{ \{n\}}\OperatorTok{\%}\DecValTok{2}
\NormalTok{n}\OperatorTok{\textgreater{}}\NormalTok{a{[}}\VerbBar{}\textquotesingle{}\textbackslash{}n{]}
\end{Highlighting}
\hypertarget{the-pier}{%
\section{Pier}\label{the-pier}}
Fish \textbullet{} 5~\texteuro
\end{document}`;
    expect(await read('x.tex', source)).toEqual([
      'paragraph Words.',
      "code ```\ndef f(n):\n    return {n}%2\nn>a[|'\\n]\n```",
      'h2 Pier',
      'paragraph Fish • 5 €',
    ]);
  });

  it('puts what commands of its own stand for in their places', async () => {
    const source = String.raw`\title{\sys: a pump}
\newcommand{\sys}{\textsc{Pumper}\xspace}\newcommand\most{100~bar}
\def\eg{e.g.,\ } \def\pair#1#2{#1 and #2}\let\system=\sys
\newcommand{\near}[2][about]{#1 #2}
\newcommand{\R}{\mathbb{R}}\DeclareMathOperator*{\argmax}{arg\,max}
\newcommand{\be}{\begin{equation}}\newcommand{\ee}{\end{equation}}
\newcommand{\todo}[1]{}\renewcommand{\footnote}[1]{lost}
\def\loop{\loop}\def\bomb{\bomb\bomb}
\begin{document}
\sys, run at \most{} by \pair{one}2 of \system, \eg the \near{5} or \near[over]{6}.\todo{Mend it.}\footnote{A note.}

\be x \in \R^n, \argmax_y f \ee
\begin{verbatim}
\sys
\end{verbatim}
\verb|\most| \loop\bomb{} end \sys is it
\end{document}`;
    expect(await read('x.tex', source)).toEqual([
      'h1 Pumper: a pump',
      'paragraph Pumper, run at 100 bar by one and 2 of Pumper, e.g., the about 5 or over 6. (A note.)',
      'formula $$\nx \\in \\mathbb{R}^n, \\operatorname{arg\\,max}_y f\n$$',
      'code ```\n\\sys\n```',
      'paragraph `\\most` end Pumper is it',
    ]);
  });

  it('keeps the units of numbers', async () => {
    const source = String.raw`\SI{5}{\kilo\watt}, \qty{9.81}{\metre\per\second\squared}, \SI{2}{\per\square\metre},
\SIrange{1}{5}{\degreeCelsius}, \ang{45}, \nicefrac{1}{2}`;
    expect(await read('x.tex', source)).toEqual(['paragraph 5 kW, 9.81 m/s², 2 /m²,\n1 to 5 °C, 45°, 1/2']);
  });

  it('does not take what is indented below an empty comment for it', async () => {
    const source = 'Above.\n\n- item\n\n..\n\n   A quotation.\n\n.. a comment\n   goes on\n\nBelow.\n';
    expect(await read('x.rst', source)).toEqual([
      'paragraph Above.',
      'list - item',
      expect.stringMatching(/A quotation\.$/),
      'paragraph Below.',
    ]);
  });

  it('says what it leaves out, and where things stand', async () => {
    const { dropped, blocks } = await readDocument('x.tex', Buffer.from(latex));
    expect(dropped.map(({ reason, line }) => [reason, line])).toEqual([
      ['comment', 1],
      ['comment', 7],
      ['front-matter', 1],
    ]);
    expect(blocks.map(({ line }) => line)).toEqual([2, 5, 5, 8, 13, 13, 14, 15]);
  });

  it.each([
    ['braces', '{'.repeat(50_000)],
    ['environments', '\\begin{a}'.repeat(5000)],
    ['commands', '\\textbf{'.repeat(3000)],
    ['dollars', '$'.repeat(50_001)],
    ['open formulas', '\\['.repeat(150_000)],
    ['open formulas in lines', '\\('.repeat(150_000)],
  ])(
    'is done with hostile %s',
    async (_, text) => {
      expect((await read('x.tex', `Some text. ${text} end`)).join()).toContain('Some text.');
    },
    20_000,
  );
});

it('keeps the tables that a notebook shows', async () => {
  const html =
    '<style>td{}</style><div><table><thead><tr><th></th><th>city</th></tr></thead><tr><th>0</th><td>Basel</td></tr></table></div>';
  const outputs = [{ output_type: 'execute_result', data: { 'text/html': [html], 'text/plain': ['    city\n0  Basel'] } }];
  const cells = [{ cell_type: 'code', source: 'frame', outputs }];
  expect(await read('x.ipynb', JSON.stringify({ cells }))).toEqual(['code ```python\nframe\n```', 'table |city/0|Basel']);
});

it('reads what items and cells of reStructuredText hold', async () => {
  const rst = `- bullet

  with para::

     literal <item>
       deeper

  .. image:: a.png
     :alt: A pump

  .. a comment

  .. versionadded:: 3.18
     :variable:\`THREADS\`

* code::

    x

1. ===  ===
   A    B
   ===  ===
   1    2
   \\    3
   ===  ===

.. list-table::

   * - a
     - .. code-block:: py
          :caption: x.py

          if x:
              y
   * - - one
       - two
     - \`\`c\`\`

       more
`;
  expect(await read('x.rst', rst)).toEqual([
    'list - bullet\n\n  with para:\n\n  ```\n  literal <item>\n    deeper\n  ```\n\n  A pump\n\n' +
      '  Versionadded: 3.18\n  THREADS\n\n- code:\n\n  ```\n  x\n  ```\n\n1. | A | B |\n   | --- | --- |\n   | 1 | 2 |\n   |  | 3 |',
    'table a|x.py `if x:`<br>`    y`/- one - two|`c` more',
  ]);
  const { dropped } = await readDocument('x.rst', Buffer.from(rst));
  expect(dropped).toEqual([{ reason: 'comment', line: 11, text: 'a comment' }]);
});

it('numbers the items that reStructuredText leaves to be numbered', async () => {
  const rst = '#. Open.\n#. Wait:\n\n   #. one\n   #. two\n\n#. Close.\n\nThen:\n\n4. Fourth.\n#. Fifth.\n';
  expect(await read('x.rst', rst)).toEqual([
    'list 1. Open.\n2. Wait:\n\n   1. one\n   2. two\n\n3. Close.',
    'paragraph Then:',
    'list 4. Fourth.\n5. Fifth.',
  ]);
});

it('reStructuredText is read by its sections, directives and tables', async () => {
  const rst = `=========
Pump doc
=========

.. comment here

Intro with \`\`code\`\`, \`link <http://x.y>\`_, :ref:\`the section <sec>\` and |p|.

.. |p| replace:: pumps

Section
-------

.. note:: Be careful.

- one

  - nested

Example::

    make all

.. code-block:: python

   print(1)

+-------+------+
| Model | Max  |
+=======+======+
| P-1   | 100  |
|       | bar  |
+-------+------+

=====  =====
A      B
=====  =====
1      2
=====  =====

.. list-table:: Cap

   * - H1
     - H2
   * - a
     - b

.. toctree::

   foo
`;
  expect(await read('x.rst', rst)).toEqual([
    'h1 Pump doc',
    'paragraph Intro with `code`, link, the section and pumps.',
    'h2 Section',
    'paragraph Note: Be careful.',
    'list - one\n\n  - nested',
    'paragraph Example:',
    'code ```\nmake all\n```',
    'code ```python\nprint(1)\n```',
    'table Model|Max/P-1|100 bar',
    'table A|B/1|2',
    'table H1|H2/a|b (Cap)',
  ]);
  expect((await readDocument('x.rst', Buffer.from(rst))).dropped.map(({ reason }) => reason)).toEqual(['comment', 'navigation']);
});

it('AsciiDoc is read by Asciidoctor, and includes nothing', async () => {
  const adoc =
    '= Pump doc\n:toc:\n\n// secret\nIntro *bold*.\n\n== Section\n\nNOTE: Be careful.\n\n* one\n** nested\n\n|===\n|Model |Max\n\n|P-1 ' +
    '|100\n|===\n\n[source,sh]\n----\nmake all\n----\n\ninclude::/etc/passwd[]\n';
  expect(await read('x.adoc', adoc)).toEqual([
    'h1 Pump doc',
    'paragraph Intro bold.',
    'h2 Section',
    'paragraph Note:',
    'paragraph Be careful.',
    'list - one\n  - nested',
    'table Model|Max/P-1|100',
    'code ```sh\nmake all\n```',
    'paragraph /etc/passwd',
  ]);
});

it('lists what AsciiDoc has before its text, and what conditions leave out of it', async () => {
  const adoc =
    '= Pump\nMe <me@x.org>\nv1.0, 2020\n\nText.\n\nifdef::env-github[]\nOn GitHub.\nendif::[]\n' +
    'ifndef::env-github[]\nElsewhere.\nendif::[]\n';
  const { blocks, dropped } = await readDocument('x.adoc', Buffer.from(adoc));
  expect(blocks.map(short)).toEqual(['h1 Pump', 'paragraph Text.', 'paragraph Elsewhere.']);
  expect(dropped).toEqual([
    { reason: 'front-matter', text: 'Me <me@x.org>\nv1.0, 2020' },
    { reason: 'hidden', text: 'On GitHub.' },
  ]);
});

it('reads what reStructuredText names, links and nests', async () => {
  const source = `
.. |c| unicode:: 0xA9 .. copyright sign
.. |dash| unicode:: 8212
.. |logo| image:: x.png
   :alt: Our mark
.. |long| replace:: of
   two \`\`lines\`\`

|c| Pump |dash| |logo|, |long|. The __init__ of a \`class\`, its \`__str__\`, an anon__ link and docs_; :prop:\`A_<B>\`, :ref:\`text <t>\`.

__ https://x.org

.. note:: Be careful
   with this.

   More.

.. parsed-literal:: a *b*

.. csv-table:: Cap
   :header: "x", "y"

   1, "two, three"

- Item

  .. code-block:: sh

     make all

  .. tip:: Try it.

  __ https://y.org
`;
  expect(await read('x.rst', source)).toEqual([
    'paragraph © Pump — Our mark, of two `lines`. The __init__ of a class, its __str__, an anon link and docs; A_<B>, text.',
    'paragraph Note: Be careful\nwith this.',
    'paragraph More.',
    'code ```\na *b*\n```',
    'table x|y/1|two, three (Cap)',
    'list - Item\n\n  ```sh\n  make all\n  ```\n\n  Tip: Try it.',
  ]);
  const { dropped } = await readDocument('x.rst', Buffer.from(source));
  expect(dropped.map(({ text, line }) => [text, line])).toEqual([
    ['__ https://x.org', 11],
    ['__ https://y.org', 33],
  ]);
});

it('cuts drawn tables by columns, which signs of East Asia take two of', async () => {
  const grid = '+------+------+\n| 名前 | 値   |\n+======+======+\n| 水泵 | 5 バ |\n+------+------+\n';
  const simple = '====== ======\n名前   値\n====== ======\n水泵   5 bar\nバルブ 6\n====== ======\n';
  expect(await read('x.rst', `${grid}\n${simple}`)).toEqual(['table 名前|値/水泵|5 バ', 'table 名前|値/水泵|5 bar/バルブ|6']);
});

it('has of a progress bar in a notebook what it came to', async () => {
  const outputs = [{ output_type: 'stream', name: 'stderr', text: ['\r  0%|  | 0/2', '\r100%|##| 2/2\u001b[K\r\n', 'done\r\n'] }];
  const notebook = JSON.stringify({ cells: [{ cell_type: 'code', source: ['run()'], outputs }] });
  expect(await read('x.ipynb', notebook)).toEqual(['code ```python\nrun()\n```', 'code ```\n100%|##| 2/2\r\ndone\n```']);
});

it('notebooks are read cell by cell, with what they printed', async () => {
  const cells = [
    { cell_type: 'markdown', source: ['# NB\n', 'text'] },
    {
      cell_type: 'code',
      source: 'print(1)',
      outputs: [
        { output_type: 'stream', text: ['1\n'] },
        { output_type: 'display_data', data: { 'image/png': 'AAAA' } },
      ],
    },
  ];
  expect(await read('x.ipynb', JSON.stringify({ cells, metadata: { kernelspec: { language: 'julia' } } }))).toEqual([
    'h1 NB',
    'paragraph text',
    'code ```julia\nprint(1)\n```',
    'code ```\n1\n```',
  ]);
});

it('tables of text are read by whatever parts their cells', async () => {
  expect(await read('x.csv', 'Model;Max;"Note; x"\nP-1;100;"a ""b"""\n')).toEqual(['table Model|Max|Note; x/P-1|100|a "b"']);
  expect(await read('x.tsv', 'A\tB\n1,5\t2\n')).toEqual(['table A|B/1,5|2']);
});

const docling = {
  schema_name: 'DoclingDocument',
  name: 'd',
  pages: { 1: {}, 2: {} },
  body: { children: [{ $ref: '#/texts/0' }, { $ref: '#/texts/1' }, { $ref: '#/tables/0' }, { $ref: '#/groups/0' }, { $ref: '#/texts/3' }] },
  groups: [{ label: 'list', children: [{ $ref: '#/texts/2' }] }],
  texts: [
    { label: 'section_header', level: 1, text: 'Head', prov: [{ page_no: 2 }] },
    { label: 'paragraph', text: 'Para', prov: [{ page_no: 2 }] },
    { label: 'list_item', text: 'item', enumerated: false },
    { label: 'page_footer', text: 'foot', content_layer: 'furniture' },
  ],
  tables: [
    {
      data: {
        grid: [
          [
            { text: 'A', column_header: true },
            { text: 'B', column_header: true },
          ],
          [{ text: '1' }, { text: '2' }],
        ],
      },
    },
  ],
};

describe('Docling', () => {
  it('is read from its JSON, with pages; other JSON is named', async () => {
    expect(await read('x.json', JSON.stringify(docling))).toEqual(['h2 Head', 'paragraph Para', 'table A|B/1|2', 'list - item']);
    const { pages, dropped, blocks } = await readDocument('x.json', Buffer.from(JSON.stringify(docling)));
    expect([pages, dropped, blocks[0]?.page]).toEqual([2, [{ text: 'foot', reason: 'footer' }], 2]);
    await expect(read('x.json', '{"name": "package"}')).rejects.toMatchObject({ message: 'it is JSON, and not of Docling', isOther: true });
  });

  it('is asked where there is a docling-serve, and what it says is said', async () => {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url ?? '');
      let body = '';
      request
        .on('data', (chunk) => (body += String(chunk)))
        .on('end', () => {
          if (request.url?.startsWith('/v1/')) return void response.writeHead(404).end();
          const isBad = body.includes('filename="bad.pdf"');
          response.end(
            JSON.stringify(
              isBad
                ? { status: 'failure', errors: [{ error_message: 'no pages' }] }
                : { status: 'success', document: { json_content: docling } },
            ),
          );
        });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const { blocks } = await readDocument('a.pdf', Buffer.from('%PDF-'), { docling: address });
    expect(blocks.map(short)[1]).toBe('paragraph Para');
    expect(asked).toEqual(['/v1/convert/file', '/v1alpha/convert/file']);
    await expect(readDocument('bad.pdf', Buffer.from('%PDF-'), { docling: address })).rejects.toThrow(
      'docling-serve could not convert it (no pages)',
    );
    await expect(readDocument('a.pdf', Buffer.from('%PDF-'), { docling: 'http://127.0.0.1:9' })).rejects.toThrow(
      'docling-serve cannot be reached',
    );
    // Markdown needs nobody's help.
    expect((await readDocument('a.md', Buffer.from('text'), { docling: 'http://127.0.0.1:9' })).blocks).toHaveLength(1);
  });
});
