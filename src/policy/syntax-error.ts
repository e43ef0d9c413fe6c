/** A policy document that AWS would refuse; the message is AWS's sentence. */
export class PolicySyntaxError extends Error {
  override readonly name = 'PolicySyntaxError';
}
