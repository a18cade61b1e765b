/* global document, Node */
// Elements, numbers and tables: everything is made as text, so that nothing in a row can do anything.

export const el = (name, attributes = {}, ...children) => {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key === 'class') node.className = value ?? '';
    else if (key.startsWith('on')) node.addEventListener(key.slice(2), value);
    else if (value !== undefined) node.setAttribute(key, value);
  }
  node.append(
    ...children.filter((child) => child !== undefined && child !== null).map((child) => (child instanceof Node ? child : String(child))),
  );
  return node;
};

export const count = (n) => (n === undefined || n === null ? '–' : Number(n).toLocaleString('en'));
export const duration = (s) =>
  s < 60
    ? `${s.toFixed(1)} s`
    : s < 3600
      ? `${Math.floor(s / 60)} min ${Math.floor(s % 60)} s`
      : `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`;
export const ms = (value) => (value >= 1000 ? `${(value / 1000).toFixed(2)} s` : `${Math.round(value)} ms`);
/** An amount of money, with the digits that tell something. */
export const money = (value) => (value === 0 ? '0' : value.toFixed(value >= 1 ? 2 : 4));
export const sum = (values) => values.reduce((total, value) => total + value, 0);
export const unique = (values) => [...new Set(values)].sort();
export const textOf = (value) => (typeof value === 'string' ? value : JSON.stringify(value, null, 1));

const isFigure = (value) => /^(?:[–\d][\d,.]*(?: (?:%|µs|ms|s|min|h)(?: \d+ (?:s|min))?)?)$/.test(String(value));

/** A table with its caption; columns of numbers are set to the right, zeros are quiet. The first column names the row. */
export function table(heads, rows, caption) {
  // A word among figures stands with them.
  const isFigures = (cell) => (cell instanceof Node ? cell.className !== 'bars' : isFigure(cell));
  const isNumber = heads.map((_, i) => i > 0 && rows.filter((row) => isFigures(row[i])).length * 2 > rows.length);
  const classOf = (value, i) =>
    [isNumber[i] ? 'n' : '', value === '0' || value === '–' ? 'soft' : ''].filter(Boolean).join(' ') || undefined;
  const head = (value, i) => el('th', { class: isNumber[i] ? 'n' : undefined, scope: 'col' }, value);
  const cell = (value, i) => (i === 0 ? el('th', { scope: 'row' }, value) : el('td', { class: classOf(value, i) }, value));
  return el(
    'div',
    { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': caption },
    el(
      'table',
      {},
      el('caption', { class: 'soft' }, caption),
      el('thead', {}, el('tr', {}, ...heads.map(head))),
      el('tbody', {}, ...rows.map((row) => el('tr', {}, ...row.map(cell)))),
    ),
  );
}

export const section = (id, title, ...children) =>
  el('section', { id, 'aria-labelledby': `${id}-title` }, el('h2', { id: `${id}-title` }, title), ...children);
export const quiet = (text) => el('p', { class: 'soft' }, text);
export const figure = (value, what) => el('div', { class: 'figure' }, el('b', {}, value), el('span', { class: 'soft' }, what));
export const column = (name, value) => [el('div', { class: 'soft' }, name), el('pre', { dir: 'auto' }, textOf(value))];

/** A bar beside a number that says the same. */
export function bar(share, width = 8) {
  const node = el('span', { class: 'bar', 'aria-hidden': 'true' });
  node.style.width = `${(width * share).toFixed(2)}rem`;
  return node;
}

/** A small histogram: label, number, bar. */
export function histogram(title, entries) {
  const most = Math.max(1, ...entries.map(([, n]) => n));
  return el(
    'div',
    { class: 'histogram' },
    el('h3', {}, title),
    el(
      'table',
      {},
      el(
        'tbody',
        {},
        ...entries.map(([label, n]) =>
          el(
            'tr',
            {},
            el('th', { scope: 'row' }, label),
            el('td', { class: 'n' }, count(n)),
            el('td', { class: 'bars' }, bar(n / most, 7)),
          ),
        ),
      ),
    ),
  );
}
