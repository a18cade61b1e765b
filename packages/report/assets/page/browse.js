import { column, count, el, quiet, section, table, textOf, unique } from './dom.js';

/** Items listed before one asks for more. */
const FIRST = 25;

/** What a choice is called: a list as wide as its longest name would be wider than the page. */
const shortened = (text) => (text.length > 60 ? `${text.slice(0, 28)}…${text.slice(-28)}` : text);

function choice(label, values, onchange) {
  const options = values.map((value) => el('option', { value }, shortened(value) || '(none)'));
  const select = el('select', { onchange }, el('option', { value: '' }, 'all'), ...options);
  return { node: el('label', {}, label, select), select };
}

/** A list of items that can be searched: by text, and by what `parts` give of each. An item may have several of a part. */
export function finder({ all, parts = [], describe, tell, label: what = 'text', text = (item) => JSON.stringify(item) }) {
  const list = el('div', {});
  const status = el('p', { class: 'soft', role: 'status' });
  const search = el('input', { type: 'search', oninput: () => update() });
  const choices = parts.map(([label, of]) => ({ label, of, ...choice(label, unique(all.flatMap(of)), () => update()) }));
  const texts = all.map((item) => text(item).toLowerCase());
  const more = el('button', { type: 'button', onclick: () => show(true) }, 'show all');
  let found = all;
  const show = (isWhole) => {
    const shown = isWhole ? found : found.slice(0, FIRST);
    list.replaceChildren(...shown.map(describe));
    more.hidden = shown.length === found.length;
    more.textContent = `show all ${count(found.length)}`;
  };
  const update = () => {
    const words = search.value.toLowerCase();
    found = all.filter(
      (item, i) =>
        texts[i].includes(words) && choices.every(({ of, select }) => select.value === '' || [of(item)].flat().includes(select.value)),
    );
    status.textContent = tell(found.length);
    show(false);
  };
  update();
  const filters = el('div', { class: 'filters' }, el('label', {}, what, search), ...choices.map(({ node }) => node));
  /** Chooses by the names of parts; what is not named is not chosen by. */
  const choose = (wanted) => {
    search.value = '';
    for (const { label, select } of choices) select.value = wanted[label] ?? '';
    update();
  };
  // What is seen at a glance needs no search.
  const isShort = parts.length === 0 && all.length <= FIRST;
  return { nodes: isShort ? [list] : [filters, status, list, more], choose };
}

/** A section with items to be read. */
function browser({ id, title, total, ...of }) {
  const tell = (n) => `${count(n)} of ${count(of.all.length)} kept in this page; ${total}`;
  const { nodes, choose } = finder({ ...of, tell });
  return { node: section(id, title, ...(of.all.length === 0 ? [quiet(`There are none to read; ${total}.`)] : nodes)), choose };
}

/** What did not come out, with why. */
export function rejects(run) {
  return browser({
    ...{ id: 'rejects', title: 'Lost, to read', all: run.rejects.shown, total: `${count(run.rejects.total)} rejected in all` },
    parts: [
      ['kind', (one) => one.kind],
      ['block', (one) => one.block],
      ['reason', (one) => one.reason],
      ['leaf', (one) => one.leaf],
    ],
    describe: (one) =>
      el(
        'details',
        {},
        el('summary', {}, `${one.kind} by ${one.block}: ${one.reason}${one.message ? `: ${one.message.slice(0, 160)}` : ''}`),
        ...(one.message ? column('why', one.message) : []),
        ...(one.reply === undefined ? [] : column('raw reply', one.reply)),
        ...(one.prompt === undefined ? [] : column('prompt', one.prompt)),
        el('details', {}, el('summary', {}, 'the sample'), ...Object.entries(one.sample).flatMap(([name, value]) => column(name, value))),
      ),
  });
}

/** Whether a column was there before any block. */
export const isOfSeed = (name) => /^(?:seed_|icl_|document|task_description|leaf_node|domain)/.test(name);

/** A row with its whole descent: what it says, where it comes from, and each step on its way. */
export function rowDetails(one) {
  const entries = Object.entries(one.columns);
  const told = entries.filter(([name]) => !isOfSeed(name));
  const asked = [/^(question|instruction|prompt)$/, /question|instruction|prompt/].map((names) => told.find(([name]) => names.test(name)));
  const first = asked[0] ?? asked[1] ?? told[0] ?? entries[0];
  const places = [
    ...Object.entries(one.origin).map(([name, value]) => [name, textOf(value)]),
    ['lineage id', one.id],
    ['way', one.path.join(' → ')],
  ];
  return el(
    'details',
    { class: 'row' },
    el('summary', {}, `${one.leaf || 'row'} · ${first ? textOf(first[1]).slice(0, 160) : one.id}`),
    ...told.flatMap(([name, value]) => column(name, value)),
    el(
      'details',
      {},
      el('summary', {}, 'the seed and the document'),
      table(['place', 'value'], places, `where row ${one.id.slice(0, 8)} comes from`),
      ...entries.filter(([name]) => isOfSeed(name)).flatMap(([name, value]) => column(name, value)),
    ),
    ...(one.steps.length === 0 ? [quiet('No prompt or reply on its way is kept here.')] : []),
    ...one.steps.map((step, i) =>
      el(
        'details',
        { class: 'step' },
        el('summary', {}, `${i + 1}. ${step.block}${step.model ? ` · ${step.model}` : ''}`),
        ...column('prompt', step.prompt),
        ...(step.reasoning ? column('thinking', step.reasoning) : []),
        ...column('reply', step.reply),
      ),
    ),
  );
}

/** Rows with their descent. */
export function rows(run) {
  return browser({
    ...{ id: 'rows', title: 'Rows to read', all: run.rows.shown, total: `${count(run.rows.total)} in the record` },
    parts: [
      ['leaf', (one) => one.leaf],
      ['block', (one) => unique(one.steps.map(({ block }) => block))],
      ['model', (one) => unique(one.steps.map(({ model }) => model ?? ''))],
    ],
    describe: rowDetails,
  });
}
