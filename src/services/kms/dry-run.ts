import { fault } from '../../kernel/fault.ts';

/**
 * Ends a call that only asked whether it would succeed: the last step before an operation takes effect.
 *
 * @throws {Fault} DryRunOperationException
 * @see KMS developer guide: "Test your permissions"
 */
export const refuseDryRun = (input: { readonly DryRun?: boolean | undefined }): void => {
  if (input.DryRun)
    throw fault('DryRunOperationException', 'The request would have succeeded, but the DryRun parameter is set.');
};
