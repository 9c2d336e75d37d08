export { evalRequestProblem } from './eval-request.ts'
export { evaluate } from './evaluate.ts'
export { followFile } from './follow-file.ts'
export { type InstantiateInput, instantiate } from './instantiate.ts'
export { lackingNeeds, SUPPORTED_NEEDS } from './needs.ts'
export { outcomeAt } from './outcome-at.ts'
export type { FactsResult, Hosts, Matched, Policy } from './policy.ts'
export { PolicyError, type PolicyProblem } from './policy-error.ts'
export {
  type Activation,
  type Origin,
  type PolicyEvent,
  type PolicyStatus,
  PolicyStore,
  type PolicyStoreOptions,
  type StoreProblem,
} from './policy-store.ts'
export { type KeyProblem, type PublicKey, type PublicKeys, readPublicKeys } from './public-key.ts'
export { type Bundle, type ReadOptions, type ReadResult, readBundle } from './read-bundle.ts'
export type { BundleRefusal } from './refusal.ts'
export { repeatedHeader } from './repeated-header.ts'
export { StateError } from './state-directory.ts'
export { warm } from './warm.ts'
export { type FileWatch, type WatchOptions, watchFile } from './watch-file.ts'
