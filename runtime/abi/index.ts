export { fieldName, propertyName } from './allowlist/names.ts'
export {
  canonicalJson,
  fileList,
  isEntryName,
  MANIFEST_ENTRY,
  MOST_TEST_BYTES,
  MOST_TESTS_BYTES,
  POLICY_ENTRY,
  SIGNATURES_FOLDER,
  SOURCE_MAP_ENTRY,
  SOURCES_FOLDER,
  TESTS_ENTRY,
  VALIDATORS_ENTRY,
} from './bundle-format.ts'
export { isCovered } from './decision/tracing.ts'
export { BYTES_OF_ANCESTORS } from './decode/ancestors.ts'
export { formats } from './decode/formats.ts'
export { linkData } from './decode/links.ts'
export { pattern } from './decode/pattern.ts'
export { evalRequestProblem } from './eval-request.ts'
export type { EvalAnswer, EvalCaller, EvalRequest } from './evaluation.ts'
export { EXPIRY_NEED, expiryText, hasExpired, isExpiry } from './expiry.ts'
export { anonymousFacts, type Helpers, helpers } from './helpers.ts'
export { BUNDLE_FORMAT, type BundleFile, type InvariantResult, type Manifest } from './manifest.ts'
export {
  ABI_VERSION,
  type AuthenticationFacts,
  type BodyProgram,
  type Certificate,
  type DataProgram,
  type DataSnapshot,
  type DecisionRequest,
  type Effect,
  type EvaluationError,
  type ExplainedClause,
  type ExplainedRule,
  type Explanation,
  type Facts,
  type HeaderLookup,
  type IdentityProgram,
  type LimitObligation,
  type NearestPermit,
  type Obligations,
  type Outcome,
  type PolicyModule,
  type QueryProgram,
  type RouteProgram,
  type SegmentProgram,
  type Trace,
  type UnmetRequirement,
  type Validator,
  type Validators,
  type WrittenClause,
  type WrittenPlace,
} from './module.ts'
export {
  type ClaimShape,
  type IdentityReads,
  type PolicyReads,
  type ReadSet,
  type ReadType,
  type ReadValue,
  type RoleReads,
  readPath,
  readWritten,
  type WrittenReads,
  writeReads,
} from './reads.ts'
export { hostMatcher } from './routing/host-pattern.ts'
export { createRouter, HostError, type Router } from './routing/router.ts'
export { isExpected } from './testing/is-expected.ts'
export { answerInWords, expectationInWords, periodInWords } from './testing/test-words.ts'
export type { Expectation, WrittenTest } from './testing/written-test.ts'
export { isHeaderValue } from './values/texts/text.ts'
