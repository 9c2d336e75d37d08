/** A plan that cannot be expressed in the requested form: no mistake, but the caller must list resources in another way. */
export class PlanError extends Error {
  override readonly name = 'PlanError'
}
