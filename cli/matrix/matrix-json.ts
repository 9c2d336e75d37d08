import type { DatedMatrix } from '../../analysis/matrix/page/index.ts'

/** Returns the JSON output of `iap matrix` (`spec/language/cli-json.md`). */
export function matrixJson({ revision, date, labels, columns, rows }: DatedMatrix): object {
  return {
    revision,
    date,
    labels: labels.map(({ name, doc }) => ({ name, doc })),
    columns,
    routes: rows.map(({ route, data, cells }) => ({
      route: route.name,
      service: route.service.name,
      hosts: route.service.hosts.map(({ text }) => text),
      methods: route.methods,
      template: route.template,
      labels: route.labels.map(({ name }) => name),
      deprecated: route.deprecated,
      data,
      cells: cells.map(({ verdict, nobody, permits, forbids, why }) => ({ verdict, nobody, permits, forbids, why })),
    })),
  }
}
