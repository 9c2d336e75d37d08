/**
 * `iap-proxy/runtime`: decides requests by a bundle inside another program. It cannot compile.
 * `docs/guides/policies/embedding.md` describes it.
 */

export { LoadError, type LoadOptions, type LoadProblem, load, type PublicJwk } from './load.ts'
export type {
  Authentication,
  Certificate,
  DataResult,
  Decision,
  Effect,
  EvaluationError,
  ExplainedClause,
  ExplainedRule,
  Explanation,
  Facts,
  FactsResult,
  LimitObligation,
  Manifest,
  NearestPermit,
  Obligations,
  Policy,
  Rejection,
  Request,
  UnmetRequirement,
  Why,
} from './policy.ts'
