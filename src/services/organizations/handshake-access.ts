import type { Call } from '../../kernel/call.ts';
import type { AbsentResource, Resource } from '../../kernel/operation.ts';
import { handshakeArn } from './describe-handshake.ts';
import { notFound } from './faults.ts';
import { type HandshakeRecord, handshakes } from './handshakes.ts';

/** A handshake, as its parties' policies see it. */
export interface HandshakeResource extends Resource {
  readonly record: HandshakeRecord;
}

/** Sides of a handshake. */
type Side = 'originator' | 'recipient';

/**
 * The handshake of a request, for those who are a party to it; to everybody else it does not exist.
 *
 * @param sides who may do this; absent: both
 */
export const handshakeFor = (
  call: Call,
  id: string,
  sides: readonly Side[] = ['originator', 'recipient'],
): HandshakeResource | AbsentResource => {
  const { account, tx } = call;
  const record = handshakes.find(tx, id);
  const isParty = record && sidesOf(record, account).some((side) => sides.includes(side));
  if (!isParty) return { arn: '*', account, absent: notFound.handshake() };
  return { arn: handshakeArn(record), account, type: 'AWS::Organizations::Handshake', record };
};

const sidesOf = ({ managementAccount, recipient }: HandshakeRecord, account: string): readonly Side[] => {
  // The management account completes its own offer of all features.
  if (recipient === undefined) return account === managementAccount ? ['originator', 'recipient'] : [];
  if (account === managementAccount) return ['originator'];
  return account === recipient ? ['recipient'] : [];
};
