/** Secrets Manager's answer; times in seconds. */
export interface GetSecretValueAnswer {
  readonly ARN: string;
  readonly Name: string;
  readonly VersionId: string;
  readonly SecretString?: string;
  readonly SecretBinary?: string;
  readonly VersionStages?: readonly string[];
  readonly CreatedDate?: number;
}

/** Parameter Store's answer; times in seconds. */
export interface GetParameterAnswer {
  readonly Parameter: {
    readonly ARN?: string;
    readonly DataType?: string;
    readonly LastModifiedDate?: number;
    readonly Name?: string;
    readonly Selector?: string;
    readonly SourceResult?: string;
    readonly Type?: string;
    readonly Value?: string;
    readonly Version?: number;
  };
}

/** A secret as the Secrets Manager Agent writes it: the service's members, the date as a text of seconds. */
export const secretAnswer = (answer: GetSecretValueAnswer): string => {
  const { ARN, Name, VersionId, SecretString, SecretBinary, VersionStages, CreatedDate } = answer;
  const date = CreatedDate === undefined ? null : String(CreatedDate);
  return JSON.stringify({ ARN, Name, VersionId, SecretString, SecretBinary, VersionStages, CreatedDate: date });
};

/** A parameter as the Lambda extension writes it: every member, also those that are absent, and the date as ISO 8601 has it. */
export const parameterAnswer = ({ Parameter }: GetParameterAnswer): string => {
  const { LastModifiedDate: seconds } = Parameter;
  return JSON.stringify({
    Parameter: {
      ARN: Parameter.ARN ?? null,
      DataType: Parameter.DataType ?? null,
      LastModifiedDate: seconds === undefined ? null : new Date(seconds * 1000).toISOString(),
      Name: Parameter.Name ?? null,
      Selector: Parameter.Selector ?? null,
      SourceResult: Parameter.SourceResult ?? null,
      Type: Parameter.Type ?? null,
      Value: Parameter.Value ?? null,
      Version: Parameter.Version ?? 0,
    },
    ResultMetadata: {},
  });
};
