/* global document, getComputedStyle, uPlot */
import { count, el, figure, ms, quiet, section, table } from './dom.js';

const charts = [];
/** Draws all charts anew: in the colours and the width that there are now. */
export const drawCharts = () => charts.forEach((draw) => draw());

const isKnown = (values) => values.some((value) => value !== null);

/** A chart of some series over seconds; what it shows stands in the tables too, so a picture it is to a reader of screens. */
function chart(title, x, given) {
  const series = given.filter(({ values }) => isKnown(values));
  if (series.length === 0) return undefined;
  const holder = el('div', { class: 'chart', role: 'img', 'aria-label': `${title}, over time` });
  const style = getComputedStyle(document.documentElement);
  const draw = () => {
    holder.textContent = '';
    const color = (name) => style.getPropertyValue(name).trim();
    const axis = { stroke: color('--soft'), grid: { stroke: color('--line'), width: 1 }, ticks: { stroke: color('--line') } };
    new uPlot(
      {
        title,
        width: Math.max(240, holder.clientWidth),
        height: 220,
        cursor: { drag: { x: true, y: false } },
        scales: { x: { time: false }, y: { range: (_, low, high) => [Math.min(0, low), Math.max(1, high * 1.05)] } },
        axes: [
          { ...axis, label: 'seconds' },
          { ...axis, size: 60 },
        ],
        series: [
          { label: 'second' },
          ...series.map(({ label, tone, isSparse }) => ({
            ...{ label, stroke: color(tone), width: 1.5, points: { show: false }, spanGaps: isSparse === true },
          })),
        ],
      },
      [x, ...series.map(({ values }) => values)],
      holder,
    );
  };
  charts.push(draw);
  return holder;
}

function figures({ tries, failed, latency, queued }) {
  if (tries === 0) return undefined;
  return el(
    'div',
    { class: 'figures' },
    figure(count(tries), 'tries'),
    figure(count(failed), 'of them failed'),
    figure(ms(latency.p50), 'median'),
    figure(ms(latency.p90), '90 % below'),
    figure(ms(latency.p99), '99 % below'),
    figure(ms(queued.p50), 'median wait for a slot'),
  );
}

/** How the server was used over time. */
export function timeline(run) {
  const { calls } = run;
  if (!calls) return section('timeline', 'Timeline', quiet('No call was logged.'));
  const { timeline: t } = calls;
  const isSparse = calls.tries === 0;
  const x = t.inFlight.map((_, i) => i * t.binSeconds);
  const isDown = t.silent.some((seconds) => seconds >= 5);
  return section(
    'timeline',
    'Timeline',
    figures(calls),
    el(
      'div',
      { class: 'charts' },
      chart('Calls in flight, and the limit', x, [
        { label: 'in flight', tone: '--accent', values: t.inFlight, isSparse },
        { label: 'limit', tone: '--soft', values: t.limit, isSparse: true },
      ]),
      chart('Answers and failed tries a second', x, [
        { label: 'answered', tone: '--good', values: t.answered, isSparse },
        ...(isSparse ? [] : [{ label: 'failed, tried again', tone: '--bad', values: t.failed }]),
      ]),
      chart('Milliseconds of an answer', x, [
        { label: 'median', tone: '--accent', values: t.p50, isSparse: true },
        { label: '99 % below', tone: '--soft', values: t.p99, isSparse: true },
      ]),
      chart('Calls that wait for a slot', x, [{ label: 'queued', tone: '--accent', values: t.queued, isSparse: true }]),
      isDown
        ? chart('Seconds for which a server had said nothing', x, [{ label: 'silent', tone: '--bad', values: t.silent, isSparse: true }])
        : undefined,
    ),
    Object.keys(calls.faults).length > 0
      ? table(
          ['fault', 'tries'],
          Object.entries(calls.faults).map(([code, n]) => [code, count(n)]),
          'failed tries by code',
        )
      : undefined,
    calls.tries > 0
      ? table(
          ['server', 'tries', 'failed', 'mean'],
          Object.entries(calls.byServer).map(([name, server]) => [
            name,
            count(server.tries),
            count(server.failed),
            ms(server.ms / server.tries),
          ]),
          'tries by server',
        )
      : undefined,
  );
}
