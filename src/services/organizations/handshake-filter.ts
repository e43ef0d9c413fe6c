import type { HandshakeFilter } from '@aws-sdk/client-organizations';
import type { HandshakeRecord } from './handshakes.ts';

/** Which handshakes a filter lets through; without one, all. */
export const matching =
  (filter: HandshakeFilter | undefined) =>
  ({ action, parentId }: HandshakeRecord): boolean => {
    if (filter?.ActionType !== undefined && filter.ActionType !== action) return false;
    return filter?.ParentHandshakeId === undefined || filter.ParentHandshakeId === parentId;
  };
