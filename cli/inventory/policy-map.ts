import { isWithin, type Model, matchesText, type Route, type Segment, type ServiceModel } from '../../language/index.ts'

/** Finds the policy's services and routes for hosts, paths and templates of other sources. */
export class PolicyMap {
  readonly model: Model
  readonly #routes = new Map<string, Route[]>()
  /** Routes by their first segment, for long logs; others are under the empty name. */
  readonly #byFirst = new Map<string, Map<string, Route[]>>()

  constructor(model: Model) {
    this.model = model
    for (const route of model.routes) {
      const { name } = route.service
      const [first] = route.segments
      const byFirst = this.#byFirst.get(name) ?? new Map<string, Route[]>()
      this.#byFirst.set(name, byFirst)
      push(byFirst, first?.kind === 'literal' ? first.text : '', route)
      push(this.#routes, name, route)
    }
  }

  service(name: string): ServiceModel | null {
    return this.model.services.find((one) => one.name === name) ?? null
  }

  /** Returns the services of the policy with this host, ignoring wildcard hosts. */
  servicesNamed(host: string): readonly ServiceModel[] {
    return this.model.services.filter(({ hosts }) => hosts.some(({ wildcard, text }) => !wildcard && text === host))
  }

  /**
   * Returns the services that get requests to a host, as the proxy's router decides. A wildcard host counts only if no service
   * names the host literally.
   */
  servicesAt(host: string): readonly ServiceModel[] {
    const { services } = this.model
    const named = this.servicesNamed(host)
    if (named.length > 0) return named
    const [first = '', ...others] = host.split('.')
    const rest = `.${others.join('.')}`
    return first === '' ? [] : services.filter(({ hosts }) => hosts.some((one) => one.wildcard && one.rest === rest))
  }

  /** Returns the most specific route that matches a method and path segments; null if there is none. */
  routeOf(services: readonly ServiceModel[], method: string, path: readonly string[]): Route | null {
    const [first = ''] = path
    const routes = services.flatMap(({ name }) => {
      const byFirst = this.#byFirst.get(name)
      return [...(byFirst?.get(first) ?? []), ...(first === '' ? [] : (byFirst?.get('') ?? []))]
    })
    return specific(routes, method, ({ segments }) => matches(segments, path))
  }

  /**
   * Returns the most specific route that covers a path template; null if there is none.
   *
   * @param isLenient whether to ignore the types of parameters, which API documents may lack
   */
  routeFor(services: readonly ServiceModel[], method: string, template: readonly Segment[], isLenient: boolean): Route | null {
    const fits = (segments: readonly Segment[]) => isWithin(template, segments) || (isLenient && isAlike(template, segments))
    const routes = services.flatMap(({ name }) => this.#routes.get(name) ?? [])
    return specific(routes, method, ({ segments }) => fits(segments))
  }
}

function push(lists: Map<string, Route[]>, key: string, route: Route): void {
  const list = lists.get(key)
  if (list === undefined) lists.set(key, [route])
  else list.push(route)
}

function specific(routes: readonly Route[], method: string, fits: (route: Route) => boolean): Route | null {
  const found = routes.filter((route) => hasMethod(route, method) && fits(route))
  return found.find((one) => found.every((other) => isBefore(one, other))) ?? found[0] ?? null
}

/** A route that names its methods precedes one for any. */
function isBefore(one: Route, other: Route): boolean {
  if (!isWithin(one.segments, other.segments)) return false
  return one === other || !isWithin(other.segments, one.segments) || one.methods !== null
}

function hasMethod({ methods }: Route, method: string): boolean {
  return methods === null || methods.includes(method)
}

function matches(segments: readonly Segment[], path: readonly string[]): boolean {
  const isOpen = segments.at(-1)?.kind === 'rest'
  const fixed = isOpen ? segments.slice(0, -1) : segments
  if (isOpen ? path.length < segments.length : path.length !== segments.length) return false
  return fixed.every((segment, at) => matchesText(segment, path[at] as string))
}

/** Returns whether two path templates are equal except for names and types of parameters. */
export function isAlike(a: readonly Segment[], b: readonly Segment[]): boolean {
  if (a.length !== b.length) return false
  return a.every((one, at) => {
    const other = b[at] as Segment
    if (one.kind === 'literal' || other.kind === 'literal')
      return one.kind === 'literal' && other.kind === 'literal' && one.text === other.text
    if (one.kind === 'rest' || other.kind === 'rest') return one.kind === other.kind
    return one.prefix === other.prefix && one.suffix === other.suffix
  })
}

/** Whether a path matches a template. */
export { matches as matchesPath }
