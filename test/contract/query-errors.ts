/** What Query says of an error: its code, its status and who is to blame. */
export type QueryError = readonly [code: string, status: number, type: 'Sender' | 'Receiver'];

/**
 * The errors that a client package declares, by shape name, with the facts that its own schemas give: those of the trait
 * awsQueryError, else of httpError and error.
 *
 * @see Smithy: "aws.protocols#awsQueryError trait"
 */
export const declaredQueryErrors = (sdk: object): ReadonlyMap<string, QueryError> => {
  const errors = Object.values(sdk).filter(isErrorSchema);
  return new Map(errors.map(([, , name, traits]) => [name, queryError(name, traits)]));
};

interface ErrorTraits {
  readonly awsQueryError?: readonly [code: string, status: number];
  readonly httpError?: number;
  readonly error: 'client' | 'server';
}

type ErrorSchema = readonly [kind: number, namespace: string, name: string, traits: ErrorTraits];

const ERROR_KIND = -3;

/** The error that all of a client's errors extend has no traits. */
const isErrorSchema = (value: unknown): value is ErrorSchema =>
  Array.isArray(value) && value[0] === ERROR_KIND && typeof value[3] === 'object';

const queryError = (name: string, { awsQueryError, httpError, error }: ErrorTraits): QueryError => {
  const usual = [name, httpError ?? (error === 'client' ? 400 : 500)] as const;
  return [...(awsQueryError ?? usual), error === 'client' ? 'Sender' : 'Receiver'];
};
