import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { safeText } from '@sdg/core';
import type { RunData } from './run-data.js';

const asset = (name: string): string => readFileSync(fileURLToPath(new URL(`../assets/${name}`, import.meta.url)), 'utf8');

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** JSON that cannot end the element it stands in. */
const embedded = (value: unknown): string =>
  JSON.stringify(value, (_key, member: unknown) => (typeof member === 'string' ? safeText(member) : member)).replaceAll('<', '\\u003c');

const escaped = (text: string): string =>
  safeText(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/**
 * One HTML page of a run, or of two side by side: opens from disk, asks nothing of any network, and by its content policy
 * could not. Every text in it is data.
 *
 * @param refreshSeconds the page loads itself anew so often: for a run that goes on
 * @example await writeFile('report.html', renderReport([await readRun('run')]));
 */
export function renderReport(runs: readonly RunData[], { refreshSeconds }: { readonly refreshSeconds?: number } = {}): string {
  const chart = createRequire(import.meta.url).resolve('uplot/dist/uPlot.iife.min.js');
  const scripts = [readFileSync(chart, 'utf8'), asset('report.js')];
  const styles = [readFileSync(chart.replace('uPlot.iife.min.js', 'uPlot.min.css'), 'utf8'), asset('report.css')];
  const policy = [
    "default-src 'none'",
    `script-src ${scripts.map(hashOf).join(' ')}`,
    `style-src ${styles.map(hashOf).join(' ')}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const title = runs.map(({ pipeline, folder }) => `${pipeline} ${folder}`).join(' and ');
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="referrer" content="no-referrer">',
    ...(refreshSeconds === undefined ? [] : [`<meta http-equiv="refresh" content="${refreshSeconds}">`]),
    `<title>${escaped(title)}</title>`,
    ...styles.map((style) => `<style>${style}</style>`),
    '</head>',
    '<body>',
    '<main id="report"></main>',
    '<noscript>This report needs its own script to be shown; it asks nothing of any network.</noscript>',
    `<script type="application/json" id="data">${embedded({ runs })}</script>`,
    ...scripts.map((script) => `<script>${script}</script>`),
    '</body>',
    '</html>',
    '',
  ].join('\n');
}
