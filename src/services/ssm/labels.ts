import { fault } from '../../kernel/fault.ts';
import type { ParameterRecord } from './parameter-record.ts';

const maxLabels = 10;

/** What became of labels that a request gave. */
export interface Labelled {
  readonly labels: Readonly<Record<string, number>>;
  /** Labels that cannot be: reported, not refused. */
  readonly invalid: readonly string[];
}

/**
 * Puts labels on a version; each moves from the version that had it.
 *
 * @throws {Fault} ParameterVersionLabelLimitExceeded
 * @see Systems Manager user guide: "Working with parameter labels", requirements and restrictions
 */
export const withLabels = ({ labels }: ParameterRecord, version: number, given: readonly string[]): Labelled => {
  const invalid = given.filter((label) => !isLabel(label));
  const added = given.filter(isLabel).map((label) => [label, version] as const);
  const after = { ...labels, ...Object.fromEntries(added) };
  if (Object.values(after).filter((labelled) => labelled === version).length > maxLabels) {
    throw fault(
      'ParameterVersionLabelLimitExceeded',
      `A parameter version can have maximum ${maxLabels} labels.Move one or more labels to another version and try again.`,
    );
  }
  return { labels: after, invalid };
};

/** Labels of a version, sorted; undefined where it has none. */
export const labelsOf = ({ labels }: ParameterRecord, version: number): string[] | undefined => {
  const found = Object.keys(labels).filter((label) => labels[label] === version);
  return found.length > 0 ? found.sort() : undefined;
};

const isLabel = (label: string): boolean => /^[A-Za-z_.-][\w.-]{0,99}$/.test(label) && !/^(aws|ssm)/i.test(label);
