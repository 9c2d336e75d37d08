/** Why nothing can be replayed: the bundle's fault, or that of what was given with it. */
export class ReplayError extends Error {}
