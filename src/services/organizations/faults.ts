import { type Fault, fault } from '../../kernel/fault.ts';

/** Answered to members that are neither the management account nor entitled by it. */
export const accessDenied = (): Fault =>
  fault('AccessDeniedException', "You don't have permissions to access this resource.");

/** Answered to accounts that are in no organization. */
export const notInUse = (): Fault =>
  fault('AWSOrganizationsNotInUseException', 'Your account is not a member of an organization.');

/** A number or a state that the organization must keep. @param Reason as the model lists them */
export const constraintViolation = (Reason: string, message: string): Fault =>
  fault('ConstraintViolationException', message, { members: { Reason } });

/** A value that no account may send, or not for this. @param Reason as the model lists them */
export const invalidInput = (Reason: string, message: string): Fault =>
  fault('InvalidInputException', message, { members: { Reason } });

/** A handshake that cannot be made or answered as things are. @param Reason as the model lists them */
export const handshakeViolation = (Reason: string, message: string): Fault =>
  fault('HandshakeConstraintViolationException', message, { members: { Reason } });

/** What is asked for needs an organization with all features. */
export const notInAllFeatures = (): Fault =>
  constraintViolation(
    'ORGANIZATION_NOT_IN_ALL_FEATURES_MODE',
    'You attempted to perform an operation that requires all features to be enabled in the organization.',
  );

/** What is named cannot be the target of this. */
export const targetNotSupported = (): Fault =>
  invalidInput('TARGET_NOT_SUPPORTED', "You can't perform the specified operation on that target entity.");

/** Something that is not there, by what the operation calls it. */
export const notFound = {
  account: (): Fault => fault('AccountNotFoundException', "You specified an account that doesn't exist."),
  unit: (): Fault =>
    fault('OrganizationalUnitNotFoundException', "You specified an organizational unit that doesn't exist."),
  root: (): Fault => fault('RootNotFoundException', "You specified a root that doesn't exist."),
  parent: (): Fault => fault('ParentNotFoundException', "You specified parent that doesn't exist."),
  child: (): Fault => fault('ChildNotFoundException', "You specified a child that doesn't exist."),
  target: (): Fault => fault('TargetNotFoundException', "You specified a target that doesn't exist."),
  policy: (): Fault => fault('PolicyNotFoundException', "You specified a policy that doesn't exist."),
  handshake: (): Fault =>
    fault('HandshakeNotFoundException', "We can't find a handshake with the HandshakeId that you specified."),
  transfer: (): Fault =>
    fault('ResponsibilityTransferNotFoundException', "We can't find a transfer that you specified."),
  sourceParent: (): Fault =>
    fault('SourceParentNotFoundException', "You specified a source parent that doesn't exist."),
  destinationParent: (): Fault =>
    fault('DestinationParentNotFoundException', "You specified a destination parent that doesn't exist."),
  createAccountStatus: (): Fault =>
    fault('CreateAccountStatusNotFoundException', "You specified a create account request that doesn't exist."),
  resourcePolicy: (): Fault =>
    fault('ResourcePolicyNotFoundException', "You specified a resource policy that doesn't exist."),
} as const;
