/* global document, Node, navigator, getComputedStyle, uPlot, matchMedia, addEventListener */
// The page of a report: builds everything from the data in it, by text alone, so that nothing in a row can do anything.
(() => {
  'use strict';
  const { runs } = JSON.parse(document.getElementById('data').textContent);
  const main = document.getElementById('report');

  const el = (name, attributes = {}, ...children) => {
    const node = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (key === 'class') node.className = value;
      else if (key.startsWith('on')) node.addEventListener(key.slice(2), value);
      else if (value !== undefined) node.setAttribute(key, value);
    }
    node.append(
      ...children.filter((child) => child !== undefined && child !== null).map((child) => (child instanceof Node ? child : String(child))),
    );
    return node;
  };
  const count = (n) => (n === undefined || n === null ? '–' : Number(n).toLocaleString('en'));
  const duration = (s) =>
    s < 60
      ? `${s.toFixed(1)} s`
      : s < 3600
        ? `${Math.floor(s / 60)} min ${Math.round(s % 60)} s`
        : `${Math.floor(s / 3600)} h ${Math.round((s % 3600) / 60)} min`;
  const ms = (value) => (value >= 1000 ? `${(value / 1000).toFixed(2)} s` : `${Math.round(value)} ms`);
  const sum = (values) => values.reduce((total, value) => total + value, 0);
  const rejectedOf = (block) => sum(Object.values(block.rejected));

  const table = (heads, rows, caption) => {
    const isNumber = heads.map(
      (_, i) => rows.length > 0 && rows.every((row) => row[i] instanceof Node || /^[–\d][\d,. %µms+−×]*$/.test(String(row[i]))) && i > 0,
    );
    const cell = (name, value, i) => el(name, { class: isNumber[i] ? 'n' : undefined, scope: name === 'th' ? 'col' : undefined }, value);
    return el(
      'div',
      { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': caption },
      el(
        'table',
        {},
        el('caption', { class: 'soft' }, caption),
        el('thead', {}, el('tr', {}, ...heads.map((head, i) => cell('th', head, i)))),
        el('tbody', {}, ...rows.map((row) => el('tr', {}, ...row.map((value, i) => cell('td', value, i))))),
      ),
    );
  };
  const section = (id, title, ...children) =>
    el('section', { id, 'aria-labelledby': `${id}-title` }, el('h2', { id: `${id}-title` }, title), ...children);
  const figure = (value, what) => el('div', { class: 'figure' }, el('b', {}, value), el('span', { class: 'soft' }, what));
  const textOf = (value) => (typeof value === 'string' ? value : JSON.stringify(value, null, 1));
  const column = (name, value) => [el('div', { class: 'soft' }, name), el('pre', { dir: 'auto' }, textOf(value))];

  /* Summary */
  function summary(run) {
    const paid = run.blocks.flatMap(({ models }) => Object.values(models));
    const calls = sum(run.blocks.map((block) => block.calls));
    const cached = sum(run.blocks.map((block) => block.cachedCalls));
    return section(
      'summary',
      'Summary',
      ...run.notes.map((note) => el('p', { class: 'note' }, note)),
      el(
        'div',
        { class: 'figures' },
        figure(run.end ? count(run.end.written) : '–', 'rows written'),
        figure(run.end ? run.end.exit : 'not ended', 'how it ended'),
        figure(run.end ? duration(run.end.seconds) : '–', 'time'),
        figure(count(calls), `calls answered${cached > 0 ? `, ${count(cached)} by the cache` : ''}`),
        figure(count(sum(paid.map(({ promptTokens }) => promptTokens))), 'tokens in, paid'),
        figure(count(sum(paid.map(({ completionTokens }) => completionTokens))), 'tokens out, paid'),
        run.end && run.end.cost !== undefined ? figure(run.end.cost.toFixed(4), 'cost') : undefined,
        figure(count(run.rejects.total), 'rejected'),
      ),
      el('h3', {}, 'The command'),
      el('pre', {}, run.command),
      el(
        'button',
        {
          type: 'button',
          onclick: (event) => navigator.clipboard?.writeText(run.command).then(() => (event.target.textContent = 'copied')),
        },
        'copy',
      ),
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

  /* Funnel */
  const COUNTS = ['in', 'made', 'out', 'filtered', 'deduplicated', 'rejected', 'unfinished'];
  function reasonsOf(run, block) {
    const reasons = Object.entries(block.rejected);
    if (reasons.length === 0) return el('span', {}, '0');
    return el(
      'details',
      {},
      el('summary', {}, count(rejectedOf(block))),
      ...reasons.map(([reason, n]) =>
        el('div', {}, el('a', { href: '#rejects', onclick: () => showRejects(block.block, reason) }, `${reason}: ${count(n)}`)),
      ),
    );
  }
  function funnel(run) {
    const most = Math.max(1, ...run.blocks.map((block) => block.in + block.made));
    const bar = (block) => {
      const node = el('span', { class: 'bar', 'aria-hidden': 'true' });
      node.style.width = `${((8 * block.out) / most).toFixed(2)}rem`;
      return el('span', {}, `${count(block.out)} `, node);
    };
    const byBlock = table(
      ['block', 'in', 'made', 'out', 'filtered', 'deduplicated', 'rejected', 'unfinished', 'calls'],
      run.blocks.map((block) => [
        block.block,
        count(block.in),
        count(block.made),
        bar(block),
        count(block.filtered),
        count(block.deduplicated),
        reasonsOf(run, block),
        count(block.unfinished),
        count(block.calls),
      ]),
      'samples by block: in + made = out + filtered + deduplicated + rejected + unfinished',
    );
    const leaves = Object.entries(run.leaves);
    const byLeaf = leaves.map(([leaf, blocks]) => {
      const last = Object.values(blocks);
      const total = (name) => sum(last.map((block) => block[name]));
      return el(
        'details',
        {},
        el(
          'summary',
          {},
          `${leaf || '(no leaf)'}: ${count(run.rows.byLeaf[leaf] ?? 0)} rows; ${count(total('filtered'))} filtered, ${count(total('deduplicated'))} deduplicated, ${count(total('rejected'))} rejected`,
        ),
        table(
          ['block', ...COUNTS],
          Object.entries(blocks).map(([name, block]) => [name, ...COUNTS.map((key) => count(block[key]))]),
          `samples of ${leaf || 'no leaf'} by block`,
        ),
      );
    });
    return section('funnel', 'Funnel', byBlock, leaves.length > 0 ? el('h3', {}, 'By leaf') : undefined, ...byLeaf);
  }

  /* Timeline */
  const charts = [];
  function chart(title, x, series) {
    const holder = el('div', { role: 'img', 'aria-label': title });
    const style = getComputedStyle(document.documentElement);
    const draw = () => {
      holder.textContent = '';
      const color = (name) => style.getPropertyValue(name).trim();
      const axis = { stroke: color('--soft'), grid: { stroke: color('--line'), width: 1 }, ticks: { stroke: color('--line') } };
      new uPlot(
        {
          title,
          width: Math.max(300, Math.min(1150, main.clientWidth)),
          height: 220,
          cursor: { drag: { x: true, y: false } },
          scales: { x: { time: false } },
          axes: [
            { ...axis, label: 'seconds' },
            { ...axis, size: 60 },
          ],
          series: [
            { label: 'second' },
            ...series.map(({ label, tone }) => ({ label, stroke: color(tone), width: 1.5, points: { show: false } })),
          ],
        },
        [x, ...series.map(({ values }) => values)],
        holder,
      );
    };
    charts.push(draw);
    return holder;
  }
  function timeline(run) {
    const { calls } = run;
    if (!calls) return section('timeline', 'Timeline', el('p', { class: 'soft' }, 'There is no log of calls.'));
    const { timeline: t } = calls;
    const x = t.inFlight.map((_, i) => i * t.binSeconds);
    return section(
      'timeline',
      'Timeline',
      el(
        'div',
        { class: 'figures' },
        figure(count(calls.tries), 'tries'),
        figure(count(calls.failed), 'of them failed'),
        figure(ms(calls.latency.p50), 'median'),
        figure(ms(calls.latency.p90), '90 % below'),
        figure(ms(calls.latency.p99), '99 % below'),
        figure(ms(calls.queued.p50), 'median wait for a slot'),
      ),
      el(
        'div',
        { class: 'charts' },
        chart('Calls in flight, and the limit', x, [
          { label: 'in flight', tone: '--accent', values: t.inFlight },
          { label: 'limit', tone: '--soft', values: t.limit },
        ]),
        chart('Answers and failed tries a second', x, [
          { label: 'answered', tone: '--good', values: t.answered },
          { label: 'failed', tone: '--bad', values: t.failed },
        ]),
        chart('Milliseconds of an answer', x, [
          { label: 'median', tone: '--accent', values: t.p50 },
          { label: '99 % below', tone: '--soft', values: t.p99 },
        ]),
      ),
      Object.keys(calls.faults).length > 0
        ? table(
            ['fault', 'tries'],
            Object.entries(calls.faults).map(([code, n]) => [code, count(n)]),
            'failed tries by code',
          )
        : undefined,
      table(
        ['server', 'tries', 'failed'],
        Object.entries(calls.byServer).map(([name, server]) => [name, count(server.tries), count(server.failed)]),
        'tries by server',
      ),
    );
  }

  /* Tokens */
  function tokens(run) {
    const rows = run.blocks.flatMap((block) =>
      Object.entries(block.models).map(([model, use]) => [
        block.block,
        model,
        count(use.calls),
        count(use.promptTokens),
        count(use.completionTokens),
      ]),
    );
    return section(
      'tokens',
      'Tokens by block and model',
      rows.length === 0
        ? el('p', { class: 'soft' }, 'Nothing was paid for.')
        : table(['block', 'model', 'calls', 'tokens in', 'tokens out'], rows, 'what was paid for; answers of the cache cost nothing'),
    );
  }

  /* Shapes of the rows */
  function histogram(title, entries) {
    const most = Math.max(1, ...entries.map(([, n]) => n));
    return el(
      'div',
      {},
      el('h3', {}, title),
      el(
        'table',
        {},
        el(
          'tbody',
          {},
          ...entries.map(([label, n]) => {
            const node = el('span', { class: 'bar', 'aria-hidden': 'true' });
            node.style.width = `${((9 * n) / most).toFixed(2)}rem`;
            return el('tr', {}, el('td', { class: 'n' }, label), el('td', { class: 'n' }, count(n)), el('td', {}, node));
          }),
        ),
      ),
    );
  }
  function shapes(run) {
    const { lengths, scores } = run.rows;
    return section(
      'shapes',
      'What the rows are like',
      el(
        'div',
        { class: 'columns' },
        ...Object.entries(lengths).map(([name, bins]) =>
          histogram(
            `${name}: characters`,
            bins.map(({ below, rows }) => [`< ${count(below)}`, rows]),
          ),
        ),
        ...Object.entries(scores).map(([name, values]) => histogram(name, Object.entries(values))),
      ),
    );
  }

  /* Rejects and rows */
  const unique = (values) => [...new Set(values)].sort();
  function choice(label, values, onchange) {
    const select = el(
      'select',
      { onchange },
      el('option', { value: '' }, 'all'),
      ...values.map((value) => el('option', { value }, value || '(none)')),
    );
    return { node: el('label', {}, label, select), select };
  }
  let showRejects = () => undefined;
  function browser(id, title, all, total, parts, describe) {
    const list = el('div', { 'aria-live': 'polite' });
    const status = el('p', { class: 'soft', role: 'status' });
    const search = el('input', { type: 'search', oninput: () => update() });
    const choices = parts.map(([label, of]) => ({ of, ...choice(label, unique(all.map(of)), () => update()) }));
    const texts = all.map((item) => JSON.stringify(item).toLowerCase());
    const update = () => {
      const words = search.value.toLowerCase();
      const found = all.filter(
        (item, i) => texts[i].includes(words) && choices.every(({ of, select }) => select.value === '' || of(item) === select.value),
      );
      status.textContent = `${count(found.length)} of ${count(all.length)} shown here; ${count(total)} in all`;
      list.replaceChildren(...found.slice(0, 100).map(describe));
    };
    update();
    return {
      node: section(
        id,
        title,
        all.length === 0
          ? el('p', { class: 'soft' }, 'There are none.')
          : el('div', { class: 'filters' }, el('label', {}, 'text', search), ...choices.map(({ node }) => node)),
        status,
        list,
      ),
      choices,
      update,
    };
  }
  function rejects(run) {
    const made = browser(
      'rejects',
      'Rejects to read',
      run.rejects.shown,
      run.rejects.total,
      [
        ['block', (one) => one.block],
        ['reason', (one) => one.reason],
        ['leaf', (one) => one.leaf],
      ],
      (one) =>
        el(
          'details',
          {},
          el('summary', {}, `${one.block}: ${one.reason}${one.message ? `: ${one.message.slice(0, 160)}` : ''}`),
          ...(one.message ? column('why', one.message) : []),
          ...(one.reply !== undefined ? column('raw reply', one.reply) : []),
          ...(one.prompt !== undefined ? column('prompt', one.prompt) : []),
          el('details', {}, el('summary', {}, 'the sample'), ...Object.entries(one.sample).flatMap(([name, value]) => column(name, value))),
        ),
    );
    showRejects = (block, reason) => {
      [made.choices[0].select.value, made.choices[1].select.value] = [block, reason];
      made.update();
    };
    return made.node;
  }
  function rows(run) {
    const seedColumns = (name) => /^(?:seed_|icl_|document|task_description|leaf_node|domain)/.test(name);
    return browser(
      'rows',
      'Rows to read',
      run.rows.shown,
      run.rows.total,
      [
        ['leaf', (one) => one.leaf],
        ['model', (one) => unique(one.steps.map(({ model }) => model ?? '')).join(', ')],
      ],
      (one) => {
        const entries = Object.entries(one.columns);
        const told = entries.filter(([name]) => !seedColumns(name));
        const first = told.find(([name]) => /question|instruction|prompt/.test(name)) ?? told[0] ?? entries[0];
        return el(
          'details',
          {},
          el('summary', {}, `${one.leaf || 'row'} · ${first ? textOf(first[1]).slice(0, 160) : one.id}`),
          ...told.flatMap(([name, value]) => column(name, value)),
          el(
            'details',
            {},
            el('summary', {}, 'the seed and the document'),
            table(
              ['place', 'value'],
              [
                ...Object.entries(one.origin).map(([name, value]) => [name, textOf(value)]),
                ['lineage id', one.id],
                ['way', one.path.join(' → ')],
              ],
              'where it comes from',
            ),
            ...entries.filter(([name]) => seedColumns(name)).flatMap(([name, value]) => column(name, value)),
          ),
          ...one.steps.map((step, i) =>
            el(
              'details',
              {},
              el('summary', {}, `${i + 1}. ${step.block}${step.model ? ` · ${step.model}` : ''}`),
              ...column('prompt', step.prompt),
              ...(step.reasoning ? column('thinking', step.reasoning) : []),
              ...column('reply', step.reply),
            ),
          ),
        );
      },
    ).node;
  }

  /* Two runs side by side */
  function comparison([a, b]) {
    const flat = (run) => ({
      ...run.settings,
      ...Object.fromEntries(Object.entries(run.files).map(([name, digest]) => [name, digest ?? 'stdin'])),
      ...run.versions,
    });
    const [one, other] = [flat(a), flat(b)];
    const differ = unique([...Object.keys(one), ...Object.keys(other)]).filter(
      (name) => textOf(one[name] ?? null) !== textOf(other[name] ?? null),
    );
    const total = (run, name) => sum(run.blocks.map((block) => block[name]));
    const paid = (run, name) => sum(run.blocks.flatMap(({ models }) => Object.values(models).map((use) => use[name])));
    const facts = [
      ['rows', (run) => run.end?.written],
      ['seconds', (run) => run.end && Math.round(run.end.seconds * 10) / 10],
      ['calls', (run) => total(run, 'calls')],
      ['answered by the cache', (run) => total(run, 'cachedCalls')],
      ['tokens in, paid', (run) => paid(run, 'promptTokens')],
      ['tokens out, paid', (run) => paid(run, 'completionTokens')],
      ['cost', (run) => run.end?.cost],
      ['rejected', (run) => run.rejects.total],
    ];
    const blocks = unique([...a.blocks, ...b.blocks].map(({ block }) => block));
    const of = (run, name) => run.blocks.find(({ block }) => block === name);
    const yieldOf = (block) => (block && block.in + block.made > 0 ? `${((100 * block.out) / (block.in + block.made)).toFixed(1)} %` : '–');
    const ids = (run) => new Set(run.rows.shown.map(({ id }) => id));
    const only = (run, others) => run.rows.shown.filter(({ id }) => !others.has(id)).slice(0, 50);
    const list = (run, found) =>
      el(
        'div',
        {},
        el('h3', {}, `Rows shown of ${run.folder} alone`),
        ...(found.length === 0
          ? [el('p', { class: 'soft' }, 'none')]
          : found.map((row) =>
              el(
                'details',
                {},
                el('summary', {}, `${row.leaf} · ${row.id}`),
                ...Object.entries(row.columns).flatMap(([name, value]) => column(name, value)),
              ),
            )),
      );
    return [
      section(
        'summary',
        'Side by side',
        table(
          ['', a.folder, b.folder],
          facts.map(([name, pick]) => [name, count(pick(a)), count(pick(b))]),
          'what came out, and what it cost',
        ),
      ),
      section(
        'settings',
        'Settings that differ',
        differ.length === 0
          ? el('p', { class: 'soft' }, 'none')
          : table(
              ['setting', a.folder, b.folder],
              differ.map((name) => [name, textOf(one[name] ?? '–'), textOf(other[name] ?? '–')]),
              'settings, files and versions',
            ),
      ),
      section(
        'funnel',
        'Funnel',
        table(
          ['block', 'in', 'in', 'out', 'out', 'yield', 'yield', 'rejected', 'rejected'],
          blocks.map((name) => [
            name,
            ...['in', 'out'].flatMap((key) => [count(of(a, name)?.[key]), count(of(b, name)?.[key])]),
            yieldOf(of(a, name)),
            yieldOf(of(b, name)),
            count(of(a, name) && rejectedOf(of(a, name))),
            count(of(b, name) && rejectedOf(of(b, name))),
          ]),
          `${a.folder} and ${b.folder}, in turn`,
        ),
      ),
      section('rows', 'Rows that only one has', list(a, only(a, ids(b))), list(b, only(b, ids(a)))),
    ];
  }

  const sections =
    runs.length === 2
      ? comparison(runs)
      : [summary(runs[0]), funnel(runs[0]), timeline(runs[0]), tokens(runs[0]), shapes(runs[0]), rejects(runs[0]), rows(runs[0])];
  const theme = el('button', { type: 'button', id: 'theme', onclick: () => switchTheme() }, 'light or dark');
  const switchTheme = () => {
    const root = document.documentElement;
    const isDark = root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
    root.dataset.theme = isDark ? 'light' : 'dark';
    for (const draw of charts) draw();
  };
  main.append(
    el('header', {}, el('h1', {}, runs.map(({ pipeline, folder }) => `${pipeline} · ${folder}`).join(' and ')), theme),
    el(
      'nav',
      { 'aria-label': 'sections' },
      ...sections.map((node) => el('a', { href: `#${node.id}` }, node.querySelector('h2').textContent)),
    ),
    ...sections,
  );
  for (const draw of charts) draw();
  addEventListener('resize', () => {
    for (const draw of charts) draw();
  });
})();
