import { readFileSync } from 'node:fs'

export interface DocumentedMetric {
  readonly type: string
  readonly labels: readonly string[]
}

/** The table of `docs/reference/metrics.md`, by name. */
export function documentedMetrics(): ReadonlyMap<string, DocumentedMetric> {
  const page = readFileSync(new URL('../../docs/reference/metrics.md', import.meta.url), 'utf8')
  const [, table = ''] = /^\| metric \| type \| labels \| \|\n\| --- \| --- \| --- \| --- \|\n((?:\|.*\n)+)/m.exec(page) ?? []
  return new Map(
    table
      .trim()
      .split('\n')
      .map((row) => {
        const [, name = '', type = '', labels = ''] = /^\| `(\w+)` \| (\w+) \| ([^|]*)\|/.exec(row) ?? []
        if (name === '') throw new Error(`no row of a metric: ${row}`)
        return [name, { type, labels: [...labels.matchAll(/`(\w+)`/g)].map(([, label = '']) => label) }]
      }),
  )
}
