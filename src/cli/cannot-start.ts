/** A server, or one of its processes, did not come to serve; the message tells the operator why. */
export class CannotStart extends Error {}
