/** What a plan cannot be written as, where it was asked to be: a mistake of nobody, and a reason to list otherwise. */
export class PlanError extends Error {
  override readonly name = 'PlanError'
}
