/**
 * `iap-proxy/runtime`: bundle + request → decision, inside another program. It cannot compile. `docs/embedding.md` is its page.
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
