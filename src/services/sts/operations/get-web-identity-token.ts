import type { GetWebIdentityTokenCommandInput, GetWebIdentityTokenCommandOutput } from '@aws-sdk/client-sts';
import { fault } from '../../../kernel/fault.ts';
import { anyResource, type Input, type Operation, type Output, type Resource } from '../../../kernel/operation.ts';
import { tagRecordConditions } from '../../../kernel/request-tags.ts';
import { sessionTags } from '../session-input.ts';
import type { Sts } from '../sts.ts';
import { identityClaims } from '../web-identity-claims.ts';

type GetWebIdentityToken = Operation<
  'GetWebIdentityToken',
  Input<GetWebIdentityTokenCommandInput>,
  Output<GetWebIdentityTokenCommandOutput>,
  readonly Resource[]
>;

/**
 * Signs a token by which the caller shows a third party who it is; the third party verifies it with the keys that the
 * account's issuer publishes.
 *
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_GetWebIdentityToken.html
 */
export const getWebIdentityToken = (sts: Sts): GetWebIdentityToken => ({
  name: 'GetWebIdentityToken',
  access: (input, { account }) => {
    const resource = anyResource(account);
    const tagging = tagRecordConditions(sessionTags(input));
    const conditions = {
      'sts:IdentityTokenAudience': input.Audience,
      'sts:SigningAlgorithm': input.SigningAlgorithm,
      'sts:DurationSeconds': String(input.DurationSeconds ?? defaultSeconds),
      ...tagging,
    };
    return [
      { resource, conditions },
      ...(input.Tags?.length ? [{ action: 'sts:TagGetWebIdentityToken', resource, conditions: tagging }] : []),
    ];
  },
  handle: (input, _resources, call) => {
    const issuer = sts.tokenIssuer(call.tx, call.account);
    if (!issuer) {
      throw fault(
        'OutboundWebIdentityFederationDisabledException',
        'Outbound web identity federation is disabled for this account.',
      );
    }
    const { Audience, SigningAlgorithm, DurationSeconds = defaultSeconds } = input;
    if (SigningAlgorithm !== 'RS256' && SigningAlgorithm !== 'ES384') {
      throw fault('ValidationError', 'The signing algorithm must be RS256 or ES384.');
    }
    const issuedAt = Math.floor(call.now.getTime() / 1000);
    const expiresAt = issuedAt + DurationSeconds;
    const sessionEnd = call.caller.session?.expiresAt;
    if (sessionEnd && expiresAt * 1000 > sessionEnd.getTime()) {
      throw fault(
        'SessionDurationEscalationException',
        'The requested token duration would extend the session beyond its original expiration time.',
      );
    }
    const claims = identityClaims(call, { audience: Audience, tags: sessionTags(input), issuedAt, expiresAt });
    return {
      WebIdentityToken: issuer.sign(SigningAlgorithm, { iss: issuer.url, ...claims }),
      Expiration: new Date(expiresAt * 1000),
    };
  },
});

const defaultSeconds = 300;
