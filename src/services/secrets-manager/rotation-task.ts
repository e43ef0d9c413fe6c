import { collection } from '../../store/collection.ts';
import type { SecretPlace } from './secret-record.ts';

/** The steps of a rotation, in order. @see Secrets Manager user guide: "Lambda rotation functions" */
export const steps = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const;

/** A rotation under way: what another process needs to go on with it. */
export interface RotationTask extends SecretPlace {
  /** Of the secret. */
  readonly arn: string;
  /** Id of the version that is made. */
  readonly token: string;
  /** What the function shows when it stores the value, so that it is known to be the one that was called. */
  readonly rotationToken: string;
  /** Which step comes next, or goes on; a step that was interrupted is run again. */
  readonly step: number;
  /** Only the configuration is tested: no step but testSecret. */
  readonly isTest: boolean;
  /** How often it was tried before. */
  readonly tries: number;
  /** Until when it is tried again, in milliseconds since the epoch. */
  readonly closesAt: number;
}

/** Rotations under way, by the ARN of the secret: one each. */
export const rotationTasks = collection<RotationTask>('secretsmanager.rotations', { key: ['queue', 'secret'] });

/** The one partition of {@link rotationTasks}. */
export const queue = 'all';
