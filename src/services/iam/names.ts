/** IAM compares names of users, groups, roles and policies without case; this is the form that keys records. */
export const nameKey = (name: string): string => name.toLowerCase();

/** Moments are kept and shown in whole seconds, as IAM shows them. */
export const timestamp = (moment: Date): string => `${moment.toISOString().slice(0, 19)}Z`;
