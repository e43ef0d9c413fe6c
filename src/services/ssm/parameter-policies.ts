import { fault } from '../../kernel/fault.ts';

/** A policy of a parameter, as it is written in the request. */
export interface ParameterPolicy {
  readonly type: 'Expiration' | 'ExpirationNotification' | 'NoChangeNotification';
  /** Its JSON text. */
  readonly text: string;
  /** When it acts, in milliseconds since the epoch; of one that counts from a change, for this change. */
  readonly dueAt: number;
}

const maxPolicies = 10;
const unitMs = { Days: 86_400_000, Hours: 3_600_000 } as const;

interface WrittenPolicy {
  readonly Type?: unknown;
  readonly Version?: unknown;
  readonly Attributes?: Readonly<Record<string, unknown>>;
}

/**
 * Reads the policies of a request, or of a stored version.
 *
 * @param text a JSON array; `[]`, `{}` and the empty text have none
 * @param changedAt when the parameter was changed last
 * @throws {Fault} PoliciesLimitExceededException, InvalidPolicyTypeException, InvalidPolicyAttributeException,
 *   IncompatiblePolicyException
 * @see Systems Manager user guide: "Assigning parameter policies"
 */
export const parsePolicies = (text: string, changedAt: number): readonly ParameterPolicy[] => {
  const written = arrayOf(text);
  if (written.length > maxPolicies) {
    throw fault(
      'PoliciesLimitExceededException',
      `You specified more than the maximum number of allowed policies for the parameter. The maximum is ${maxPolicies}.`,
    );
  }
  const types = written.map(typeOf);
  const expirations = written.filter((_policy, at) => types[at] === 'Expiration');
  if (expirations.length > 1) {
    throw fault(
      'IncompatiblePolicyException',
      "There is a conflict in the policies specified for this parameter. You can't, for example, specify two Expiration policies for a parameter. Review your policies, and try again.",
    );
  }
  const expiresAt = expirations[0] && timestampOf(expirations[0]);
  return written.map((policy, at) => ({
    type: types[at]!,
    text: JSON.stringify(policy),
    dueAt: dueAtOf(policy, expiresAt, changedAt),
  }));
};

const arrayOf = (text: string): readonly WrittenPolicy[] => {
  if (text.trim() === '' || text.trim() === '{}') return [];
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    parsed = undefined;
  }
  if (!Array.isArray(parsed) || parsed.some((entry) => typeof entry !== 'object' || entry === null)) {
    throw fault('InvalidPolicyAttributeException', 'The policies must be a JSON array of policies.');
  }
  return parsed as WrittenPolicy[];
};

const typeOf = ({ Type, Version }: WrittenPolicy): ParameterPolicy['type'] => {
  if (Type !== 'Expiration' && Type !== 'ExpirationNotification' && Type !== 'NoChangeNotification') {
    throw fault(
      'InvalidPolicyTypeException',
      `The policy type isn't supported: ${String(Type)}. Parameter Store supports the following policy types: Expiration, ExpirationNotification, and NoChangeNotification.`,
    );
  }
  if (Version !== '1.0') throw attribute(`The policy version ${String(Version)} isn't supported; it is 1.0.`);
  return Type;
};

const dueAtOf = (policy: WrittenPolicy, expiresAt: number | undefined, changedAt: number): number => {
  switch (typeOf(policy)) {
    case 'Expiration':
      return timestampOf(policy);
    case 'ExpirationNotification':
      if (expiresAt === undefined) {
        throw fault('IncompatiblePolicyException', 'An ExpirationNotification policy needs an Expiration policy.');
      }
      return expiresAt - spanOf(policy, 'Before');
    case 'NoChangeNotification':
      return changedAt + spanOf(policy, 'After');
  }
};

const timestampOf = ({ Attributes }: WrittenPolicy): number => {
  const text = Attributes?.Timestamp;
  const isInstant = typeof text === 'string' && /^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:\d\d)$/.test(text);
  const ms = isInstant ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(ms)) throw attribute('Timestamp must be an ISO 8601 instant such as 2020-12-02T21:34:33.000Z.');
  return ms;
};

const spanOf = ({ Attributes }: WrittenPolicy, name: 'Before' | 'After'): number => {
  const count = Attributes?.[name];
  const unit = Attributes?.Unit;
  // Without quotes, too.
  if (!/^(string|number)$/.test(typeof count) || !/^[1-9]\d{0,5}$/.test(String(count))) {
    throw attribute(`${name} must be a whole number up to 999999, in quotes.`);
  }
  if (unit !== 'Days' && unit !== 'Hours') throw attribute('Unit must be Days or Hours.');
  return Number(count) * unitMs[unit];
};

const attribute = (message: string) => fault('InvalidPolicyAttributeException', message);
