import { describe, expect, it } from 'vitest';
import { readHtml } from './read-html.js';

const sentence = (n: number): string =>
  `The harbour crane number ${n} lifts at most ${n + 4} tonnes, which the keeper writes down each evening.`;
const paragraphs = (count: number): string => Array.from({ length: count }, (_, i) => `<p>${sentence(i)}</p>`).join('\n');
const links = (count: number): string =>
  Array.from({ length: count }, (_, i) => `<li><a href="${i}.html">Other page ${i}</a></li>`).join('');

/** Pages as documentation tools and weblogs write them: what is around the main part, and the main part. */
const pages: Readonly<Record<string, readonly [before: string, main: string, after: string]>> = {
  'a reference of definitions': [
    `<div class="related"><h3>Navigation</h3><ul>${links(4)}</ul></div>`,
    `<h1>crane</h1><p>${sentence(1)}</p><dl class="py"><dt>lift(load)</dt><dd><p>Lifts.</p><dl><dt>Parameters</dt><dd><p>load: ` +
      `tonnes</p></dd></dl></dd>
     <dt>lower()</dt><dd><p>Lowers.</p><pre>crane.lower()</pre></dd></dl>${paragraphs(3)}
     <h2>Errors</h2><ul><li>Overload</li><li>Wind</li></ul>`,
    `<div class="sphinxsidebar" id="sidebar"><h4>Table of contents</h4><ul>${links(6)}</ul></div>`,
  ],
  'short sections that fold': [
    `<nav><ul>${links(8)}</ul></nav>`,
    `<h1>Struct Crane</h1><pre>pub struct Crane;</pre><p>${sentence(2)}</p><p>${sentence(3)}</p><h2>Trait implementations</h2>
     ${Array.from(
       { length: 9 },
       (_, i) =>
         `<details class="toggle" open><summary><section><h3>impl Lift${i} for Crane</h3></section></summary><div class="docblock"><p>` +
         `Lifts ${i}.</p></div></details>`,
     ).join('')}`,
    '<footer>Made by a tool</footer>',
  ],
  'a weblog': [
    `<header><a href="/">The harbour</a></header><div class="breadcrumbs"><a href="/">Home</a> › Cranes</div>`,
    `<h1>A night on the quay</h1>${paragraphs(4)}<blockquote><p>Nobody ` +
      `sleeps.</p></blockquote>${paragraphs(2)}<table><tr><th>Hour</th><th>Ships</th></tr><tr><td>1</td><td>3</td></tr></table>`,
    `<div class="comments"><h2>Comments</h2><p>First! What a fine night that was on the quay.</p></div><aside><h3>Read ` +
      `on</h3><ul>${links(5)}</ul></aside>`,
  ],
  'one of lists': [
    `<div id="toc"><ul>${links(12)}</ul></div>`,
    `<h1>Rules of the quay</h1><p>${sentence(5)}</p>` +
      `${Array.from({ length: 6 }, (_, i) => `<h2>Rule ${i}</h2><ul><li>Wear hat ${i}</li><li>Look up</li></ul>`).join('')}<p>` +
      `${sentence(6)}</p>`,
    '<div class="footer">© The harbour</div>',
  ],
};

const wordsOf = (html: string): string[] =>
  readHtml(html)
    .blocks.map((block) => (block.kind === 'table' ? [block.header, ...block.rows].flat().join(' ') : block.text))
    .join('\n')
    .match(/[\p{L}\p{N}]+/gu) ?? [];

/** F1 of the words that were found, as often as they stand. */
function f1(found: readonly string[], truth: readonly string[]): number {
  const left = new Map<string, number>();
  for (const word of truth) left.set(word, (left.get(word) ?? 0) + 1);
  let hits = 0;
  for (const word of found) {
    const count = left.get(word) ?? 0;
    if (count > 0) hits++;
    left.set(word, count - 1);
  }
  return (2 * hits) / (found.length + truth.length);
}

describe('findArticle', () => {
  it.each(Object.entries(pages))('finds the main part of %s, named or not', (_, [before, main, after]) => {
    const page = (open: string, close: string): string =>
      `<!doctype html><html><head><title>Cranes</title></head><body>${before}${open}${main}${close}${after}</body></html>`;
    const truth = main.replace(/<[^<>]*>/g, ' ').match(/[\p{L}\p{N}]+/gu)!;
    for (const [open, close] of [
      ['<main>', '</main>'],
      ['<div role="main">', '</div>'],
      ['<article>', '</article>'],
      ['<div class="body">', '</div>'],
    ] as const) {
      expect(f1(wordsOf(page(open, close)), truth)).toBeGreaterThanOrEqual(0.93);
    }
  });
});

it.each([
  ['main', 4],
  ['div', 2],
])('leaves a popup out that says more than a short page: %s', (name, times) => {
  const help = '<p>Press an arrow to go from one chapter to the next.</p>'.repeat(times);
  const popup = `<div id="help-popup"><h2>Keyboard shortcuts</h2>${help}</div>`;
  const page = `<div class="page"><${name}><h1>Locks</h1><p>The keeper opens the gate.</p></${name}></div>`;
  const { blocks } = readHtml(`<body>${popup}${page}</body>`);
  expect(blocks.map((block) => 'text' in block && block.text)).toEqual(['Locks', 'The keeper opens the gate.']);
});
