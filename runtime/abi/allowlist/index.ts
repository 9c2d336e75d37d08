export { type KnownParts, policyViolation } from './policy-code.ts'
export { validatorsViolation } from './validators-code.ts'
export { type Violation, WHITELIST_RULES } from './violation.ts'
