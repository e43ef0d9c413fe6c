import type { FamilySnapshot, Sample } from './exposition.ts';

/**
 * The metrics of several processes as those of one server: families by name, and in each the samples by their labels.
 *
 * @param processes what each of them read, at about the same time
 */
export const combined = (processes: readonly (readonly FamilySnapshot[])[]): FamilySnapshot[] => {
  const families = new Map<string, { readonly family: FamilySnapshot; readonly samples: Map<string, Sample> }>();
  for (const family of processes.flat()) {
    const known = families.get(family.name) ?? { family, samples: new Map<string, Sample>() };
    families.set(family.name, known);
    for (const sample of family.samples) {
      const labels = JSON.stringify(sample.labels);
      const other = known.samples.get(labels);
      known.samples.set(labels, other ? both(other, sample, family.across) : sample);
    }
  }
  return [...families.values()].map(({ family, samples }) => ({ ...family, samples: [...samples.values()] }));
};

/** What is left of a process that ended: what it had counted. So sums never fall, which Prometheus takes for a restart. */
export const countedBy = (metrics: readonly FamilySnapshot[]): FamilySnapshot[] =>
  metrics.filter(({ type }) => type !== 'gauge');

const both = (a: Sample, b: Sample, across: FamilySnapshot['across']): Sample => {
  if ('histogram' in a && 'histogram' in b) {
    const { bounds, counts, sum, count } = a.histogram;
    const other = b.histogram;
    return {
      labels: a.labels,
      histogram: {
        bounds,
        counts: counts.map((value, at) => value + other.counts[at]!),
        sum: sum + other.sum,
        count: count + other.count,
      },
    };
  }
  if ('histogram' in a || 'histogram' in b) throw new TypeError('a histogram and a number have no sum');
  return { labels: a.labels, value: combine[across](a.value, b.value) };
};

const combine: Readonly<Record<FamilySnapshot['across'], (a: number, b: number) => number>> = {
  sum: (a, b) => a + b,
  max: Math.max,
  min: Math.min,
};
