export { type KeyProblem, type PublicKey, type PublicKeys, readPublicKeys } from './bundle/public-key.ts'
export { type Bundle, type ReadOptions, type ReadResult, readBundle } from './bundle/read-bundle.ts'
export type { BundleRefusal } from './bundle/refusal.ts'
export { evalRequestProblem } from './module/eval-request.ts'
export { evaluate } from './module/evaluate.ts'
export { type InstantiateInput, instantiate } from './module/instantiate.ts'
export { outcomeAt } from './module/outcome-at.ts'
export type { FactsResult, Hosts, Matched, Policy } from './module/policy.ts'
export { PolicyError, type PolicyProblem } from './module/policy-error.ts'
export { repeatedHeader } from './module/repeated-header.ts'
export { warm } from './module/warm.ts'
export { lackingNeeds, SUPPORTED_NEEDS } from './needs.ts'
export { followFile } from './store/follow-file.ts'
export {
  type Activation,
  type Origin,
  type PolicyEvent,
  type PolicyStatus,
  PolicyStore,
  type PolicyStoreOptions,
  type StoreProblem,
} from './store/policy-store.ts'
export { StateError } from './store/state-directory.ts'
export { type FileWatch, type WatchOptions, watchFile } from './store/watch-file.ts'
