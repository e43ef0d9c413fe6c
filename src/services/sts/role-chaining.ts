import type { Caller } from '../../kernel/caller.ts';
import { fault } from '../../kernel/fault.ts';

/** Session tags, and the keys of those that go on into roles assumed from the session. */
export interface SessionTags {
  readonly tags: Readonly<Record<string, string>>;
  readonly transitiveTagKeys: readonly string[];
}

/** The transitive tags of the caller's session. */
export const inheritedTags = ({ session, tags = {} }: Caller): SessionTags => {
  const transitiveTagKeys = session?.transitiveTagKeys ?? [];
  const inherited = new Set(transitiveTagKeys.map((key) => key.toLowerCase()));
  const kept = Object.entries(tags).filter(([key]) => inherited.has(key.toLowerCase()));
  return { tags: Object.fromEntries(kept), transitiveTagKeys };
};

/**
 * The tags of a new session: those of the request and those it inherits, which cannot be overridden.
 *
 * @throws {Fault} `InvalidParameterValue`
 * @see IAM: "Pass session tags in AWS STS", "Chaining roles with session tags"
 */
export const withInherited = (requested: SessionTags, inherited: SessionTags): SessionTags => {
  const keys = new Set(Object.keys(requested.tags).map((key) => key.toLowerCase()));
  if (requested.transitiveTagKeys.some((key) => !keys.has(key.toLowerCase()))) {
    throw fault('InvalidParameterValue', 'The specified transitive tag key must be included in the requested tags.');
  }
  if (inherited.transitiveTagKeys.some((key) => keys.has(key.toLowerCase()))) {
    throw fault(
      'InvalidParameterValue',
      "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.",
    );
  }
  return {
    tags: { ...inherited.tags, ...requested.tags },
    transitiveTagKeys: [...new Set([...inherited.transitiveTagKeys, ...requested.transitiveTagKeys])],
  };
};
