import { describe, expect, it } from 'vitest';
import { renderBlock } from '../render-block.js';
import { withEndTags } from './omitted-tags.js';
import { readHtml, readHtmlFragment } from './read-html.js';

const sentence = (n: number): string =>
  `Sentence number ${n} says, at some length, what the pump does when the valve is open, closed, or stuck.`;
const paragraphs = (from: number, to: number): string =>
  Array.from({ length: to - from }, (_, i) => `<p>${sentence(from + i)} ${sentence(from + i)}</p>`).join('');

const page =
  `<!doctype html><html><head><title>Pumps – ACME docs</title><style>p{color:red}</style></head><body>
<nav><ul><li><a href="/">Home</a></li><li><a href="/a">Products</a></li></ul></nav><header>ACME Corp</header>
<main><h1>Pump guide<a class="headerlink" href="#x">¶</a></h1><p>Runs at <b>100 bar</b>. See <a href="m">the manual</a>.</p>
<table><tr><th rowspan="2">Model</th><th ` +
  `colspan="2">Limits</th></tr><tr><th>Max</th><th>Min</th></tr><tr><td>P-1</td><td>100<br>bar</td><td>1 | 2</td></tr></table>
<pre><code class="language-sh">make all\n# comment</code></pre><img src="data:image/png;base64,AAAA" alt="diagram">
<dl><dt>Valve</dt><dd>Opens at 10 bar.</dd></dl><script>alert(1)</script><noscript>Enable JS</noscript><svg><text>svgtext</text></svg>
<p hidden>hidden text</p><p style="display: none">invisible</p><form><label>Name</label><input value="x"><button>Send</button></form>
</main><footer>© ACME | Privacy</footer></body></html>`;

describe('readHtml', () => {
  const blocksOf = (html: string): string[] => readHtml(`<main>${html}</main>`).blocks.map(renderBlock);

  it('keeps the lines of code that has an element for each', () => {
    const row = (of: string): string => `<tr><td class="${of}-num"></td><td class="${of}-code">  <b>b</b>()</td></tr>`;
    expect(blocksOf('<pre><div>one</div><div>  two\n</div>three<p></p></pre>')).toEqual(['```\none\n  two\nthree\n```']);
    expect(blocksOf('<pre><code><table><tr><td></td><td>f() {</td></tr><tr><td></td><td>  x</td></tr></table></code></pre>')).toEqual([
      '```\nf() {\n  x\n```',
    ]);
    expect(blocksOf(`<table class="highlight js-file-line-container">${row('blob')}${row('blob')}</table>`)).toEqual([
      '```\n  b()\n  b()\n```',
    ]);
    expect(blocksOf('<pre><code><a href=#1 id=1>1</a>use x;\n<a href="#L-2"> 2</a>  fn <a href="#2">two</a>\n</code></pre>')).toEqual([
      '```\nuse x;\n  fn two\n```',
    ]);
    const shown = '<div class="line"><code>if</code> <code>a:</code></div><div class="line"><code>&nbsp;&nbsp;</code><code>b</code></div>';
    expect(
      blocksOf(`<div class="syntaxhighlighter py"><table><tr><td class="gutter">1</td><td class="code">${shown}</td></tr></table></div>`),
    ).toEqual(['```\nif a:\n  b\n```']);
    expect(
      blocksOf('<div class="CodeMirror-code"><pre class="CodeMirror-line">a</pre><pre class="CodeMirror-line"> b</pre></div>'),
    ).toEqual(['```\na\n b\n```']);
  });

  it('keeps code, lists and tables within quotations, and the lines of code in cells', () => {
    expect(blocksOf('<blockquote><p>See:</p><pre>if a:\n    b</pre><ul><li>x<li>y</ul></blockquote>')).toEqual([
      '> See:\n>\n> ```\n> if a:\n>     b\n> ```\n>\n> - x\n> - y',
    ]);
    expect(blocksOf('<table><tr><th>Code<th>Says</tr><tr><td><pre>if a:\n    b</pre><td><pre>x</pre></tr></table>')).toEqual([
      '| Code | Says |\n| --- | --- |\n| `if a:`<br>`    b` | `x` |',
    ]);
  });

  it('loses no text between items, in the tree of a component or struck out, and has the foot of a table last', () => {
    expect(blocksOf('<ul>Fruit:<li>Apple<ul><li>Red</ul></ul>')).toEqual(['Fruit:\n- Apple\n  - Red']);
    expect(blocksOf('<my-box><template shadowrootmode="open"><p>In the box.</p></template></my-box><template><p>x</p></template>')).toEqual(
      ['In the box.'],
    );
    expect(blocksOf('<p>Costs <s>5</s> <strike>4</strike> 3.</p>')).toEqual(['Costs ~~5~~ ~~4~~ 3.']);
    expect(blocksOf('<table><thead><tr><th>A<th>B<tfoot><tr><td>sum<td>3<tbody><tr><td>x<td>3</table>')).toEqual([
      '| A | B |\n| --- | --- |\n| x | 3 |\n| sum | 3 |',
    ]);
  });

  it('ends what a page leaves open, as specifications of the web do', () => {
    expect(blocksOf('<ul><li><p>One.<li><p>Two.<li>Three <b>b</b><ul><li>n<li>m</ul><li>Four</ul>')).toEqual([
      '- One.\n- Two.\n- Three b\n  - n\n  - m\n- Four',
    ]);
    const table =
      '<table><caption>Cap<colgroup><col><col><thead><tr><th>A<th>B<tbody><tr><td><p>1<td><ul><li>x<li>y</ul><tr><th>u<td>v<tr><td>w<th>z' +
      '<tfoot><tr><td>s<td><table><tr><td>in<td>ner</table></table>';
    expect(blocksOf(table)).toEqual(['Cap\n\n| A | B |\n| --- | --- |\n| 1 | x y |\n| u | v |\n| w | z |\n| s | in ner |']);
    expect(withEndTags('<LI>a<!-- <li> --><li/>b<script>"<li>"</script>')).toBe('<LI>a<!-- <li> --></li><li/>b<script>"<li>"</script>');
  });

  it('says that a page is in frames', () => {
    expect(readHtml('<html><frameset cols="20%,80%"><frame src="toc.html"><frame src="main.html"></frameset></html>').notes).toEqual([
      'it only shows other pages in its frames, which are to be named (toc.html, main.html)',
    ]);
  });

  it.each([
    ['start="0"', '<li>a<li>b', '0. a\n1. b'],
    ['start="-1"', '<li>a<li>b', '-1. a\n0. b'],
    ['type="a" start="2"', '<li>a<li>b', 'b. a\nc. b'],
    ['type="I"', '<li>a<li value="4">b<li>c', 'I. a\nIV. b\nV. c'],
    ['reversed', '<li>a<li>b<li>c', '3. a\n2. b\n1. c'],
    ['start="x"', '<li>a', '1. a'],
  ])('numbers a list as a browser does: %s', (attributes, items, text) => {
    expect(readHtmlFragment(`<ol ${attributes}>${items}</ol>`).blocks).toEqual([{ kind: 'list', text }]);
  });

  it('keeps numbers of notes apart from words, and formulas by their structure', () => {
    const { blocks } = readHtmlFragment(
      '<p>Many<a href="#fn1" role="doc-noteref">1</a> and more<a class="footnote-ref" href="#fn2"><sup>2</sup></a>.</p>' +
        '<p>So <math><mi>x</mi><mo>=</mo><msqrt><msubsup><mi>a</mi><mn>1</mn><mn>2</mn></msubsup></msqrt></math>.</p>' +
        '<ol><li>In June.<a class="footnote-back" href="#fnref1">↩︎</a></li></ol>',
    );
    expect(blocks.map((block) => 'text' in block && block.text)).toEqual([
      'Many<sup>1</sup> and more<sup>2</sup>.',
      'So $x=\\sqrt{a_1^2}$.',
      '1. In June.',
    ]);
  });

  it.each([
    ['no tags of the head', '<html><title>T</title><body><p>One word.</p></body></html>', ['One word.']],
    ['something between head and body', '<html><head><title>T</title></head><hr><body><p>One word.</p></body></html>', ['One word.']],
    ['text before and behind the body', '<p>A.</p><html><head></head><body><p>B.</p></body></html><p>C.</p>', ['A.', 'B.', 'C.']],
    ['two bodies', '<html><head></head><body></body><body><p>One word.</p></body></html>', ['One word.']],
  ])('reads a page that has %s', (_, page, expected) => {
    expect(readHtml(page).blocks.map((block) => 'text' in block && block.text)).toEqual(expected);
  });

  it('leaves out what the page hides by styles of its own, unless another of them shows it', () => {
    const page = (styles: string): string =>
      `<html><head><style>${styles}</style></head><body><main><p>Open the valve.</p><p class="aside x">Unseen.</p></main></body></html>`;
    const said = (styles: string) => readHtml(page(styles)).blocks.map((block) => 'text' in block && block.text);
    expect(said('/* p */ .b, p.aside { color: red; display: none }')).toEqual(['Open the valve.']);
    expect(readHtml(page('.x{visibility:hidden}')).dropped).toEqual([{ text: 'Unseen.', reason: 'hidden' }]);
    for (const styles of [
      '.aside{display:none} .aside.open{display:block}',
      '@media print { .aside{display:none} }',
      '.aside p{display:none}',
    ]) {
      expect(said(styles)).toEqual(['Open the valve.', 'Unseen.']);
    }
  });

  it('reads the article and lists what stands around it', () => {
    const { title, blocks, dropped } = readHtml(page);
    expect(title).toBe('Pump guide');
    expect(blocks).toEqual([
      { kind: 'heading', level: 1, text: 'Pump guide' },
      { kind: 'paragraph', text: 'Runs at 100 bar. See the manual.' },
      { kind: 'table', header: ['Model', 'Limits Max', 'Limits Min'], rows: [['P-1', '100 bar', '1 | 2']] },
      { kind: 'code', text: '```sh\nmake all\n# comment\n```' },
      { kind: 'paragraph', text: 'diagram' },
      { kind: 'list', text: '- Valve: Opens at 10 bar.' },
    ]);
    expect(dropped.map(({ reason, text }) => `${reason}: ${text}`)).toEqual([
      'navigation: HomeProducts',
      'header: ACME Corp',
      'hidden: Enable JS',
      'image: svgtext',
      'hidden: hidden text',
      'hidden: invisible',
      'form: Name',
      'form: Send',
      'footer: © ACME | Privacy',
    ]);
  });

  it('finds the article of a page that does not say where it is, with all of its headings', () => {
    const html =
      `<body><div class="top"><a href="/">Home</a> <a href="/x">News</a></div><div ` +
      `id="content"><h1>Pumps</h1>${paragraphs(0, 4)}<h2>Valves</h2>${paragraphs(4, 8)}
      <h2>Table</h2><table><tr><th>a<th>b<tr><td>1<td>2</table>${paragraphs(8, 10)}</div><div ` +
      `class="related"><h3>Related</h3><ul><li><a href="1">Other story one</a><li><a href="2">Other story ` +
      `two</a></ul></div></body>`;
    const { blocks, dropped } = readHtml(html);
    expect(blocks.filter(({ kind }) => kind === 'heading').map((block) => 'text' in block && block.text)).toEqual([
      'Pumps',
      'Valves',
      'Table',
    ]);
    expect(blocks.filter(({ kind }) => kind === 'paragraph')).toHaveLength(10);
    expect(blocks.filter(({ kind }) => kind === 'table')).toHaveLength(1);
    expect(dropped.map(({ text }) => text).join()).toContain('Other story one');
  });

  it('nests lists, and keeps code in them', () => {
    const { blocks } = readHtmlFragment('<ol start="3"><li>a<ul><li>b<li>c</ul><li><p>d</p><pre>x\n y</pre></ol>');
    expect(blocks).toEqual([{ kind: 'list', text: '3. a\n   - b\n   - c\n4. d\n   ```\n   x\n    y\n   ```' }]);
  });

  it('keeps powers, formulas and check boxes', () => {
    const { blocks } = readHtmlFragment(
      '<p>10<sup>6</sup> H<sub>2</sub>O <math><mi>x</mi><annotation ' +
        'encoding="application/x-tex">x^2</annotation></math></p><ul><li><label><input type="checkbox" checked> ' +
        'done</label></ul>',
    );
    expect(blocks).toEqual([
      { kind: 'paragraph', text: '10<sup>6</sup> H<sub>2</sub>O $x^2$' },
      { kind: 'list', text: '- [x] done' },
    ]);
  });

  it('lists what is written in a drawing', () => {
    const drawing = '<svg><style>.a{}</style><title>Icon</title><g><text>Open <tspan>valve</tspan></text></g></svg>';
    expect(readHtmlFragment(`<p>Flow</p>${drawing}`).dropped).toEqual([{ text: 'Open valve', reason: 'image' }]);
  });

  it('takes the first row for the header of a table that has none, and opens tables that are a layout', () => {
    expect(readHtmlFragment('<table><tr><td>A<td>B<tr><td>1<td>2</table>').blocks).toEqual([
      { kind: 'table', header: ['A', 'B'], rows: [['1', '2']] },
    ]);
    expect(
      readHtmlFragment('<table role="presentation"><tr><td><p>left</p><td><p>right</p></table>').blocks.map(({ kind }) => kind),
    ).toEqual(['paragraph', 'paragraph']);
  });

  it.each([
    ['deep elements', `${'<div>'.repeat(20_000)}text`],
    ['deep tables', `${'<table><tr><td>'.repeat(200)}text`],
    ['deep spans', `<p>${'<span>'.repeat(400)}text`],
    ['wide spans', `<table>${'<tr><td colspan=100000 rowspan=100000>text'.repeat(500)}</table>`],
    ['deep lists', '<ul><li>text'.repeat(200)],
  ])(
    'is done with hostile pages: %s',
    (_, html) => {
      const { blocks } = readHtml(html);
      expect(JSON.stringify(blocks)).toContain('text');
    },
    20_000,
  );

  it('keeps sentences of the main part that are links, and leaves lists of links and steps to other pages out', () => {
    const { blocks } = readHtml(
      `<main><ul><li><a href="a">Setup</a></li><li><a href="b">Use</a></li></ul><p>The pump is started by hand, and stopped by itself.</p>
       <p><a href="c">The valves</a></p><p>They open to the left.</p><p><a href="d">Read the notes of the maker.</a></p>
       <p><a href="e">Next page</a></p></main>`,
    );
    expect(blocks.map((block) => 'text' in block && block.text)).toEqual([
      'The pump is started by hand, and stopped by itself.',
      'The valves',
      'They open to the left.',
      'Read the notes of the maker.',
    ]);
  });

  it('leaves out readings above words, and what is kept out of sight for readers of screens', () => {
    const { blocks, dropped } = readHtml(
      '<main><p>これは<ruby>漢字<rp>(</rp><rt>かんじ</rt><rp>)</rp></ruby>です。</p><p style="position: absolute; left: -9999px">Away.</p>' +
        '<p style="clip: rect(0 0 0 0)">Cut.</p><p style="font-size: 0.9em; left: -5px">Seen.</p></main>',
    );
    expect(blocks.map((block) => 'text' in block && block.text)).toEqual(['これは漢字です。', 'Seen.']);
    expect(dropped.map(({ text, reason }) => `${reason} ${text}`)).toEqual(['reading かんじ', 'hidden Away.', 'hidden Cut.']);
  });

  it('finds the article of a page without a main part, whatever its tags are written like', () => {
    const prose = 'The keeper opens the gate when the boat is in, and the water falls, slowly at first. '.repeat(4);
    const { blocks, dropped } = readHtml(
      `<body><DIV class="menu"><UL><LI><A href="x">Home</A><LI><A href="y">News</A></UL></DIV>
       <DIV><H2>Locks</H2><DIV>${prose}</DIV><DIV style="display: none">Hidden words.</DIV><DIV>${prose}<BR></DIV></DIV></body>`,
    );
    expect(blocks.map((block) => 'text' in block && block.text)).toEqual(['Locks', prose.trim(), prose.trim()]);
    expect(dropped.map(({ text }) => text).join(' ')).toContain('Hidden words.');
  });
});
