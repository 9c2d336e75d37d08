/** For tests: `.iap` text → module, and questions to it without a door, a router or a proxy. */
import { checkProject, type Model, renderDiagnostic } from '../../language/index.ts'
import {
  anonymousFacts,
  createRouter,
  type Facts,
  helpers,
  type Outcome,
  type PolicyModule,
  type Trace,
} from '../../runtime/abi/index.ts'
import { type CompileOptions, compile } from '../compile.ts'
import { verify } from '../ir/index.ts'

/** Throws with the diagnostics of what does not check. Every stage of the IR is verified. */
export function modelOf(files: string | Readonly<Record<string, string>>): Model {
  const texts = typeof files === 'string' ? { 'policy.iap': files } : files
  const read = (name: string) => (Object.hasOwn(texts, name) ? (texts[name] ?? null) : null)
  const { result, diagnostics } = checkProject({ read }, Object.keys(texts))
  if (result === null) throw new Error(diagnostics.map((one) => renderDiagnostic(one, { color: false })).join('\n'))
  return result
}

export function moduleOf(files: string | Readonly<Record<string, string>>, options: CompileOptions = {}): PolicyModule {
  return run(compile(modelOf(files), { check: verify, ...options }).policy)
}

export function run(policy: string): PolicyModule {
  return new Function('abi', policy)(helpers) as PolicyModule
}

export interface Question {
  readonly method?: string
  readonly host?: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly ip?: string
  /** Left out: anonymous. */
  readonly as?: readonly [identity: string, claims: object] | undefined
}

export interface Answer extends Trace, Pick<Outcome, 'effect' | 'reason'> {}

/** Throws where there is no route, the claims do not fit, or `decide` and `trace` disagree. */
export function ask(
  module: PolicyModule,
  { method = 'GET', host = 'h.test', path, headers = {}, ip = '192.0.2.1', as }: Question,
): Answer {
  const match = createRouter(module).match(host, method, path.slice(1).split('/'))
  const route = module.routes[match?.route ?? -1]
  if (match === null || route === undefined) throw new Error(`no route for ${path}`)
  const facts = as === undefined ? anonymousFacts : factsOf(module, ...as)
  const lookup = { get: (name: string) => headers[name], count: (name: string) => (name in headers ? 1 : 0) }
  const request = { method, host, path, headers: lookup, sourceIp: ip }
  const trace = route.trace(facts, match.params, request)
  const [traced, decided] = [trace.outcome, route.decide(facts, match.params, request)].map(
    (index) => module.outcomes[index] as Outcome,
  ) as [Outcome, Outcome]
  if (traced.effect !== decided.effect || traced.reason !== decided.reason)
    throw new Error(`trace ${traced.effect}, decide ${decided.effect}`)
  return { ...trace, effect: traced.effect, reason: traced.reason }
}

function factsOf(module: PolicyModule, name: string, claims: object): Facts {
  // Through JSON, as claims come: `__proto__` written there is an own property.
  const facts = module.identities.find((identity) => identity.name === name)?.facts(JSON.parse(JSON.stringify(claims)))
  if (facts === undefined || facts === null) throw new Error(`claims do not fit ${name}`)
  return facts
}
