import type { Histogram } from './instruments.ts';

/** One line of a family, or the lines of one histogram. */
export type Sample =
  | { readonly labels: Readonly<Record<string, string>>; readonly value: number }
  | { readonly labels: Readonly<Record<string, string>>; readonly histogram: Distribution };

/** What a histogram has counted. */
export type Distribution = Pick<Histogram, 'bounds' | 'counts' | 'sum' | 'count'>;

/** All samples of one metric name. */
export interface Family {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  /** What the values of several processes are together. */
  readonly across: 'sum' | 'max' | 'min';
  samples(): readonly Sample[];
}

/** A family as it was at one moment; it can be sent to another process. */
export interface FamilySnapshot extends Omit<Family, 'samples'> {
  readonly samples: readonly Sample[];
}

/** Content type of the text that {@link formatFamily} writes. */
export const expositionType = 'text/plain; version=0.0.4; charset=utf-8';

/**
 * One family as Prometheus text.
 *
 * @see Prometheus: "Exposition formats", text format 0.0.4
 */
export const formatFamily = ({ name, help, type, samples }: FamilySnapshot): string => {
  const lines = [`# HELP ${name} ${help.replace(/\\/g, '\\\\').replace(/\n/g, '\\n')}`, `# TYPE ${name} ${type}`];
  for (const sample of samples) {
    if ('histogram' in sample) lines.push(...formatHistogram(name, sample.labels, sample.histogram));
    else lines.push(formatLine(name, sample.labels, sample.value));
  }
  return `${lines.join('\n')}\n`;
};

const formatHistogram = (name: string, labels: Sample['labels'], histogram: Distribution): string[] => {
  const lines: string[] = [];
  let upTo = 0;
  histogram.bounds.forEach((bound, at) => {
    upTo += histogram.counts[at]!;
    lines.push(formatLine(`${name}_bucket`, { ...labels, le: String(bound) }, upTo));
  });
  lines.push(formatLine(`${name}_bucket`, { ...labels, le: '+Inf' }, histogram.count));
  lines.push(formatLine(`${name}_sum`, labels, histogram.sum));
  lines.push(formatLine(`${name}_count`, labels, histogram.count));
  return lines;
};

const formatLine = (name: string, labels: Sample['labels'], value: number): string => {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escapeLabel(text)}"`);
  return `${name}${pairs.length > 0 ? `{${pairs.join(',')}}` : ''} ${formatValue(value)}`;
};

const escapeLabel = (text: string): string => text.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n');

const formatValue = (value: number): string => {
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  return value === Number.NEGATIVE_INFINITY ? '-Inf' : String(value);
};
