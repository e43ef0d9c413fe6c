type Headers = Readonly<Record<string, string | undefined>>;

/** True for the body of a Query request, and of an HTML form. */
export const isForm = ({ 'content-type': type }: Headers): boolean => type !== undefined && form.test(type);

/** True for AWS JSON, 1.0 or 1.1. */
export const isAwsJson = ({ 'content-type': type }: Headers): boolean => type !== undefined && awsJson.test(type);

/** RFC 9110 §8.3.1: letters of any case. */
const form = /^application\/x-www-form-urlencoded/i;
const awsJson = /^application\/x-amz-json-1\./i;
