import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { safeText } from '@sdg/core';
import type { RowComparison, RunData } from './run-data.js';

const asset = (name: string): string => readFileSync(fileURLToPath(new URL(`../assets/page/${name}`, import.meta.url)), 'utf8');

/** Modules of the page's script, each after those that it imports. */
const MODULES = ['dom', 'summary', 'browse', 'funnel', 'timeline', 'tokens', 'shapes', 'comparison', 'page'];

/** The modules as one script in a scope of its own: an inline script can import nothing. Their names differ, so they need no scopes. */
const pageScript = (): string => {
  const parts = MODULES.map((name) =>
    asset(`${name}.js`)
      .replaceAll(/^import .*$/gm, '')
      .replaceAll(/^export /gm, ''),
  );
  return `(() => {'use strict';\n${parts.join('\n')}\n})();`;
};

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** JSON that cannot end the element it stands in. */
const embedded = (value: unknown): string =>
  JSON.stringify(value, (_key, member: unknown) => (typeof member === 'string' ? safeText(member) : member)).replaceAll('<', '\\u003c');

const escaped = (text: string): string =>
  safeText(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

export interface ReportOptions {
  /** Of two runs: which rows only one of them has. */
  readonly rowsApart?: RowComparison;
  /** The page loads itself anew so often, while nobody reads in it: for a run that goes on. */
  readonly refreshSeconds?: number;
}

/**
 * One HTML page of a run, or of two side by side: opens from disk, asks nothing of any network, and by its content policy
 * could not. Every text in it is data.
 *
 * @example await writeFile('report.html', renderReport([await readRun('run')]));
 */
export function renderReport(runs: readonly RunData[], { rowsApart, refreshSeconds }: ReportOptions = {}): string {
  // Of two runs the page shows other rows than those of each.
  const shown = rowsApart
    ? runs.map((run) => ({ ...run, rejects: { ...run.rejects, shown: [] }, rows: { ...run.rows, shown: [] } }))
    : runs;
  const chart = createRequire(import.meta.url).resolve('uplot/dist/uPlot.iife.min.js');
  const scripts = [readFileSync(chart, 'utf8'), pageScript()];
  const styles = [readFileSync(chart.replace('uPlot.iife.min.js', 'uPlot.min.css'), 'utf8'), asset('page.css')];
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
    `<title>${escaped(title)}</title>`,
    ...styles.map((style) => `<style>${style}</style>`),
    '</head>',
    '<body>',
    '<main id="report"></main>',
    '<noscript>This report needs its own script to be shown; it asks nothing of any network.</noscript>',
    `<script type="application/json" id="data">${embedded({ runs: shown, rowsApart, refreshSeconds })}</script>`,
    ...scripts.map((script) => `<script>${script}</script>`),
    '</body>',
    '</html>',
    '',
  ].join('\n');
}
