import { isMet, type Report, type Row, type Target, type Unmeasured } from './report.js';

/** Three digits that matter, without an exponent, and whole numbers as they are: `0.984`, `12.3`, `1,234`, `2`. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (size >= 1000 || Number.isInteger(value)) return Math.round(value).toLocaleString('en');
  const digits = size === 0 ? 0 : Math.max(0, Math.min(3, 2 - Math.floor(Math.log10(size))));
  return value.toFixed(digits);
}

const withUnit = (value: string, unit: string): string => (unit === 'share' ? value : unit === '×' ? `${value}×` : `${value} ${unit}`);
const bound = ({ sense, bound: value, every }: Target, unit: string): string =>
  `${sense} ${withUnit(figure(value), unit)}${every ? ', every run' : ''}`;
const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;

/** A Markdown table. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** Median, and the spread where it was measured more than once. */
export function valueText({ value, unit }: Pick<Row, 'value' | 'unit'>): string {
  const median = withUnit(figure(value.median), unit);
  return value.runs === 1 ? median : `${median} (${figure(value.low)} to ${figure(value.high)})`;
}

const verdict = (row: Row): string => (isMet(row) ? 'met' : '**not met**');

function targetsTable(report: Report): string {
  const met = report.suites.flatMap(({ rows }) =>
    rows.flatMap((row) =>
      row.target ? [[row.target.from, row.target.text, bound(row.target, row.unit), valueText(row), verdict(row)]] : [],
    ),
  );
  const missing = report.suites.flatMap(({ unmeasured }) =>
    unmeasured.flatMap(({ target, reason }: Unmeasured) =>
      target ? [[target.from, target.text, `${target.sense} ${figure(target.bound)}`, `not measured: ${reason}`, 'open']] : [],
    ),
  );
  const all = [...met, ...missing].sort(([a = ''], [b = '']) => a.localeCompare(b, 'en', { numeric: true }));
  return all.length === 0 ? '' : `## Targets\n\n${table(['from', 'what must be true', 'target', 'measured', ''], all)}\n`;
}

/** The report as Markdown: targets first, then every suite. */
export function renderReport(report: Report): string {
  const facts = table(['', ''], [...Object.entries(report.environment), ['command', `\`${report.command}\``], ['date', report.at]]);
  const suites = report.suites.map(({ name, about, seconds, rows, unmeasured }) => {
    const measured = rows.map((row) => [row.title, valueText(row), String(row.value.runs), row.note ?? '']);
    const missing = unmeasured.map(({ title, reason }) => `- not measured: ${title}: ${reason}`);
    return [
      `## ${name}`,
      '',
      about,
      '',
      ...(measured.length > 0 ? [table(['what', 'median (least to greatest)', 'runs', 'note'], measured), ''] : []),
      ...(missing.length > 0 ? [...missing, ''] : []),
      `Took ${figure(seconds)} s.`,
      '',
    ].join('\n');
  });
  return [`# ${report.title}`, '', facts, '', targetsTable(report), ...suites].join('\n');
}
