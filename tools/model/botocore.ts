/** The parts of botocore's `service-2.json` that the tables keep. Everything is optional prose-free fact. */
export interface BotocoreModel {
  readonly metadata: Readonly<Record<string, unknown>> & {
    readonly serviceId?: string;
    readonly apiVersion: string;
    readonly endpointPrefix: string;
    readonly signingName?: string;
    readonly protocol: string;
    readonly protocols?: readonly string[];
    readonly targetPrefix?: string;
    readonly jsonVersion?: string;
    readonly xmlNamespace?: string;
    readonly globalEndpoint?: string;
    readonly awsQueryCompatible?: unknown;
  };
  readonly operations: Readonly<Record<string, BotocoreOperation>>;
  readonly shapes: Readonly<Record<string, BotocoreShape>>;
}

/** An operation of a botocore model. */
export interface BotocoreOperation {
  readonly name: string;
  readonly http?: { readonly method?: string; readonly requestUri?: string; readonly responseCode?: number };
  readonly input?: { readonly shape: string; readonly locationName?: string; readonly xmlNamespace?: XmlNamespace };
  readonly output?: { readonly shape: string; readonly resultWrapper?: string };
  readonly errors?: readonly { readonly shape: string }[];
  readonly authtype?: string;
  readonly auth?: readonly string[];
  readonly readonly?: boolean;
  readonly httpChecksumRequired?: boolean;
  readonly httpChecksum?: { readonly requestAlgorithmMember?: string; readonly requestChecksumRequired?: boolean };
  readonly unsignedPayload?: boolean;
}

type XmlNamespace = string | { readonly uri: string; readonly prefix?: string };

/** A use of a shape in a botocore model. */
export interface BotocoreRef {
  readonly shape: string;
  readonly locationName?: string;
  readonly location?: string;
  readonly flattened?: boolean;
  readonly xmlNamespace?: XmlNamespace;
  readonly xmlAttribute?: boolean;
  readonly streaming?: boolean;
  readonly idempotencyToken?: boolean;
  readonly jsonvalue?: boolean;
  readonly hostLabel?: boolean;
  readonly eventpayload?: boolean;
  readonly eventheader?: boolean;
  readonly queryName?: string;
  readonly box?: boolean;
  readonly sensitive?: boolean;
  readonly timestampFormat?: string;
}

/** A shape of a botocore model. */
export interface BotocoreShape {
  readonly type: string;
  readonly members?: Readonly<Record<string, BotocoreRef>>;
  readonly required?: readonly string[];
  readonly member?: BotocoreRef;
  readonly key?: BotocoreRef;
  readonly value?: BotocoreRef;
  readonly flattened?: boolean;
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: string;
  readonly enum?: readonly string[];
  readonly sensitive?: boolean;
  readonly streaming?: boolean;
  readonly timestampFormat?: string;
  readonly exception?: boolean;
  readonly fault?: boolean;
  readonly error?: {
    readonly code?: string;
    readonly httpStatusCode?: number;
    readonly senderFault?: boolean;
    readonly fault?: boolean;
  };
  readonly payload?: string;
  readonly locationName?: string;
  readonly xmlNamespace?: XmlNamespace;
  readonly union?: boolean;
  readonly document?: boolean;
  readonly eventstream?: boolean;
  readonly event?: boolean;
  readonly wrapper?: boolean;
}
