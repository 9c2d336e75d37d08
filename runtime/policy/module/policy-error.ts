/** Codes of reasons why a verified bundle cannot become a policy. Codes are stable. */
export const POLICY_PROBLEMS = [
  'module-syntax',
  'module-whitelist',
  'module-threw',
  'module-shape',
  'manifest-mismatch',
  'hosts',
] as const

export type PolicyProblem = (typeof POLICY_PROBLEMS)[number]

/** Error for a fault of the bundle or the deployment. Other exceptions of `instantiate` are bugs. */
export class PolicyError extends Error {
  readonly code: PolicyProblem
  constructor(code: PolicyProblem, message: string) {
    super(message)
    this.name = 'PolicyError'
    this.code = code
  }
}
