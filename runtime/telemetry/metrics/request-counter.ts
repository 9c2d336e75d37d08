import type { Outcome } from '../../abi/index.ts'
import type { RouteEntry } from '../../policy/index.ts'
import { tlsConnectionOf } from '../../tls/tls-connection.ts'
import type { AuditRecord } from '../audit/index.ts'
import { routeTemplate } from '../traces/route-template.ts'
import { DECISION_BOUNDS, type Durations, HTTP_BOUNDS, noDurations } from './durations.ts'
import type { NamedCount, RequestTally, Tallies, UpstreamTally } from './tallies.ts'

/** The parts of an ended request that are counted. `RequestContext` implements it. */
export interface EndedRequest {
  readonly metricsKey: number
  readonly request: { readonly scheme: 'http' | 'https' | null } | null
  readonly route: RouteEntry | null
  readonly effect: AuditRecord['effect']
  readonly outcome: Outcome | null
  readonly code: string | null
}

/** Methods known to OpenTelemetry (RFC 9110 and RFC 5789). The last stands for any other. */
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH', '_OTHER'] as const
const METHOD_AT: ReadonlyMap<string, number> = new Map(METHODS.map((method, at) => [method, at]))
const OTHER = METHODS.length - 1
const SCHEMES = ['http', 'https'] as const
const EFFECTS = { permit: 0, deny: 1, challenge: 2, unauthenticated: 3, reject: 4 } as const satisfies Record<
  AuditRecord['effect'],
  number
>
const EFFECT_COUNT = 5
const ASKED_COUNT = METHODS.length * SCHEMES.length

/**
 * Maximum number of series, and of names in each. There may be too many combinations to read, and addresses and rules change.
 */
const MOST = { series: 4000, names: 1000 }
const TOO_MANY = '_other'

interface Counted {
  readonly effect: AuditRecord['effect']
  readonly asked: number
  readonly status: number
  /** Code with which the requests failed, or `null` if they did not fail. */
  readonly code: string | null
  readonly durations: Durations
  /** Counts by deciding rule, or by reason if no rule decided. */
  readonly rules: Map<string, number>
  readonly reasons: Map<string, number>
}

/** Counts of a route across versions of the policy. */
interface OfRoute {
  readonly route: string
  readonly service: string
  readonly template: string | null
  /** Counts by effect, status, method and scheme, which are packed into a number. */
  readonly counted: Map<number, Counted>
  /** Counts of failed requests by code. */
  readonly failed: Map<string, Map<number, Counted>>
}

/**
 * A counter of requests, durations and decisions. Its methods are called several times per request, so they only update
 * numbers; the text is made when metrics are exposed.
 */
export class RequestCounter {
  /** By the current policy's route. */
  readonly #byProgram = new WeakMap<RouteEntry, OfRoute>()
  readonly #byName = new Map<string, OfRoute>()
  readonly #none = ofRoute('', '', null)
  readonly #tooMany = ofRoute(TOO_MANY, '', null)
  readonly #upstreams = new Map<string, Map<string, Map<number | string, Durations>[]>>()
  readonly #active = new Array<number>(ASKED_COUNT).fill(0)
  readonly #decisions = noDurations(DECISION_BOUNDS)
  #series = 0

  /** Counts a request that has arrived on a connection. Returns the key to pass to `end`. */
  begin(method: string | undefined, socket: object): number {
    const asked = askedOf(METHOD_AT.get(method ?? '') ?? OTHER, tlsConnectionOf(socket) === null ? 0 : 1)
    this.#active[asked] = (this.#active[asked] as number) + 1
    return asked
  }

  end(ended: EndedRequest, status: number, seconds: number): void {
    this.#active[ended.metricsKey] = (this.#active[ended.metricsKey] as number) - 1
    const scheme = ended.request?.scheme ?? null
    // As a trusted proxy says, else of the connection.
    const asked = scheme === null ? ended.metricsKey : askedOf(ended.metricsKey >> 1, scheme === 'https' ? 1 : 0)
    const counted = this.#countedOf(ended.route, ended.effect, status, asked, ended.code)
    observe(counted.durations, HTTP_BOUNDS, seconds)
    const { outcome } = ended
    if (outcome === null) {
      // The proxy's own pages have no permit.
      if (ended.effect !== 'permit') countOne(counted.reasons, ended.code ?? '')
    } else if (outcome.rule !== null) countOne(counted.rules, outcome.rule)
    else countOne(counted.reasons, outcome.reason ?? '')
  }

  /** Counts a malformed request that has ended. */
  broken(status: number, code: string): void {
    const counted = this.#countedOf(null, 'reject', status, askedOf(OTHER, 0), code)
    observe(counted.durations, HTTP_BOUNDS, 0)
    countOne(counted.reasons, code)
  }

  /**
   * Counts a decision.
   *
   * @param seconds time for authentication and decision
   */
  decision(seconds: number): void {
    observe(this.#decisions, DECISION_BOUNDS, seconds)
  }

  /**
   * Counts a call of a service.
   *
   * @param outcome status of the response, or the reason why there was none
   */
  upstream(service: string, address: string, asked: number, outcome: number | string, seconds: number): void {
    const method = asked >> 1
    const known = this.#upstreams.get(service)?.get(address)?.[method]?.get(outcome)
    observe(known ?? this.#makeUpstream(service, address, method, outcome), HTTP_BOUNDS, seconds)
  }

  tallies(): Tallies {
    const routes = [this.#none, ...this.#byName.values(), this.#tooMany]
    return {
      requests: routes.flatMap(tallyOf),
      upstreams: [...this.#upstreams].flatMap(([service, byAddress]) =>
        [...byAddress].flatMap(([address, byMethod]) => byMethod.flatMap((of, at) => upstreamTally(service, address, at, of))),
      ),
      active: this.#active.flatMap((count, asked) => (count === 0 ? [] : [{ ...wordsOf(asked), count }])),
      decisions: this.#decisions,
    }
  }

  #countedOf(
    program: RouteEntry | null,
    effect: AuditRecord['effect'],
    status: number,
    asked: number,
    code: string | null,
  ): Counted {
    const of = program === null ? this.#none : (this.#byProgram.get(program) ?? this.#ofProgram(program))
    const key = (status * EFFECT_COUNT + EFFECTS[effect]) * ASKED_COUNT + asked
    const known = code === null ? of.counted.get(key) : of.failed.get(code)?.get(key)
    return known ?? this.#make(of, key, { effect, status, asked, code })
  }

  /** Continues the counts of equal routes in the next policy. */
  #ofProgram(program: RouteEntry): OfRoute {
    const template = routeTemplate(program)
    const key = `${program.name} ${template}`
    const of = this.#byName.get(key) ?? ofRoute(program.name, program.service, template)
    this.#byName.set(key, of)
    this.#byProgram.set(program, of)
    return of
  }

  #makeUpstream(service: string, address: string, method: number, outcome: number | string): Durations {
    if (this.#series >= MOST.series && address !== TOO_MANY)
      return (
        this.#upstreams.get(service)?.get(TOO_MANY)?.[OTHER]?.get(TOO_MANY) ??
        this.#makeUpstream(service, TOO_MANY, OTHER, TOO_MANY)
      )
    this.#series++
    const byAddress = this.#upstreams.get(service) ?? new Map<string, Map<number | string, Durations>[]>()
    const byMethod = byAddress.get(address) ?? METHODS.map(() => new Map<number | string, Durations>())
    const made = noDurations(HTTP_BOUNDS)
    byMethod[method]?.set(outcome, made)
    this.#upstreams.set(service, byAddress.set(address, byMethod))
    return made
  }

  #make(of: OfRoute, key: number, labels: Pick<Counted, 'effect' | 'status' | 'asked' | 'code'>): Counted {
    const { effect, code } = labels
    const isOver = this.#series >= MOST.series
    if (isOver && of !== this.#tooMany)
      return (
        this.#tooMany.counted.get(EFFECTS[effect]) ??
        this.#make(this.#tooMany, EFFECTS[effect], { effect, status: 0, asked: OTHER << 1, code: null })
      )
    this.#series++
    const made = { ...labels, durations: noDurations(HTTP_BOUNDS), rules: new Map(), reasons: new Map() }
    const failed = code === null ? of.counted : (of.failed.get(code) ?? new Map<number, Counted>())
    if (code !== null) of.failed.set(code, failed)
    failed.set(key, made)
    return made
  }
}

function observe(durations: Durations, bounds: readonly number[], seconds: number): void {
  let at = 0
  while (at < bounds.length && seconds > (bounds[at] as number)) at++
  durations.counts[at] = (durations.counts[at] as number) + 1
  durations.sum += seconds
}

function ofRoute(route: string, service: string, template: string | null): OfRoute {
  return { route, service, template, counted: new Map(), failed: new Map() }
}

function askedOf(method: number, scheme: number): number {
  return method * SCHEMES.length + scheme
}

function wordsOf(asked: number): { readonly method: string; readonly scheme: string } {
  return { method: METHODS[asked >> 1] as string, scheme: SCHEMES[asked & 1] as string }
}

function countOne(counts: Map<string, number>, name: string): void {
  const known = counts.get(name)
  if (known !== undefined) counts.set(name, known + 1)
  else if (counts.size < MOST.names) counts.set(name, 1)
  else counts.set(TOO_MANY, (counts.get(TOO_MANY) ?? 0) + 1)
}

function tallyOf({ counted, failed, ...of }: OfRoute): readonly RequestTally[] {
  const all = [counted, ...failed.values()].flatMap((each) => [...each.values()])
  return all.map(({ effect, asked, status, code, durations, rules, reasons }) => ({
    ...of,
    ...{ effect, status, code, durations },
    ...wordsOf(asked),
    rules: [...rules] satisfies NamedCount[],
    reasons: [...reasons] satisfies NamedCount[],
  }))
}

function upstreamTally(
  service: string,
  address: string,
  at: number,
  of: ReadonlyMap<number | string, Durations>,
): readonly UpstreamTally[] {
  return [...of].map(([outcome, durations]) => ({ service, address, method: METHODS[at] as string, outcome, durations }))
}
