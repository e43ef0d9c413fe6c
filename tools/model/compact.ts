import type { OperationRow, RefRow, ServiceMetaRow, ServiceTable, ShapeRow, TraitsRow } from '../../src/model/table.ts';
import type { BotocoreModel, BotocoreOperation, BotocoreRef, BotocoreShape } from './botocore.ts';
import type { IamFacts } from './iam-facts.ts';

/**
 * Turns a botocore model into the compact table: facts only, nothing that has its default value, no shape that no
 * operation or error reaches.
 */
export const compact = (service: string, model: BotocoreModel, iam: IamFacts): ServiceTable => ({
  meta: metaRow(service, model, iam),
  ops: mapValues(model.operations, (operation) => operationRow(operation, iam)),
  shapes: mapValues(reachable(model), shapeRow),
});

const metaRow = (service: string, { metadata }: BotocoreModel, iam: IamFacts): ServiceMetaRow =>
  tidy<Omit<ServiceMetaRow, 'pathMember' | 'quiet'>>({
    serviceId: metadata.serviceId ?? service,
    apiVersion: metadata.apiVersion,
    signingName: metadata.signingName ?? metadata.endpointPrefix,
    endpointPrefix: metadata.endpointPrefix,
    protocols: metadata.protocols ?? [metadata.protocol],
    targetPrefix: metadata.targetPrefix,
    jsonVersion: metadata.jsonVersion,
    xmlNamespace: metadata.xmlNamespace,
    globalEndpoint: metadata.globalEndpoint,
    queryCompatible: flag(metadata.awsQueryCompatible !== undefined),
    actionPrefix: iam.prefix,
  });

const operationRow = (operation: BotocoreOperation, iam: IamFacts): OperationRow => {
  const { http, input, output } = operation;
  const checksum = operation.httpChecksum;
  return tidy<Omit<OperationRow, 'jo'>>({
    i: input?.shape,
    o: output?.shape,
    w: output?.resultWrapper,
    e: operation.errors?.map(({ shape }) => shape),
    m: unless('POST', http?.method),
    u: unless('/', http?.requestUri),
    c: unless(200, http?.responseCode),
    n: flag(operation.authtype === 'none'),
    r: flag(iam.isReadOnly(operation)),
    iln: input?.locationName,
    ins: namespaceOf(input?.xmlNamespace).uri,
    ck: checksum?.requestAlgorithmMember,
    ckr: flag(operation.httpChecksumRequired || checksum?.requestChecksumRequired),
    up: flag(operation.unsignedPayload),
  });
};

const shapeRow = (shape: BotocoreShape): ShapeRow => {
  const { uri, prefix } = namespaceOf(shape.xmlNamespace);
  return tidy<Omit<ShapeRow, 'ps'>>({
    t: shape.type,
    m: shape.type === 'structure' && !shape.document ? mapValues(shape.members ?? {}, refRow) : undefined,
    q: shape.required?.length ? shape.required : undefined,
    el: shape.member && refRow(shape.member),
    k: shape.key && refRow(shape.key),
    v: shape.value && refRow(shape.value),
    fl: flag(shape.flattened),
    min: shape.min,
    max: shape.max,
    p: shape.pattern,
    en: shape.enum,
    x: flag(shape.sensitive),
    st: flag(shape.streaming),
    tf: shape.timestampFormat,
    ex: flag(shape.exception),
    ec: shape.error?.code,
    es: shape.error?.httpStatusCode,
    ef: flag(shape.fault || shape.error?.fault),
    pl: shape.payload,
    ln: shape.locationName,
    ns: uri,
    px: prefix,
    un: flag(shape.union),
    doc: flag(shape.document),
    sm: flag(shape.eventstream),
    ev: flag(shape.event),
    wr: flag(shape.wrapper),
  });
};

const refRow = (ref: BotocoreRef): RefRow => {
  const { uri, prefix } = namespaceOf(ref.xmlNamespace);
  const traits = tidy<TraitsRow>({
    ln: ref.locationName,
    loc: ref.location,
    fl: flag(ref.flattened),
    ns: uri,
    px: prefix,
    at: flag(ref.xmlAttribute),
    st: flag(ref.streaming),
    id: flag(ref.idempotencyToken),
    jv: flag(ref.jsonvalue),
    hl: flag(ref.hostLabel),
    ep: flag(ref.eventpayload),
    eh: flag(ref.eventheader),
    qn: ref.queryName,
    bx: flag(ref.box),
    x: flag(ref.sensitive),
    tf: ref.timestampFormat,
  });
  return Object.keys(traits).length === 0 ? ref.shape : [ref.shape, traits];
};

const reachable = ({ operations, shapes }: BotocoreModel): Record<string, BotocoreShape> => {
  const found = new Set<string>();
  const visit = (name: string | undefined): void => {
    const shape = name === undefined ? undefined : shapes[name];
    if (name === undefined || shape === undefined || found.has(name)) return;
    found.add(name);
    for (const ref of [...Object.values(shape.members ?? {}), shape.member, shape.key, shape.value]) visit(ref?.shape);
  };
  for (const { input, output, errors } of Object.values(operations)) {
    for (const ref of [input, output, ...(errors ?? [])]) visit(ref?.shape);
  }
  for (const [name, shape] of Object.entries(shapes)) if (shape.exception) visit(name);
  return Object.fromEntries(Object.entries(shapes).filter(([name]) => found.has(name)));
};

const namespaceOf = (
  namespace: string | { uri: string; prefix?: string } | undefined,
): { uri?: string | undefined; prefix?: string | undefined } =>
  typeof namespace === 'string' ? { uri: namespace } : { uri: namespace?.uri, prefix: namespace?.prefix };

const flag = (value: boolean | undefined): 1 | undefined => (value ? 1 : undefined);

const unless = <T>(usual: T, value: T | undefined): T | undefined => (value === usual ? undefined : value);

const mapValues = <A, B>(record: Readonly<Record<string, A>>, map: (value: A) => B): Record<string, B> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]));

/** Drops absent facts. */
const tidy = <T>(row: { readonly [K in keyof T]-?: T[K] | undefined }): T =>
  Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined)) as T;
