import { unlabelledRoute as entry } from '../../diagnostics/catalogue/lint.ts'
import { report } from '../../diagnostics/report.ts'
import { placesOfRoutes } from '../facts/places-of-routes.ts'
import type { LintRule } from '../lint-rule.ts'

/** Reports a route without labels in a service with labeled routes. */
export const unlabelledRoute: LintRule = {
  entry,
  byDefault: true,
  check({ model, files }, notify) {
    const labelled = new Set(model.routes.filter(({ labels }) => labels.length > 0).map(({ service }) => service))
    const places = placesOfRoutes(files)
    for (const route of model.routes) {
      const { labels, service, name } = route
      if (labels.length > 0 || !labelled.has(service)) continue
      const span = places(route)
      if (span !== null) notify(report(entry, span, { route: name, service: service.name }))
    }
  },
}
