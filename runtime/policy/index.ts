export { SerialQueue } from '../base/serial-queue.ts'
export { type KeyProblem, type PublicKey, type PublicKeys, readPublicKeys } from './bundle/public-key.ts'
export { ARCHIVE_LIMITS, readArchive } from './bundle/read-archive.ts'
export { type Bundle, type ReadOptions, type ReadResult, readBundle } from './bundle/read-bundle.ts'
export type { BundleRefusal } from './bundle/refusal.ts'
export type { Candidates, DecisionDifference, DifferenceKind, RequestSample, Share, Tally } from './candidate/candidate.ts'
export { differenceOf, type Judgement } from './candidate/judgement.ts'
export { decidesSome, NO_SHARE, type Person, partsFor, picks, type RolloutCandidate } from './candidate/rollout-candidate.ts'
export { sumTallies } from './candidate/sum-tallies.ts'
export {
  type Condition,
  type DataEvent,
  DataStore,
  type DatumSource,
  type DatumStatus,
  dataVersionOf,
  MOST_DATA,
  type Put,
} from './data/data-store.ts'
export { openPushedData } from './data/pushed-data.ts'
export { type QueryResult, readRouteQuery } from './decode/read-route-query.ts'
export { bodyTypeRefusal, lacksData, repeatedHeader } from './decode/route-checks.ts'
export { callerCertificate, connectionCertificate, readCertificate } from './eval/connection-certificate.ts'
export { decideWritten, type EvaluationInput, type EvaluationResult } from './eval/decide-written.ts'
export { authenticationOf, type EvaluateOptions, evaluate, evaluateExplained } from './eval/evaluate.ts'
export { ask, askEarly, explain, obligationsOf, obligationsText } from './module/ask.ts'
export { assemble, type InstantiateInput } from './module/assemble.ts'
export { type PolicyCode, PolicyCodeCheck } from './module/check-code.ts'
export { type CallerFacts, type DataSnapshot, noData, unknownAuthentication } from './module/facts.ts'
export { instantiate } from './module/instantiate.ts'
export type {
  BodyResult,
  Circumstances,
  DataResult,
  FactsResult,
  Hosts,
  Policy,
  RequestParts,
} from './module/policy.ts'
export { PolicyError, type PolicyProblem } from './module/policy-error.ts'
export { placing, showPlaces } from './module/policy-stack.ts'
export { NO_OBLIGATIONS } from './module/read-trace.ts'
export type { PolicyTables, RouteEntry } from './module/tables.ts'
export { warm } from './module/warm.ts'
export { lackingNeeds, SUPPORTED_NEEDS } from './needs.ts'
export type { StepCounts } from './rollout/counts.ts'
export { Rollout } from './rollout/rollout.ts'
export { DEFAULT_ROLLOUT, type RolloutConfig, type Thresholds } from './rollout/rollout-config.ts'
export {
  type CandidateNote,
  type LastNote,
  type RolloutDirectory,
  type RolloutOutcome,
  rolloutDirectory,
} from './rollout/rollout-directory.ts'
export type { RolloutOptions } from './rollout/rollout-options.ts'
export type { CandidateStatus, Declined, RolloutEvent, RolloutStatus } from './rollout/rollout-status.ts'
export type { Wanted } from './rollout/wanted-share.ts'
export { BUNDLE_MEDIA_TYPE } from './source/ask-registry.ts'
export { type BundleSource, SourceProblem } from './source/bundle-source.ts'
export { type Followed, followSource, type SourceOptions } from './source/follow-source.ts'
export { parseReference, type Reference } from './source/reference.ts'
export { type RegistryOptions, RegistrySession } from './source/registry-session.ts'
export { PolicySlot, type Serving, type SlotOptions } from './store/policy-slot.ts'
export type { Activation, Origin, PolicyEvent, PolicyStatus } from './store/policy-status.ts'
export { PolicyStore, type PolicyStoreOptions } from './store/policy-store.ts'
export {
  type CandidateBundle,
  type DataValue,
  isTransient,
  type NextPolicy,
  type PolicyRefusal,
  type PolicyTarget,
  type StoreProblem,
} from './store/policy-target.ts'
export { StateError } from './store/state-directory.ts'
export { runOwnTests } from './tests/run-own-tests.ts'
