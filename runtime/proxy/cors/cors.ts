/** The CORS settings of a service: which requests pages of other origins may send to it (WHATWG Fetch §3.2). */
export interface CorsConfig {
  /** Allowed origins in the form of the `Origin` header, or `*` for all origins, without credentials. */
  readonly origins: readonly string[] | '*'
  /** Allowed methods; `null` for the methods of the policy's routes. */
  readonly methods: readonly string[] | null
  readonly headers: readonly string[]
  /** Names of response headers that scripts may read. */
  readonly expose: readonly string[]
  readonly credentials: boolean
  /** Milliseconds for which browsers may cache a preflight response. */
  readonly maxAge: number
}

/** Headers of the proxy's own responses that explain a refusal. */
const OWN = ['WWW-Authenticate', 'DPoP-Nonce', 'Retry-After', 'RateLimit', 'RateLimit-Policy', 'X-Iap-Error', 'X-Iap-Request-Id']

/** Builds the CORS response headers of one service as a flat list of names and values (WHATWG Fetch §3.2.3). */
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

  /** Returns whether pages of an origin may send requests with credentials, such as cookies. */
  trusts(origin: string): boolean {
    return this.#config.credentials && this.#origins.has(origin)
  }

  allowsMethod(method: string): boolean {
    return this.#config.methods?.includes(method) ?? true
  }

  /**
   * Returns whether all headers of a preflight request are allowed.
   *
   * @param names the value of `Access-Control-Request-Headers`
   */
  allowsHeaders(names: string): boolean {
    return names.split(',').every((each) => {
      const name = each.trim().toLowerCase()
      return name === '' || this.#config.headers.includes(name)
    })
  }

  /**
   * Returns the CORS headers of a response other than that to a preflight request. If `own` is set, the proxy makes the response
   * itself.
   */
  answerLines(origin: string | undefined, own = false): string[] {
    const lines = this.#originLines(origin)
    const exposed = own ? [...this.#config.expose, ...OWN] : this.#config.expose
    if (this.allowsOrigin(origin) && exposed.length > 0) lines.push('access-control-expose-headers', exposed.join(', '))
    if (this.#config.origins !== '*') lines.push('vary', 'Origin')
    return lines
  }

  /** Returns the CORS headers of the response to an allowed preflight request. */
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

/** Returns a service's response headers with its CORS headers replaced by those of the configuration. */
export function withCors(headers: readonly string[], cors: Cors, origin: string | undefined): string[] {
  return [...withoutCors(headers), ...cors.answerLines(origin)]
}
