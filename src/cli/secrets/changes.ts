import { textOfMember } from '../../client/secret-value.ts';

/** Values by name. Parameters have texts; a member of a secret is any JSON value. */
export type Entries = ReadonlyMap<string, unknown>;

/** What happens to one name. */
export interface Change {
  readonly name: string;
  readonly kind: 'added' | 'changed' | 'removed';
  readonly before?: unknown;
  readonly after?: unknown;
}

/** What leads from one to the other, by name. Values with the same text are the same. */
export const changesBetween = (before: Entries, after: Entries): readonly Change[] =>
  [...new Set([...before.keys(), ...after.keys()])].sort().flatMap((name): Change | [] => {
    const [old, now] = [before.get(name), after.get(name)];
    if (!after.has(name)) return { name, kind: 'removed', before: old };
    if (!before.has(name)) return { name, kind: 'added', after: now };
    return textOfMember(old) === textOfMember(now) ? [] : { name, kind: 'changed', before: old, after: now };
  });

const signs = { added: '+', changed: '~', removed: '-' } as const;

/**
 * Lines for people, and how many there are of each kind.
 *
 * @param show with the values: they stay on screens and in logs
 */
export const describeChanges = (changes: readonly Change[], show: boolean): string => {
  const lines = changes.map((change) => `${signs[change.kind]} ${printable(change.name)}${show ? values(change) : ''}`);
  const counts = (['added', 'changed', 'removed'] as const).map(
    (kind) => `${changes.filter((change) => change.kind === kind).length} ${kind}`,
  );
  return [...lines, changes.length > 0 ? counts.join(', ') : 'no difference', ''].join('\n');
};

const values = ({ kind, before, after }: Change): string => {
  if (kind === 'added') return ` = ${quoted(after)}`;
  return kind === 'removed' ? ` = ${quoted(before)}` : ` = ${quoted(before)} -> ${quoted(after)}`;
};

/** What a terminal could take for a command does not reach it. */
const quoted = (value: unknown): string =>
  JSON.stringify(textOfMember(value)).replace(/[\x7f-\x9f]/g, (sign) => `\\u00${sign.charCodeAt(0).toString(16)}`);

const printable = (name: string): string => (/^[\x20-\x7e]+$/.test(name) ? name : quoted(name));
