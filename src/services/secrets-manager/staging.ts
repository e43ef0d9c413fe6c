import { fault } from '../../kernel/fault.ts';
import type { SecretRecord } from './secret-record.ts';

/** Labels that Secrets Manager moves by itself. */
export const current = 'AWSCURRENT';
/** The version that was current before. */
const previous = 'AWSPREVIOUS';
/** The version that a rotation makes. */
export const pending = 'AWSPENDING';

const maxLabels = 20;

/** Labels of a version, in code-point order. */
export const labelsOf = ({ stages }: Pick<SecretRecord, 'stages'>, version: string): readonly string[] =>
  Object.keys(stages)
    .filter((label) => stages[label] === version)
    .sort();

/**
 * Attaches labels to a version, taking them from others. Where AWSCURRENT moves, the version that had it becomes AWSPREVIOUS;
 * AWSPENDING, which a finished rotation left on it, goes, so that no rotation takes that version for one to finish.
 *
 * @throws {Fault} LimitExceededException
 */
export const withLabels = (
  stages: SecretRecord['stages'],
  version: string,
  labels: readonly string[],
): SecretRecord['stages'] => {
  // Not by assignment, which would lose the label __proto__.
  const moved: Record<string, string> = { ...stages, ...Object.fromEntries(labels.map((label) => [label, version])) };
  const before = stages[current];
  if (labels.includes(current) && before !== undefined && before !== version) {
    moved[previous] = before;
    if (moved[pending] === before) delete moved[pending];
  }
  if (labelsOf({ stages: moved }, version).length > maxLabels) {
    throw fault('LimitExceededException', `A version of a secret can have at most ${maxLabels} staging labels.`);
  }
  return moved;
};

/** What UpdateSecretVersionStage asks for. */
export interface LabelMove {
  readonly VersionStage: string;
  readonly RemoveFromVersionId?: string | undefined;
  readonly MoveToVersionId?: string | undefined;
}

/**
 * Moves a label, or takes it away.
 *
 * @throws {Fault} InvalidParameterException, ResourceNotFoundException, LimitExceededException
 * @see Secrets Manager API: UpdateSecretVersionStage
 */
export const moveLabel = (
  { stages, versions }: Pick<SecretRecord, 'stages' | 'versions'>,
  { VersionStage: label, RemoveFromVersionId: from, MoveToVersionId: to }: LabelMove,
): SecretRecord['stages'] => {
  const holder = Object.hasOwn(stages, label) ? stages[label] : undefined;
  for (const version of [from, to]) if (version !== undefined && !Object.hasOwn(versions, version)) throw noVersion();
  if (from === undefined && to === undefined) {
    throw invalid('You must specify MoveToVersionId, RemoveFromVersionId, or both.');
  }
  if (from !== undefined && holder !== from) {
    throw invalid(`The staging label ${label} isn't attached to version ${from}.`);
  }
  if (to !== undefined && to !== holder && holder !== undefined && from === undefined) {
    throw invalid(
      `The parameter RemoveFromVersionId can't be empty. Staging label ${label} is currently attached to version ${holder}, so you must explicitly reference that version in RemoveFromVersionId.`,
    );
  }
  if (to !== undefined) return withLabels(stages, to, [label]);
  if (label === current) {
    throw invalid(`You can't remove the staging label ${current}: move it to another version with MoveToVersionId.`);
  }
  const { [label]: _removed, ...rest } = stages;
  return rest;
};

const noVersion = () => fault('ResourceNotFoundException', "Secrets Manager can't find the specified secret version.");

const invalid = (message: string) => fault('InvalidParameterException', message);
