import { anyText, type Carries, xmlText } from './arbitrary.ts';

/** What JSON documents carry, both ways. */
export const json: Carries = { strings: anyText, emptyObjects: true, emptyLists: true };

/** What Query requests carry: nothing tells an empty map or structure from an absent one. */
export const queryRequest: Carries = { strings: anyText, emptyObjects: false, emptyLists: true };

/** What EC2 requests carry: nor an empty list. */
export const ec2Request: Carries = { strings: anyText, emptyObjects: false, emptyLists: false };

/** What Query and EC2 answers carry. */
export const xml: Carries = { strings: xmlText, emptyObjects: false, emptyLists: true };
