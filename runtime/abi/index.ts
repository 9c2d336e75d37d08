export {
  canonicalJson,
  fileList,
  isEntryName,
  MANIFEST_ENTRY,
  POLICY_ENTRY,
  SIGNATURES_FOLDER,
  SOURCES_FOLDER,
  VALIDATORS_ENTRY,
} from './bundle-format.ts'
export type { EvalAnswer, EvalCaller, EvalRequest } from './evaluation.ts'
export { anonymousFacts, type Helpers, helpers } from './helpers.ts'
export { BUNDLE_FORMAT, type BundleFile, type Manifest } from './manifest.ts'
export {
  ABI_VERSION,
  type ClaimsValidator,
  type DecisionRequest,
  type Effect,
  type EvaluationError,
  type Facts,
  type HeaderLookup,
  type IdentityProgram,
  type Obligations,
  type Outcome,
  type ParamValue,
  type PolicyModule,
  type RouteProgram,
  type SegmentProgram,
  type Trace,
  type Validators,
} from './module.ts'
export { createRouter, HostError, type RouteMatch, type Router } from './router.ts'
