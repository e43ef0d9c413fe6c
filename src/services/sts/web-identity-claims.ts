import { randomUuid } from '../../crypto/random.ts';
import type { Call } from '../../kernel/call.ts';
import { fault } from '../../kernel/fault.ts';

/** What a request asks of a token. Times are seconds since 1970. */
export interface TokenRequest {
  readonly audience: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
  readonly issuedAt: number;
  readonly expiresAt: number;
}

/** So that a token fits into a header of any server. */
const maxPayloadBytes = 5120;

/**
 * What a web identity token says about the caller, without its issuer.
 *
 * @throws {Fault} `JWTPayloadSizeExceededException`
 * @see IAM: "Understanding token claims"
 */
export const identityClaims = (
  { tx, caller, account, region, organizations }: Call,
  { audience, tags, issuedAt, expiresAt }: TokenRequest,
): object => {
  const subject = caller.roleArn ?? caller.arn;
  const membership = organizations.membershipOf(tx, account);
  const principalTags = caller.tags ?? {};
  const claims = {
    sub: subject,
    aud: audience.length === 1 ? audience[0] : audience,
    iat: issuedAt,
    exp: expiresAt,
    jti: randomUuid(),
    'https://sts.amazonaws.com/': {
      aws_account: account,
      source_region: region,
      principal_id: subject,
      ...(membership && { org_id: membership.organizationId, ou_path: membership.path }),
      ...(Object.keys(principalTags).length > 0 && { principal_tags: principalTags }),
      ...(Object.keys(tags).length > 0 && { request_tags: tags }),
    },
  };
  if (Buffer.byteLength(JSON.stringify(claims)) > maxPayloadBytes) {
    throw fault(
      'JWTPayloadSizeExceededException',
      'The requested token payload size exceeds the maximum allowed size. Reduce the number of request tags.',
    );
  }
  return claims;
};
