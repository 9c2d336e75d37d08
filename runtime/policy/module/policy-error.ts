/** Why a bundle that is vouched for still cannot be made into a policy. Stable. */
export const POLICY_PROBLEMS = [
  'module-syntax',
  'module-whitelist',
  'module-threw',
  'module-shape',
  'manifest-mismatch',
  'hosts',
] as const

export type PolicyProblem = (typeof POLICY_PROBLEMS)[number]

/** The bundle's or the deployment's fault; anything else that `instantiate` throws is ours. */
export class PolicyError extends Error {
  readonly code: PolicyProblem
  constructor(code: PolicyProblem, message: string) {
    super(message)
    this.name = 'PolicyError'
    this.code = code
  }
}
