import type { CommonFaultCode } from '../../kernel/common-fault.ts';
import type { Fault } from '../../kernel/fault.ts';
import { ec2Faults } from './common-faults/ec2.ts';
import { jsonFaults } from './common-faults/json.ts';
import { organizationsValidationError } from './common-faults/organizations.ts';
import { queryFaults } from './common-faults/query.ts';
import { restJsonFaults } from './common-faults/rest-json.ts';
import { restXmlFaults } from './common-faults/rest-xml.ts';
import type { CommonFaultRow, CommonFaultTable } from './common-faults/row.ts';
import { s3Faults } from './common-faults/s3.ts';

/** Families of protocols that name common errors alike. */
export type FaultFamily = 'json' | 'query' | 'rest-json' | 'rest-xml' | 's3' | 'ec2';

/** Codes and statuses of the common errors, per family. */
export const commonFaults: Readonly<Record<FaultFamily, CommonFaultTable>> = {
  json: jsonFaults,
  query: queryFaults,
  'rest-json': restJsonFaults,
  'rest-xml': restXmlFaults,
  s3: s3Faults,
  ec2: ec2Faults,
};

/** Services that say some of them differently, whatever the protocol. */
export const serviceFaults: Readonly<
  Record<string, Readonly<Partial<Record<CommonFaultCode, Partial<CommonFaultRow>>>>>
> = {
  apigateway: {
    ValidationError: { code: 'BadRequestException' },
    Throttling: { code: 'TooManyRequestsException' },
  },
  cloudfront: { ValidationError: { code: 'InvalidArgument' } },
  cloudhsmv2: { ValidationError: { code: 'CloudHsmInvalidRequestException' } },
  codebuild: { ValidationError: { code: 'InvalidInputException' } },
  'cognito-idp': { ValidationError: { code: 'InvalidParameterException' } },
  efs: { ValidationError: { code: 'BadRequest' } },
  fms: { ValidationError: { code: 'InvalidInputException' } },
  guardduty: { ValidationError: { code: 'BadRequestException' } },
  kms: {
    Throttling: {
      message: 'You have exceeded the rate at which you may call KMS. Reduce the frequency of your calls.',
    },
  },
  lambda: {
    RequestEntityTooLarge: { code: 'RequestTooLargeException' },
    Throttling: { code: 'TooManyRequestsException', message: 'Rate Exceeded.', oneMessage: true },
  },
  logs: { ValidationError: { code: 'InvalidParameterException' } },
  s3control: { ValidationError: { code: 'InvalidRequest' } },
  shield: { ValidationError: { code: 'InvalidParameterException' } },
  // Observed: 413 without a body.
  sts: { RequestEntityTooLarge: { bodiless: true } },
  sns: { AccessDenied: { code: 'AuthorizationError' } },
};

/** Services that answer a common error as one of their own, with its members. */
export const serviceErrors: Readonly<
  Record<string, Readonly<Partial<Record<CommonFaultCode, (fault: Fault) => Fault>>>>
> = { organizations: { ValidationError: organizationsValidationError } };

/**
 * Statuses other than 400 of errors that a service answers though its model does not have them.
 *
 * @see S3 API Reference: "Error responses"; EC2 API Reference: "Error codes for the Amazon EC2 API"
 */
export const unmodelledStatuses: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  s3: {
    AccessDenied: 403,
    AccountProblem: 403,
    AllAccessDisabled: 403,
    BucketNotEmpty: 409,
    InvalidAccessKeyId: 403,
    InvalidBucketState: 409,
    InvalidChunkSizeError: 403,
    InvalidObjectState: 403,
    InvalidRange: 416,
    InvalidSecurity: 403,
    MethodNotAllowed: 405,
    MissingContentLength: 411,
    NoSuchBucketPolicy: 404,
    NoSuchCORSConfiguration: 404,
    NoSuchLifecycleConfiguration: 404,
    NoSuchObjectLockConfiguration: 404,
    NoSuchPublicAccessBlockConfiguration: 404,
    NoSuchTagSet: 404,
    NoSuchVersion: 404,
    NoSuchWebsiteConfiguration: 404,
    NotImplemented: 501,
    ObjectLockConfigurationNotFoundError: 404,
    OperationAborted: 409,
    OwnershipControlsNotFoundError: 404,
    PermanentRedirect: 301,
    PreconditionFailed: 412,
    ReplicationConfigurationNotFoundError: 404,
    RequestTimeTooSkewed: 403,
    ServerSideEncryptionConfigurationNotFoundError: 404,
    SignatureDoesNotMatch: 403,
    TemporaryRedirect: 307,
  },
  ec2: { DryRunOperation: 412, OptInRequired: 401 },
};
