export { isRefusedName } from './names.ts'
export { policyViolation } from './policy-code.ts'
export { validatorsViolation } from './validators-code.ts'
export { type Violation, WHITELIST_RULES, type WhitelistRule } from './violation.ts'
