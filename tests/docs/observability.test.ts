import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { documentedMetrics } from '../metrics/documented-metrics.ts'

/** The example of a dashboard and of rules speaks of what the proxy has: `tests/metrics` compares the page with it. */
const read = (name: string) =>
  readFileSync(new URL(`../../docs/guides/operations/observability/${name}`, import.meta.url), 'utf8')

interface Panel {
  readonly id: number
  readonly title: string
  readonly type: string
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number }
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[]
}

const dashboard = JSON.parse(read('grafana-dashboard.json')) as {
  readonly panels: readonly Panel[]
  readonly annotations: { readonly list: readonly { readonly expr: string }[] }
  readonly templating: { readonly list: readonly { readonly name: string; readonly definition?: string }[] }
}
const { groups } = parse(read('alerts.yaml')) as {
  readonly groups: readonly {
    readonly rules: readonly {
      readonly alert: string
      readonly expr: string
      readonly annotations: Readonly<Record<string, string>>
    }[]
  }[]
}
const rules = groups.flatMap((group) => group.rules)

const metrics = documentedMetrics()
/** What Prometheus adds. */
const THEIRS = ['instance', 'job']
const WORDS = ['by', 'on', 'and', 'or', 'unless', 'offset', 'le', 'group_left', 'ignoring', 'without']

/** The metrics of an expression, and all that it names as labels. */
function namesIn(expr: string): { readonly metrics: readonly string[]; readonly labels: readonly string[] } {
  const bare = expr.replaceAll(/"[^"]*"/g, '""').replaceAll(/\[[^\]]*\]/g, '')
  const groups = [...bare.matchAll(/\b(?:by|on|without|ignoring|group_left)\s*\(([^)]*)\)/g)].map(([, inside = '']) => inside)
  const matchers = [...bare.matchAll(/\{([^}]*)\}/g)].map(([, inside = '']) => inside)
  const labels = [
    ...groups.flatMap((inside) => inside.split(',').map((one) => one.trim())),
    ...matchers.flatMap((inside) => [...inside.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)].map(([, label = '']) => label)),
  ].filter((label) => label !== '')
  const rest = bare.replaceAll(/\b(?:by|on|without|ignoring|group_left)\s*\([^)]*\)/g, '').replaceAll(/\{[^}]*\}/g, '')
  const names = [...rest.matchAll(/(?<![\w.$])[a-zA-Z_:][\w:]*\b(?!\s*\()/g)].map(([name]) => name)
  return { metrics: names.filter((name) => !WORDS.includes(name)), labels }
}

/** Of a series the metric: a histogram has several. */
function metricOf(series: string): string | null {
  const name = series.replace(/_(?:bucket|sum|count)$/, '')
  if (metrics.get(name)?.type === 'histogram') return name
  return metrics.has(series) ? series : null
}

function expectGood(expr: string): void {
  const { metrics: series, labels } = namesIn(expr)
  expect(series.length, expr).toBeGreaterThan(0)
  const found = series.filter((name) => name !== 'up').map((name) => metricOf(name) ?? `there is no ${name}`)
  expect(found.filter((name) => name.startsWith('there is no'))).toEqual([])
  const known = new Set([...THEIRS, 'le', ...found.flatMap((name) => metrics.get(name)?.labels ?? [])])
  expect(
    labels.filter((label) => !known.has(label)),
    expr,
  ).toEqual([])
}

const expressions = dashboard.panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => [title, expr] as const))

test('names are found in expressions', () => {
  const expr =
    'sum by (route, le) (rate(a_bucket{instance=~"b_c", effect!="permit"}[5m])) / on (x) max(d) > 3 * time() or e offset 1h'
  expect(namesIn(expr)).toEqual({ metrics: ['a_bucket', 'd', 'e'], labels: ['route', 'le', 'x', 'instance', 'effect'] })
})

describe('the dashboard', () => {
  test('asks for what there is', () => {
    expect(expressions.length).toBeGreaterThan(40)
    for (const [, expr] of expressions) expectGood(expr)
    for (const { expr } of dashboard.annotations.list) expectGood(expr)
    for (const { definition } of dashboard.templating.list) {
      if (definition === undefined) continue
      const [, series = '', label = ''] = /^label_values\((\w+), (\w+)\)$/.exec(definition) ?? []
      expect([metricOf(series), [...THEIRS, ...(metrics.get(series)?.labels ?? [])].includes(label)]).toEqual([series, true])
    }
  })

  test('names in legends what its queries leave', () => {
    for (const { title, targets = [] } of dashboard.panels)
      for (const { expr, legendFormat } of targets)
        for (const [, label = ''] of legendFormat.matchAll(/\{\{(\w+)\}\}/g)) {
          const kept = /\bby\b/.test(expr)
            ? namesIn(expr).labels
            : [...THEIRS, ...(metrics.get(namesIn(expr).metrics[0] ?? '')?.labels ?? [])]
          expect(kept, `${title}: ${expr}`).toContain(label)
        }
  })

  test('has a place for each panel', () => {
    const ids = dashboard.panels.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    const cells = dashboard.panels.flatMap(({ gridPos: { x, y, w, h } }) => {
      expect(x + w).toBeLessThanOrEqual(24)
      return Array.from({ length: w * h }, (_, at) => `${x + (at % w)} ${y + Math.floor(at / w)}`)
    })
    expect(new Set(cells).size).toBe(cells.length)
  })
})

test('whoever is on call is told of a roll-out that went back, ended or stands, and of a policy that ends soon', () => {
  const exprs = rules.map(({ expr }) => expr)
  for (const one of [
    'outcome="rolled-back"',
    'outcome="ended"',
    'changes(iap_rollout_step',
    'iap_policy_expiry_seconds - time()',
  ])
    expect(exprs.filter((expr) => expr.includes(one)).length, one).toBe(1)
  const suspended = rules.find(({ alert }) => alert === 'IapPolicySuspended')
  expect(suspended?.annotations.description).toMatch(/`bundle.whenStale`.*`bundle.whenExpired`/)
})

test('the rules ask for what there is, and speak of labels that they keep', () => {
  expect(rules.length).toBeGreaterThan(20)
  expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length)
  for (const { alert, expr, annotations } of rules) {
    expectGood(expr)
    const { metrics: series, labels } = namesIn(expr)
    const all = new Set([...THEIRS, ...series.flatMap((name) => metrics.get(metricOf(name) ?? '')?.labels ?? [])])
    const kept = /\bby\b/.test(expr) ? labels : [...all]
    for (const text of Object.values(annotations))
      for (const [, label = ''] of text.matchAll(/\$labels\.(\w+)/g)) expect(kept, alert).toContain(label)
  }
})
