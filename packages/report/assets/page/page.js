/* global document, matchMedia, addEventListener, location */
import { comparison } from './comparison.js';
import { rejects, rows } from './browse.js';
import { el } from './dom.js';
import { funnel } from './funnel.js';
import { shapes } from './shapes.js';
import { summary } from './summary.js';
import { drawCharts, timeline } from './timeline.js';
import { tokens } from './tokens.js';

function sectionsOf(run) {
  const lost = rejects(run);
  return [summary(run), funnel(run, lost.choose), timeline(run), tokens(run), shapes(run), lost.node, rows(run).node];
}

function switchTheme() {
  const root = document.documentElement;
  const isDark = root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  root.dataset.theme = isDark ? 'light' : 'dark';
  drawCharts();
}

/** Loads the page anew, but not while somebody reads in it. */
function refreshEvery(seconds, main) {
  const look = () => {
    const isRead =
      main.querySelector('details[open]') !== null || [...main.querySelectorAll('input, select')].some(({ value }) => value !== '');
    if (isRead) setTimeout(look, seconds * 1000);
    else location.reload();
  };
  setTimeout(look, seconds * 1000);
  return el('p', { class: 'soft' }, `Looks again every ${seconds} s, unless something is open or searched for.`);
}

const { runs, rowsApart, refreshSeconds } = JSON.parse(document.getElementById('data').textContent);
const main = document.getElementById('report');
const sections = runs.length === 2 ? comparison(runs, rowsApart) : sectionsOf(runs[0]);
main.append(
  el(
    'header',
    {},
    el('h1', {}, runs.map(({ pipeline, folder }) => `${pipeline} · ${folder}`).join(' and ')),
    el('button', { type: 'button', id: 'theme', onclick: switchTheme }, 'light or dark'),
  ),
  el(
    'nav',
    { 'aria-label': 'sections' },
    ...sections.map((node) => el('a', { href: `#${node.id}` }, node.querySelector('h2').textContent)),
  ),
  ...(refreshSeconds ? [refreshEvery(refreshSeconds, main)] : []),
  ...sections,
);
drawCharts();
addEventListener('resize', drawCharts);
