import { fault } from '../../../kernel/fault.ts';
import type { Isolation } from './isolation.ts';

/**
 * Refuses to run functions as the server's user, who can read its keys: whoever may create a function would have them.
 *
 * @param unconfined the operator trusts all functions
 * @throws {Fault} InvalidRuntimeException
 */
export const requireConfined = ({ name }: Isolation, unconfined: boolean): void => {
  if (name !== 'process' || unconfined) return;
  throw fault(
    'InvalidRuntimeException',
    'This server cannot keep functions from its own files, and so runs none: "bulwark doctor" tells what the host lacks, and --unconfined-functions runs them nevertheless.',
  );
};
