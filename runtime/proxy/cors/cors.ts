/** What pages of other origins may do with a service (WHATWG Fetch §3.2). */
export interface CorsConfig {
  /** As browsers write them; `*`: any, which goes with no credentials. */
  readonly origins: readonly string[] | '*'
  /** Null: those that the policy has routes for. */
  readonly methods: readonly string[] | null
  /** Names of request headers, in lower case. */
  readonly headers: readonly string[]
  /** Names of answer headers that scripts may read. */
  readonly expose: readonly string[]
  /** Whether cookies and the like may be sent. */
  readonly credentials: boolean
  /** For which browsers keep the answer to a preflight: milliseconds. */
  readonly maxAge: number
}

/** Of the proxy's own answers: why it says no, and what to do about it. */
const OWN = ['WWW-Authenticate', 'DPoP-Nonce', 'Retry-After', 'RateLimit', 'RateLimit-Policy', 'X-Iap-Error', 'X-Iap-Request-Id']

/** What a service lets pages of other origins do, as header lines (name, value, name, value …; WHATWG Fetch §3.2.3). */
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

  /** Whether browsers may send it what they have of the service: cookies. */
  trusts(origin: string): boolean {
    return this.#config.credentials && this.#origins.has(origin)
  }

  allowsMethod(method: string): boolean {
    return this.#config.methods?.includes(method) ?? true
  }

  /** `names`: as `Access-Control-Request-Headers` has them. */
  allowsHeaders(names: string): boolean {
    return names.split(',').every((each) => {
      const name = each.trim().toLowerCase()
      return name === '' || this.#config.headers.includes(name)
    })
  }

  /** Of an answer of the service, or with `own` of the proxy's own. */
  answerLines(origin: string | undefined, own = false): string[] {
    const lines = this.#originLines(origin)
    const exposed = own ? [...this.#config.expose, ...OWN] : this.#config.expose
    if (this.allowsOrigin(origin) && exposed.length > 0) lines.push('access-control-expose-headers', exposed.join(', '))
    if (this.#config.origins !== '*') lines.push('vary', 'Origin')
    return lines
  }

  /** Of the answer to a preflight that asks for what is allowed. */
  preflightLines(origin: string, method: string): string[] {
    const { methods, headers, maxAge } = this.#config
    const lines = this.#originLines(origin)
    lines.push('access-control-allow-methods', (methods ?? [method]).join(', '))
    if (headers.length > 0) lines.push('access-control-allow-headers', headers.join(', '))
    lines.push('access-control-max-age', String(Math.trunc(maxAge / 1000)))
    lines.push('vary', 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers')
    return lines
  }

  /** None for an origin that is not allowed. The same for all where all are, so that a cache can keep it. */
  #originLines(origin: string | undefined): string[] {
    if (this.#config.origins === '*') return ['access-control-allow-origin', '*']
    if (origin === undefined || !this.#origins.has(origin)) return []
    const lines = ['access-control-allow-origin', origin]
    if (this.#config.credentials) lines.push('access-control-allow-credentials', 'true')
    return lines
  }
}

/** Returns the headers of a service's response (name, value, …) without its own CORS headers, which are not configured. */
function withoutCors(headers: readonly string[]): string[] {
  const kept: string[] = []
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] as string
    if (!/^access-control-/i.test(name)) kept.push(name, headers[i + 1] as string)
  }
  return kept
}

/** Header lines of a service's answer, with what the configuration says about other origins in place of what the service says. */
export function withCors(headers: readonly string[], cors: Cors, origin: string | undefined): string[] {
  return [...withoutCors(headers), ...cors.answerLines(origin)]
}
