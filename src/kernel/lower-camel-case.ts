/**
 * A member's name as validation messages and CloudTrail print it: `keyId`, `sAMLProviderArn`.
 *
 * @param name as the model spells it: `KeyId`
 */
export const lowerCamelCase = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1);
