/**
 * Thrown if a valid plan cannot be expressed in the requested form, such as SQL. The caller must list permitted resources in
 * another way.
 */
export class PlanError extends Error {
  override readonly name = 'PlanError'
}
