/** Labels of a series, by their names. */
export type Labels = Readonly<Record<string, string>>;

const escaped = (value: string): string => value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');

/** A name of OpenTelemetry as Prometheus spells it. */
export const prometheusName = (name: string): string => name.replaceAll('.', '_');

/** One line of the text format of Prometheus. */
export function seriesLine(name: string, labels: Labels, value: number): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${prometheusName(label)}="${escaped(text)}"`);
  return `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${value}`;
}

interface Series {
  readonly labels: Labels;
  readonly counts: number[];
  sum: number;
}

/** A histogram with fixed upper bounds, one series for each set of labels. */
export class Histogram {
  readonly #series = new Map<string, Series>();

  constructor(
    readonly name: string,
    readonly help: string,
    readonly bounds: readonly number[],
  ) {}

  observe(labels: Labels, value: number): void {
    const key = JSON.stringify(labels);
    let series = this.#series.get(key);
    if (!series) this.#series.set(key, (series = { labels, counts: new Array<number>(this.bounds.length + 1).fill(0), sum: 0 }));
    const at = this.bounds.findIndex((bound) => value <= bound);
    series.counts[at === -1 ? this.bounds.length : at]!++;
    series.sum += value;
  }

  /** The lines of the text format: buckets that count up, sum, count. */
  lines(): string[] {
    const lines = [...this.#series.values()].flatMap(({ labels, counts, sum }) => {
      let total = 0;
      const buckets = counts.map((count, i) => {
        total += count;
        return seriesLine(`${this.name}_bucket`, { ...labels, le: i < this.bounds.length ? String(this.bounds[i]) : '+Inf' }, total);
      });
      return [...buckets, seriesLine(`${this.name}_sum`, labels, sum), seriesLine(`${this.name}_count`, labels, total)];
    });
    return [`# HELP ${this.name} ${this.help}`, `# TYPE ${this.name} histogram`, ...lines];
  }
}
