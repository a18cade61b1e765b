/* global navigator, document, getSelection */
import { count, duration, el, figure, money, section, sum, table, textOf } from './dom.js';

const ENDS = { done: 'done', running: 'under way', interrupted: 'interrupted', closed: 'reader went away' };

/** How it ended in a few words; what it failed by stands in a note. */
const ended = (end) => (end ? (ENDS[end.exit] ?? 'failed') : 'not known');

function copyButton(text) {
  const copy = async (event) => {
    const button = event.target;
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = 'copied';
    } catch {
      getSelection().selectAllChildren(document.getElementById('command'));
      button.textContent = 'selected: press Ctrl+C';
    }
  };
  return el('button', { type: 'button', onclick: copy }, 'copy');
}

export function summary(run) {
  const { end } = run;
  // Without accounts nothing is known, which is not the same as nothing.
  const known = (n) => count(end || run.blocks.length > 0 ? n : undefined);
  const paid = run.blocks.flatMap(({ models }) => Object.values(models));
  const calls = sum(run.blocks.map((block) => block.calls));
  const cached = sum(run.blocks.map((block) => block.cachedCalls));
  const failed = end && !(end.exit in ENDS) ? [`It failed: ${end.exit}`] : [];
  const heard = end?.exit === 'running' && end.heard ? [`It was last heard of at ${new Date(end.heard).toLocaleString('en')}.`] : [];
  const nothing = failed.length === 0 && run.blocks.length > 0 && run.blocks[0].in === 0 ? ['No samples came in.'] : [];
  return section(
    'summary',
    'Summary',
    ...[...failed, ...nothing, ...run.notes, ...heard].map((note) => el('p', { class: 'note' }, note)),
    el(
      'div',
      { class: 'figures' },
      figure(count(end?.written), 'rows written'),
      figure(ended(end), 'how it ended'),
      figure(end ? duration(end.seconds) : '–', 'time'),
      figure(known(calls), `calls answered${cached > 0 ? `, ${count(cached)} by the cache` : ''}`),
      figure(known(sum(paid.map(({ promptTokens }) => promptTokens))), 'tokens in, paid'),
      figure(known(sum(paid.map(({ completionTokens }) => completionTokens))), 'tokens out, paid'),
      end?.cost === undefined ? undefined : figure(money(end.cost), 'cost'),
      figure(count(run.rejects.total), 'rejected'),
    ),
    el('h3', {}, 'The command'),
    el('pre', { id: 'command' }, run.command),
    copyButton(run.command),
    el(
      'details',
      {},
      el('summary', {}, 'Settings and files'),
      table(
        ['setting', 'value'],
        Object.entries({ ...run.settings, ...run.versions }).map(([name, value]) => [name, textOf(value)]),
        'settings',
      ),
      table(
        ['file', 'SHA-256'],
        Object.entries(run.files).map(([name, digest]) => [name, digest ?? 'not a file: came through a pipe']),
        'files that decided the rows',
      ),
    ),
  );
}
