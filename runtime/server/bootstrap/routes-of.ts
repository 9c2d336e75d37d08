import type { Policy } from '../../policy/index.ts'
import { routeTemplate } from '../../telemetry/traces/index.ts'

/** A route of a policy, for operators. */
export interface PolicyRoute {
  /** `service.route` */
  readonly route: string
  readonly service: string
  /** As it stands in the policy: `/orders/{id}`. */
  readonly path: string
  /** Null: any. */
  readonly methods: readonly string[] | null
  readonly labels: readonly string[]
  /** Whether a rule says anything of it. */
  readonly covered: boolean
}

export function routesOf({ module }: Policy): readonly PolicyRoute[] {
  return module.routes.map((program) => {
    const { name, service, methods, labels } = program
    return { route: name, service, path: routeTemplate(program), methods, labels, covered: program.covered }
  })
}
