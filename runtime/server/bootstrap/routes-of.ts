import type { Policy } from '../../policy/index.ts'
import { routeTemplate } from '../../telemetry/traces/index.ts'

export interface PolicyRoute {
  readonly route: string
  readonly service: string
  /** Path template as written in the policy, such as `/orders/{id}`. */
  readonly path: string
  /** Methods of the route; `null` for all methods. */
  readonly methods: readonly string[] | null
  readonly labels: readonly string[]
  /** Whether any rule of the policy applies to the route. */
  readonly covered: boolean
}

export function routesOf({ module }: Policy): readonly PolicyRoute[] {
  return module.routes.map((program) => {
    const { name, service, methods, labels } = program
    return { route: name, service, path: routeTemplate(program), methods, labels, covered: program.covered }
  })
}
