/**
 * Makes the PDFs of this folder and the truth about them (NAME.truth.json): what stands in them, in order, as it was before it was set.
 * Needs chromium, and the fonts Noto of all scripts. Run it by hand after a change: node e2e/documents/make-pdfs.mjs [NAME…]
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const escape = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
const h = (level, text) => ({ kind: 'heading', level, text, html: `<h${level}>${escape(text)}</h${level}>` });
const p = (text, html = escape(text)) => ({ kind: 'paragraph', text, html: `<p>${html}</p>` });
const ul = (items) => ({ kind: 'list', items, html: `<ul>${items.map((item) => `<li>${escape(item)}</li>`).join('')}</ul>` });
const ol = (items) => ({ kind: 'list', items, html: `<ol>${items.map((item) => `<li>${escape(item)}</li>`).join('')}</ol>` });
const row = (cells, tag) => `<tr>${cells.map((cell) => `<${tag}>${escape(cell)}</${tag}>`).join('')}</tr>`;
const table = (style, header, ...rows) => ({
  kind: 'table',
  header,
  rows,
  html:
    `<table class="${style}"><thead>${row(header, 'th')}</thead><tbody>${rows.map((cells) => row(cells, 'td')).join('')}</tbody>` +
    '</table>',
});
/** What is set twice, or only there for the page: no truth of its own. */
const wrap = (before, pieces, after) => [{ html: before }, ...pieces, { html: after }];

const base =
  `body { font: 10pt/1.3 'DejaVu Serif'; margin: 0; hyphens: auto; } p { margin: 0 0 6pt; text-align: justify; orphans: 1; ` +
  `widows: 1; }
h1 { font-size: 18pt; } h2 { font-size: 13pt; } h3 { font-size: 11pt; } h1, h2, h3 { margin: 10pt 0 5pt; hyphens: none; text-align: left; }
table { border-collapse: collapse; margin: 8pt 0 14pt; hyphens: none; line-height: 1.2; } th, td { padding: 3pt 9pt; ` +
  `text-align: left; vertical-align: top; }
.ruled th, .ruled td { border: 0.7pt solid black; } .rules { border-top: 1pt solid black; border-bottom: 1pt solid black; } ` +
  `.rules thead { border-bottom: 0.6pt solid black; }
.zebra tr:nth-child(odd) td { background: #dde6ee; } .narrow { width: 320pt; }`;
const furniture = (header, footer) =>
  `@page { size: A5; margin: 20mm 16mm; @top-center { content: "${header}"; font: 8pt 'DejaVu Sans'; } @bottom-center { ` +
  `content: ${footer}; font: 8pt 'DejaVu Sans'; } }`;

const things = ['valve', 'pump', 'filter', 'boiler', 'sensor', 'motor', 'gasket', 'turbine'];
const states = [
  'opens slowly',
  'was exchanged in spring',
  'needs clean water',
  'makes an unusual noise',
  'is documented separately',
  'stays below its limits',
];
/** Sentences that all differ, so that their order can be told. */
const prose = (from, count) =>
  Array.from({ length: count }, (_, i) => {
    const n = from + i;
    return (
      `Observation number ${n} says that the ${things[n % 8]} of building ${(n * 7) % 90} ${states[n % 6]}, which the ` +
      `responsible engineer considers representative.`
    );
  });
const paragraphs = (from, count, each) => Array.from({ length: count }, (_, i) => p(prose(from + i * each, each).join(' ')));

const measures = (from, count) =>
  Array.from({ length: count }, (_, i) => [`M-${from + i}`, things[(from + i) % 8], `${(from + i) * 3}.5`, `${(from + i) % 7} bar`]);

const documents = {
  'two-columns': {
    css:
      `${base} ${furniture('Proceedings of the Waterworks', 'counter(page)')} .columns { columns: 2; column-gap: 16pt; } ` +
      `.authors { text-align: center; }
      @page { @left-middle { content: "Stamped 12 March"; writing-mode: vertical-rl; font: 8pt 'DejaVu Sans'; } }`,
    pieces: [
      h(1, 'Observations in Forty Buildings'),
      {
        ...p('Ada Example and Bob Sample, Institute of Pipes'),
        html: '<p class="authors">Ada Example and Bob Sample, Institute of Pipes</p>',
      },
      ...wrap(
        '<div class="columns">',
        [h(2, '1 Introduction'), ...paragraphs(1, 4, 3), h(2, '2 Method'), ...paragraphs(20, 4, 3)],
        '</div>',
      ),
      table('ruled', ['Measure', 'Part', 'Value', 'Pressure'], ...measures(1, 4)),
      ...wrap(
        '<div class="columns">',
        [h(2, '3 Results'), ...paragraphs(40, 5, 3), h(2, '4 Conclusion'), ...paragraphs(60, 3, 2)],
        '</div>',
      ),
    ],
    gone: ['Proceedings of the Waterworks', 'Stamped 12 March'],
  },
  tables: {
    css: `${base} ${furniture('Tables of the Works', '"Page " counter(page) " of " counter(pages)')}`,
    pieces: [
      h(1, 'Tables'),
      p('The first table has lines around its cells.'),
      table('ruled', ['Measure', 'Part', 'Value', 'Pressure'], ...measures(1, 6)),
      p('The second has rules above, below and under its head.'),
      table(
        'rules',
        ['Model', 'Flow', 'Weight'],
        ['A-1', '12.0', '3 kg'],
        ['A-2', '13.5', '4 kg'],
        ['B-7', '8.25', '11 kg'],
        ['B-8', '9.75', '12 kg'],
      ),
      p('The third has no lines at all.'),
      table(
        'plain',
        ['City', 'River', 'Bridges'],
        ['Basel', 'Rhine', '6'],
        ['Vienna', 'Danube', '11'],
        ['Prague', 'Vltava', '18'],
        ['Paris', 'Seine', '37'],
      ),
      p('The fourth has bands of colour.'),
      table(
        'zebra',
        ['Code', 'Meaning', 'Since'],
        ['E1', 'no water', '2019'],
        ['E2', 'too hot', '2020'],
        ['E3', 'door open', '2021'],
        ['E4', 'no power', '2022'],
      ),
      p('Cells of the fifth wrap.'),
      table(
        'ruled narrow',
        ['Part', 'What to do', 'When'],
        ['Inlet valve', 'Close it by hand, wait for a minute and open it again until the flow is steady', 'Every week'],
        ['Filter', 'Wash it in clean water without soap and let it dry before it is put back', 'Every month'],
        ['Main motor of the pump', 'Listen to it', 'Every day'],
      ),
      p('Cells of the sixth wrap and have no lines.'),
      table(
        'plain narrow',
        ['Part', 'What to do', 'When'],
        ['Outlet', 'Look whether any of the seals is wet and write it down in the book of the house', 'Daily'],
        ['Gauge', 'Compare it with the second gauge at the wall and report differences', 'Weekly'],
        ['Alarm', 'Press the button and count the lamps that are lit', 'Monthly'],
      ),
      p('The last goes over pages.'),
      table('ruled', ['Measure', 'Part', 'Value', 'Pressure'], ...measures(100, 60)),
      p('That was the last.'),
    ],
    gone: ['Tables of the Works'],
  },
  manual: {
    css:
      `${base} ${furniture('Pump P-1 — Manual', '"— " counter(page) " —"')} .note { font-size: 7.5pt; border-top: 0.5pt ` +
      `solid; width: 60%; } sup, sub { font-size: 70%; line-height: 0; }`,
    pieces: [
      h(1, 'Pump P-1'),
      p('This manual says how the pump is set up and what to do when it stops.'),
      h(2, '1 Setting up'),
      p('Choose a dry room. The room must have:'),
      ul([
        'a drain in the floor',
        'a socket of 400 volts, which only an electrician may connect to the switchboard of the building',
        'light',
      ]),
      ol(['Fill the housing with water.', 'Close the lid.', 'Turn the key.']),
      p(
        'The pump moves 10⁶ litres of H2O a year, see note¹ below.',
        'The pump moves 10<sup>6</sup> litres of H<sub>2</sub>O a year, see note<sup>1</sup> below.',
      ),
      ...paragraphs(80, 3, 4),
      h(2, '2 Faults'),
      ...paragraphs(100, 4, 4),
      h(3, '2.1 Alarms'),
      ...paragraphs(120, 3, 4),
      {
        kind: 'paragraph',
        text: '¹ Measured at the works in 2024.',
        html: '<p class="note"><sup>1</sup> Measured at the works in 2024.</p>',
      },
    ],
    gone: ['Pump P-1 — Manual'],
  },
  chinese: {
    css:
      `${base} body, h1, h2, th { font-family: 'Noto Sans CJK SC'; font-weight: normal; } h2:nth-of-type(2) { break-before: ` +
      `page; } ${furniture('水泵手册', 'counter(page)')}`,
    lang: 'zh',
    pieces: [
      h(1, '水泵使用手册'),
      p('本手册说明如何安装和使用水泵。安装之前，请先阅读全部内容，并检查包装内的零件是否齐全。'),
      h(2, '第一章 安装'),
      p('选择干燥的房间。房间里必须有排水口、四百伏电源和照明。水泵应放在水平的地面上，离墙至少五十厘米。只有电工才可以连接电源。'),
      table(
        'ruled',
        ['型号', '最大压力', '重量'],
        ['P-1', '一百巴', '三十公斤'],
        ['P-2', '两百巴', '四十五公斤'],
        ['P-3', '三百巴', '六十公斤'],
      ),
      h(2, '第二章 故障'),
      p(
        '如果水泵停止运转，请先关闭电源，等待十分钟，然后检查过滤器。过滤器堵塞时，应当用清水清洗，不要使用肥皂。清洗之后让它完全干燥，再装回原处。',
      ),
      ul(['检查阀门', '检查密封圈', '记录压力']),
      p('仍然不能运转时，请与制造商联系。'),
    ],
    gone: ['水泵手册'],
  },
  arabic: {
    css:
      `${base} body { font-family: 'Noto Naskh Arabic'; direction: rtl; } h1, h2, p, th, td { text-align: right; } ` +
      `h2:nth-of-type(2) { break-before: page; } ${furniture('دليل المضخة', 'counter(page)')}`,
    lang: 'ar',
    pieces: [
      h(1, 'دليل استعمال المضخة'),
      p('يشرح هذا الدليل كيفية تركيب المضخة واستعمالها. اقرأ جميع التعليمات قبل البدء بالعمل.'),
      h(2, 'التركيب'),
      p(
        'اختر غرفة جافة فيها مصرف للماء ومصدر للكهرباء بجهد 400 فولت. ضع المضخة على أرض مستوية بعيدا عن الجدار مسافة 50 ' +
          'سنتيمترا على الأقل.',
      ),
      table('ruled', ['الطراز', 'الضغط', 'الوزن'], ['الأول', '100', 'ثلاثون'], ['الثاني', '200', 'أربعون'], ['الثالث', '300', 'ستون']),
      h(2, 'الصيانة'),
      p('طراز المضخة هو P-1 وصنعت في عام 2024 في المصنع الكبير.'),
    ],
    gone: ['دليل المضخة'],
  },
  scripts: {
    css: `${base} body, h1 { font-family: 'Noto Sans Devanagari', 'Noto Sans Hebrew'; font-weight: normal; }`,
    lang: 'hi',
    pieces: [
      h(1, 'पंप की पुस्तिका'),
      p('यह पुस्तिका बताती है कि पंप को कैसे लगाया जाए और वह रुक जाए तो क्या करना चाहिए। सूखा कमरा चुनें और बिजली का स्रोत जाँच लें।'),
      {
        kind: 'paragraph',
        text: 'המשאבה נפתחת בלחץ של 12 בר, ונסגרת ב־9 בר (P-1).',
        html: '<p dir="rtl">המשאבה נפתחת בלחץ של 12 בר, ונסגרת ב־9 בר (P-1).</p>',
      },
    ],
    gone: [],
  },
  vertical: {
    css: `${base} body, h1 { font-family: 'Noto Sans CJK JP'; font-weight: normal; } body { writing-mode: vertical-rl; height: 60mm; }`,
    lang: 'ja',
    pieces: [
      h(1, '取扱説明書'),
      p('ポンプの最大圧力は百バールです。水を入れてから、ゆっくりと蓋を閉じてください。'),
      p('二番目の段落です。'),
    ],
    gone: [],
  },
  tagged: {
    css: `${base} ${furniture('Rules of the House', '"Page " counter(page)')} .columns { columns: 2; }`,
    tagged: true,
    pieces: [
      h(1, 'Rules of the House'),
      p('These rules hold for everyone who works in the house.'),
      h(2, 'Doors'),
      ...paragraphs(200, 3, 3),
      ul(['close the door', 'lock the window', 'switch off the light']),
      h(2, 'Hours'),
      p('The house is open as follows.'),
      table('plain', ['Day', 'From', 'To'], ['Monday', '8:00', '17:00'], ['Tuesday', '8:00', ''], ['Friday', '9:00', '12:30']),
      ...wrap('<div class="columns">', paragraphs(230, 3, 3), '</div>'),
      h(2, 'Keys'),
      table('ruled', ['Key', 'Room', 'Who has it'], ...Array.from({ length: 40 }, (_, i) => [`K${i + 1}`, `Room ${i + 1}`, things[i % 8]])),
      ol(['Ask for the key.', 'Sign the list.', 'Bring it back.']),
    ],
    gone: [],
  },
};

/** A page that is only a picture, for text recognition. */
documents.scan = {
  css: "body { font: 26px/1.5 'DejaVu Serif'; margin: 60px; width: 900px; } h1 { font-size: 44px; }",
  scan: true,
  pieces: [
    h(1, 'A scanned page'),
    p('This page is a picture. Its words can be read only by text recognition, which has to be told the language.'),
    p('The pump opens at 12 bar and closes at 9 bar.'),
  ],
  gone: [],
};

const folder = import.meta.dirname;
const chromium = (...args) =>
  execFileSync('chromium', ['--headless', '--no-sandbox', '--disable-gpu', ...args], { stdio: 'ignore', timeout: 120_000 });
const work = mkdtempSync(join(tmpdir(), 'pdfs-'));
const wanted = process.argv.slice(2);
for (const [name, { css, pieces, gone, tagged = false, scan = false, lang = 'en' }] of Object.entries(documents)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const page = join(work, `${name}.html`);
  const pdf = join(folder, `${name}.pdf`);
  writeFileSync(
    page,
    `<!doctype html><html lang="${lang}"><meta ` +
      `charset="utf-8"><title>${name}</title><style>${css}</style><body>${pieces.map(({ html }) => html).join('\n')}`,
  );
  const tags = tagged ? ['--generate-pdf-document-outline'] : ['--disable-pdf-tagging'];
  if (scan) {
    const picture = join(work, `${name}.png`);
    chromium('--window-size=1020,560', '--hide-scrollbars', `--screenshot=${picture}`, `file://${page}`);
    writeFileSync(
      page,
      `<!doctype html><style>@page { size: 510px 280px; margin: 0; } body { margin: 0; } img { width: 100%; }</style><img ` +
        `src="${picture}">`,
    );
  }
  chromium(...tags, '--no-pdf-header-footer', `--print-to-pdf=${pdf}`, `file://${page}`);
  const truth = pieces.filter(({ kind }) => kind !== undefined).map(({ html, ...piece }) => piece);
  writeFileSync(
    join(folder, `${name}.truth.json`),
    `${JSON.stringify({ ...(scan && { ocr: ['eng'] }), blocks: truth, dropped: gone }, null, 1)}\n`,
  );
}
rmSync(work, { recursive: true });
