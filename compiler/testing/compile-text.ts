/** Test helper: compiles `.iap` text to a module, and asks it without a decoder, router or proxy. */
import { checkProject, type Model, renderDiagnostic } from '../../language/index.ts'
import { readQuery } from '../../request/index.ts'
import {
  anonymousFacts,
  type Certificate,
  createRouter,
  type DataSnapshot,
  type DecisionRequest,
  type Facts,
  helpers,
  linkData,
  type Obligations,
  type Outcome,
  type PolicyModule,
  type RouteProgram,
  type Trace,
} from '../../runtime/abi/index.ts'
import { type CompileOptions, compile } from '../compile.ts'
import { verify } from '../ir/index.ts'
import { TEST_TIME } from './test-request.ts'

/** Verifies each stage of the IR. Throws with the diagnostics of invalid text. */
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
  /** Including the query. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly ip?: string
  /** Absent: anonymous. */
  readonly as?: readonly [identity: string, claims: object] | undefined
  /** `ago` in milliseconds before `time`. */
  readonly auth?: { readonly ago?: number; readonly acr?: string; readonly mfa?: boolean }
  /** RFC 3339; default: 2026-01-01T12:00:00Z. */
  readonly time?: string
  /** As JSON; absent: not read yet. */
  readonly body?: unknown
  readonly mtls?: Certificate
  /** By name, as JSON. */
  readonly data?: Readonly<Record<string, unknown>>
}

/** `body`: the body must be read first. */
export type Answer = Trace | { readonly effect: 'body' }

/** @throws if there is no route, something does not fit, or the module's functions disagree */
export function ask(module: PolicyModule, question: Question): Trace {
  const answer = askOrBody(module, question)
  if (answer.effect === 'body') throw new Error('the body must be read first')
  return answer
}

export function askOrBody(module: PolicyModule, question: Question): Answer {
  const { method = 'GET', host = 'h.test', path: target, headers = {}, ip = '192.0.2.1', time = TEST_TIME } = question
  const [path = '', query = ''] = target.split('?')
  const segments = path.slice(1).split('/')
  const route = module.routes[createRouter(module).match(host, method, segments)]
  if (route === undefined) throw new Error(`no route for ${path}`)
  const data = dataOf(module, question.data ?? {})
  const now = BigInt(Date.parse(time)) * 1_000_000n
  const facts = factsOf(module, question, data, now)
  const request: DecisionRequest = {
    method,
    host,
    path,
    segments,
    headers: { get: (name) => headers[name], count: (name) => (name in headers ? 1 : 0) },
    sourceIp: ip,
    time: now,
    query: queryOf(route, query),
    body: question.body === undefined ? undefined : bodyOf(route, question.body),
    mtls: question.mtls ?? null,
    data,
  }
  const early = request.body === undefined && route.early !== null
  const index = early ? route.early?.(facts, request) : route.decide(facts, request)
  if (early && index === -1) return { effect: 'body' }
  const decided = module.outcomes[index ?? -1]
  const trace = route.trace(facts, request)
  agree(trace, decided, decided?.effect === 'permit' ? route.obligations?.(facts, request) : undefined)
  return trace
}

function agree(trace: Trace, decided: Outcome | undefined, obligations: Obligations | undefined): void {
  if (trace.effect !== decided?.effect || trace.reason !== decided.reason)
    throw new Error(`trace ${trace.effect}, decide ${decided?.effect}`)
  if (decided.rule === null ? trace.rules.length > 0 : !trace.rules.includes(decided.rule))
    throw new Error(`trace names ${trace.rules.join()}, decide ${decided.rule}`)
  const asked = obligations ?? { headers: {}, limits: [] }
  if (JSON.stringify(asked) !== JSON.stringify(trace.obligations))
    throw new Error(`trace obliges to ${JSON.stringify(trace.obligations)}, obligations to ${JSON.stringify(asked)}`)
}

function factsOf(module: PolicyModule, { as, auth = {} }: Question, data: DataSnapshot, now: bigint): Facts {
  if (as === undefined) return anonymousFacts
  const [name, claims] = as
  const { ago, acr = null, mfa = false } = auth
  const authentication = { time: ago === undefined ? null : now - BigInt(ago) * 1_000_000n, acr, mfa }
  // Via JSON, like real claims: `__proto__` becomes an own property.
  const identity = module.identities.find((one) => one.name === name)
  const facts = identity?.facts(JSON.parse(JSON.stringify(claims)), data, authentication)
  if (facts === undefined || facts === null) throw new Error(`claims do not fit ${name}`)
  return facts
}

function dataOf(module: PolicyModule, values: Readonly<Record<string, unknown>>): DataSnapshot {
  const data: Record<string, unknown> = {}
  for (const { name, prepare } of module.data) {
    if (values[name] === undefined) continue
    data[name] = prepare(values[name])
    if (data[name] === undefined) throw new Error(`data ${name} does not fit`)
  }
  linkData(module, data)
  return data
}

function queryOf({ query, name }: RouteProgram, text: string): object | null {
  if (query === null) return null
  const values = readQuery(`?${text}`, query.keys)
  const read = values.ok ? query.read(values.values) : null
  if (read === null) throw new Error(`the query does not fit ${name}`)
  return read
}

function bodyOf({ body, name }: RouteProgram, json: unknown): unknown {
  const read = body?.read(json)
  if (read === undefined) throw new Error(`the body does not fit ${name}`)
  return read
}
