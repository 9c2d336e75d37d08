/** What pages of other origins may do with a service (WHATWG Fetch §3.2). */
export interface CorsConfig {
  /** As browsers write them. `*`: any, without credentials. */
  readonly origins: readonly string[] | '*'
  /** `null`: the methods of the policy's routes. */
  readonly methods: readonly string[] | null
  readonly headers: readonly string[]
  /** Response headers that scripts may read. */
  readonly expose: readonly string[]
  readonly credentials: boolean
  /** Milliseconds for which browsers cache a preflight response. */
  readonly maxAge: number
}

/** Headers of the proxy's own responses that explain a refusal. */
const OWN = ['WWW-Authenticate', 'DPoP-Nonce', 'Retry-After', 'RateLimit', 'RateLimit-Policy', 'X-Iap-Error', 'X-Iap-Request-Id']

/** CORS header lines of a service (name, value, …; WHATWG Fetch §3.2.3). */
export class Cors {
  readonly #config: CorsConfig
  readonly #origins: ReadonlySet<string>

  constructor(config: CorsConfig) {
    this.#config = config
    this.#origins = new Set(config.origins)
  }

  allowsOrigin(origin: string | undefined): boolean {
    return origin !== undefined && (this.#config.origins === '*' || this.#origins.has(origin))
  }

  /** Whether an origin may send credentials, such as cookies. */
  trusts(origin: string): boolean {
    return this.#config.credentials && this.#origins.has(origin)
  }

  allowsMethod(method: string): boolean {
    return this.#config.methods?.includes(method) ?? true
  }

  /** `names`: the value of `Access-Control-Request-Headers`. */
  allowsHeaders(names: string): boolean {
    return names.split(',').every((each) => {
      const name = each.trim().toLowerCase()
      return name === '' || this.#config.headers.includes(name)
    })
  }

  /** Returns the lines of a service's response, or with `own` of the proxy's. */
  answerLines(origin: string | undefined, own = false): string[] {
    const lines = this.#originLines(origin)
    const exposed = own ? [...this.#config.expose, ...OWN] : this.#config.expose
    if (this.allowsOrigin(origin) && exposed.length > 0) lines.push('access-control-expose-headers', exposed.join(', '))
    if (this.#config.origins !== '*') lines.push('vary', 'Origin')
    return lines
  }

  /** Returns the lines for an allowed preflight. */
  preflightLines(origin: string, method: string): string[] {
    const { methods, headers, maxAge } = this.#config
    const lines = this.#originLines(origin)
    lines.push('access-control-allow-methods', (methods ?? [method]).join(', '))
    if (headers.length > 0) lines.push('access-control-allow-headers', headers.join(', '))
    lines.push('access-control-max-age', String(Math.trunc(maxAge / 1000)))
    lines.push('vary', 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers')
    return lines
  }

  /** Returns no lines for an origin that is not allowed. If all are, the lines are equal for all, so caches can store them. */
  #originLines(origin: string | undefined): string[] {
    if (this.#config.origins === '*') return ['access-control-allow-origin', '*']
    if (origin === undefined || !this.#origins.has(origin)) return []
    const lines = ['access-control-allow-origin', origin]
    if (this.#config.credentials) lines.push('access-control-allow-credentials', 'true')
    return lines
  }
}

/** Removes a service's own CORS headers (name, value, …). */
function withoutCors(headers: readonly string[]): string[] {
  const kept: string[] = []
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] as string
    if (!/^access-control-/i.test(name)) kept.push(name, headers[i + 1] as string)
  }
  return kept
}

/** Replaces a service's CORS headers by those of the configuration. */
export function withCors(headers: readonly string[], cors: Cors, origin: string | undefined): string[] {
  return [...withoutCors(headers), ...cors.answerLines(origin)]
}
