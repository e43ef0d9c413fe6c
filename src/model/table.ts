/**
 * The compact table that `tools/model` writes per service, as it lies in `<service>.json`. Keys are short because the
 * tables are committed; `model.ts` turns rows into the named types that everybody else uses.
 */
export interface ServiceTable {
  readonly meta: ServiceMetaRow;
  readonly ops: Readonly<Record<string, OperationRow>>;
  readonly shapes: Readonly<Record<string, ShapeRow>>;
}

/** Facts about the service as a whole. */
export interface ServiceMetaRow {
  readonly serviceId: string;
  readonly apiVersion: string;
  readonly signingName: string;
  readonly endpointPrefix: string;
  /** Protocol names as `model.ts` lists them, the service's preferred one first. */
  readonly protocols: readonly string[];
  readonly targetPrefix?: string;
  readonly jsonVersion?: string;
  readonly xmlNamespace?: string;
  readonly globalEndpoint?: string;
  /** Present where errors carry their Query code in `x-amzn-query-error`. */
  readonly queryCompatible?: 1;
  /** Member that a Query request's path stands for, where it is not `/`. */
  readonly pathMember?: string;
  /** Present where errors about a value do not repeat it. */
  readonly quiet?: 1;
  /** Prefix of the service's IAM actions. */
  readonly actionPrefix: string;
}

/** One operation. */
export interface OperationRow {
  /** Input and output structure. */
  readonly i?: string;
  readonly o?: string;
  /** Result wrapper element (Query). */
  readonly w?: string;
  /** Error shapes. */
  readonly e?: readonly string[];
  /** HTTP method and request URI; absent: `POST` and `/`. */
  readonly m?: string;
  readonly u?: string;
  /** HTTP status of success; absent: 200. */
  readonly c?: number;
  /** Unsigned: `authtype: none`. */
  readonly n?: 1;
  /** Changes nothing. */
  readonly r?: 1;
  /** Its output is journalled although it changes nothing. */
  readonly jo?: 1;
  /** Name and XML namespace of the request's root element (REST-XML). */
  readonly iln?: string;
  readonly ins?: string;
  /** Member that names the request's checksum algorithm; `ckr` where a checksum must be sent. */
  readonly ck?: string;
  readonly ckr?: 1;
  /** The body may be sent unsigned. */
  readonly up?: 1;
}

/** One shape. */
export interface ShapeRow {
  readonly t: string;
  /** Structure members in the model's order; names of the required ones in `q`. */
  readonly m?: Readonly<Record<string, RefRow>>;
  readonly q?: readonly string[];
  /** List element, or map key and value. */
  readonly el?: RefRow;
  readonly k?: RefRow;
  readonly v?: RefRow;
  readonly fl?: 1;
  readonly min?: number;
  readonly max?: number;
  readonly p?: string;
  /** What the service itself says of a value that breaks the pattern. */
  readonly ps?: string;
  readonly en?: readonly string[];
  /** Sensitive. */
  readonly x?: 1;
  readonly st?: 1;
  /** timestampFormat */
  readonly tf?: string;
  /** Exception: wire code, HTTP status; `ef` for a fault of the server. */
  readonly ex?: 1;
  readonly ec?: string;
  readonly es?: number;
  readonly ef?: 1;
  /** Payload member of a structure with HTTP bindings. */
  readonly pl?: string;
  readonly ln?: string;
  readonly ns?: string;
  readonly px?: string;
  /** Union, document, event stream, event, result wrapper (redshift). */
  readonly un?: 1;
  readonly doc?: 1;
  readonly sm?: 1;
  readonly ev?: 1;
  readonly wr?: 1;
}

/** A use of a shape: its name alone, or with the traits of this use. */
export type RefRow = string | readonly [shape: string, traits: TraitsRow];

/** Traits of one member, list element, map key or map value. */
export interface TraitsRow {
  readonly ln?: string;
  readonly loc?: string;
  readonly fl?: 1;
  readonly ns?: string;
  readonly px?: string;
  readonly at?: 1;
  readonly st?: 1;
  readonly id?: 1;
  readonly jv?: 1;
  readonly hl?: 1;
  readonly ep?: 1;
  readonly eh?: 1;
  readonly qn?: string;
  readonly bx?: 1;
  readonly x?: 1;
  readonly tf?: string;
}
