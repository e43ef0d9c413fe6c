/** A type of a service's model. Structures, lists and maps refer to further shapes; recursive models make cycles. */
export type Shape =
  | StructureShape
  | ListShape
  | MapShape
  | StringShape
  | BlobShape
  | NumberShape
  | BooleanShape
  | TimestampShape;

interface Named {
  /** The shape's name in the model: `EncryptRequest`, `KeyIdType`. */
  readonly name: string;
  /** Must not appear in logs, journals or error messages. */
  readonly sensitive: boolean;
}

/** A structure; also errors, unions, documents and event streams. */
export interface StructureShape extends Named {
  readonly type: 'structure';
  /** In the model's order. */
  readonly members: readonly Member[];
  /** Set on error shapes. */
  readonly error?: ErrorTraits;
  /** The member that is the HTTP body (REST protocols). */
  readonly payload?: string;
  readonly locationName?: string;
  readonly xmlNamespace?: XmlNamespace;
  readonly union: boolean;
  /** Free-form JSON. */
  readonly document: boolean;
  readonly eventstream: boolean;
  readonly event: boolean;
}

/** How an error goes over the wire, as the model says. */
export interface ErrorTraits {
  /** Code on the wire of Query and REST-XML; the shape's name where the model gives none. */
  readonly code: string;
  /** HTTP status: the model's, else 500 for faults of the server and 400 for the client's. */
  readonly httpStatus: number;
  /** True where the server is at fault: `Receiver`. */
  readonly fault: boolean;
}

/** A list. */
export interface ListShape extends Named {
  readonly type: 'list';
  readonly member: Ref;
  readonly min?: number;
  readonly max?: number;
  /** Without a wrapping element or `.member` (XML, Query). */
  readonly flattened: boolean;
}

/** A map from strings. */
export interface MapShape extends Named {
  readonly type: 'map';
  readonly key: Ref;
  readonly value: Ref;
  readonly min?: number;
  readonly max?: number;
  readonly flattened: boolean;
  /** Name of the entries where the map is flattened (SQS over Query). */
  readonly locationName?: string;
}

/** A string; `min` and `max` count characters. */
export interface StringShape extends Named {
  readonly type: 'string';
  readonly min?: number;
  readonly max?: number;
  /** A Java regular expression that the whole string must match. */
  readonly pattern?: string;
  /** What the service itself says of a string that does not match: `It must contain only …`. */
  readonly patternSentence?: string;
  readonly enum?: readonly string[];
}

/** Bytes; `min` and `max` count them. */
export interface BlobShape extends Named {
  readonly type: 'blob';
  readonly min?: number;
  readonly max?: number;
  readonly streaming: boolean;
}

/** A number. */
export interface NumberShape extends Named {
  readonly type: 'integer' | 'long' | 'float' | 'double';
  readonly min?: number;
  readonly max?: number;
}

/** A boolean. */
export interface BooleanShape extends Named {
  readonly type: 'boolean';
}

/** A moment, to the millisecond. */
export interface TimestampShape extends Named {
  readonly type: 'timestamp';
  /** Absent: the protocol's default. */
  readonly timestampFormat?: TimestampFormat;
}

/** How a timestamp is written. */
export type TimestampFormat = 'iso8601' | 'rfc822' | 'unixTimestamp';

/** An XML namespace declaration. */
export interface XmlNamespace {
  readonly uri: string;
  readonly prefix?: string;
}

/** A use of a shape: as member, list element, map key or map value. */
export interface Ref {
  readonly shape: Shape;
  /** Name on the wire where it is not the member's own. */
  readonly locationName?: string;
  readonly xmlNamespace?: XmlNamespace;
  /** Overrides the shape's own format. */
  readonly timestampFormat?: TimestampFormat;
  /** A string that holds JSON. */
  readonly jsonvalue: boolean;
  /** This use or its shape must not be logged. */
  readonly sensitive: boolean;
}

/** Part of an HTTP message that a member binds to. */
export type Location = 'uri' | 'querystring' | 'header' | 'headers' | 'statusCode';

/** A member of a structure. */
export interface Member extends Ref {
  readonly name: string;
  readonly required: boolean;
  /** Absent: the body. */
  readonly location?: Location;
  /** The list or map in this member is flattened. */
  readonly flattened: boolean;
  readonly xmlAttribute: boolean;
  readonly streaming: boolean;
  readonly idempotencyToken: boolean;
  readonly hostLabel: boolean;
  readonly eventpayload: boolean;
  readonly eventheader: boolean;
  /** Name in EC2 Query requests. */
  readonly queryName?: string;
  /** True where absence differs from zero. */
  readonly box: boolean;
}
