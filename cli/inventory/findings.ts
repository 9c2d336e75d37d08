import type { Model, Route } from '../../language/index.ts'
import type { Inventory } from './inventory.ts'
import type { UnknownOperation } from './operation.ts'
import { NO_HINTS, suggestLabels } from './suggest-labels.ts'

/** Kinds of differences between a policy and other sources, in the order of the report. */
export const KINDS = ['unknown', 'renamed', 'unseen', 'needed', 'unlabelled', 'uncovered', 'untested'] as const
export type Kind = (typeof KINDS)[number]

export interface Finding {
  readonly kind: Kind
  readonly service: string
  /** Qualified name in the policy, `service.route`; null if the policy has no such route. */
  readonly route: string | null
  /** Names of the operation in other sources: `service.route` of an earlier policy, or an `operationId`. */
  readonly names: readonly string[]
  /** HTTP methods of the operation; null for any method, or if the finding is about a service. */
  readonly methods: readonly string[] | null
  readonly template: string | null
  /** Description of the finding, in one sentence. */
  readonly message: string
  readonly sources: readonly string[]
  readonly requests: number
  readonly callers: Readonly<Record<string, number>>
  /** Names of labels suggested for the operation. */
  readonly labels: readonly string[]
}

/**
 * Returns the differences between a policy and the other sources of the inventory: API documents, logs and manifests.
 *
 * @param tests the number of tests by route name
 */
export function findingsOf(inventory: Inventory, model: Model, tests: ReadonlyMap<string, number>): readonly Finding[] {
  const known = new Set(model.labels.map(({ name }) => name))
  const covered = new Set(model.rules.filter(({ shadow }) => !shadow).flatMap(({ routes }) => routes))
  const found: Finding[] = [
    ...unknownServices(inventory),
    ...inventory.unknown.map((one) => unknownOperation(one, known)),
    ...undeployed(inventory, model),
    ...model.routes.flatMap((route) => [
      ...renamed(inventory, route),
      ...unseen(inventory, route),
      ...needed(inventory, route),
      ...(route.labels.length > 0 ? [] : [unlabelled(inventory, route, known)]),
      ...(covered.has(route) ? [] : [of('uncovered', inventory, route, 'no rule applies to it, so it is denied')]),
      ...((tests.get(route.name) ?? 0) > 0 ? [] : [of('untested', inventory, route, 'no test requests it')]),
    ]),
  ]
  const rank = (kind: Kind) => KINDS.indexOf(kind)
  return found
    .map((finding, at) => ({ finding, at }))
    .sort((a, b) => rank(a.finding.kind) - rank(b.finding.kind) || byPlace(a.finding, b.finding) || a.at - b.at)
    .map(({ finding }) => finding)
}

const NOTHING = { route: null, names: [], methods: null, template: null, requests: 0, callers: {}, labels: [] } as const

function unknownServices({ services }: Inventory): readonly Finding[] {
  return [...services.values()].map(({ owner, sources }) => {
    const at = owner.hosts.length === 0 ? '' : ` at \`${owner.hosts.join('`, `')}\``
    const message = `the policy has no service${at}`
    return { ...NOTHING, kind: 'unknown', service: owner.service, message, sources: [...sources].sort() }
  })
}

function unknownOperation(one: UnknownOperation, known: ReadonlySet<string>): Finding {
  const { owner, methods, template, name, hints, requests, callers, sources } = one
  const qualified = name === null ? null : `${owner.service}.${name}`
  return {
    kind: 'unknown',
    service: owner.service,
    route: null,
    names: qualified === null ? [] : [qualified],
    methods: methods[0] === 'ANY' ? null : methods,
    template,
    message: 'the policy has no route for it',
    sources: [...sources].sort(),
    requests,
    callers: Object.fromEntries([...callers].sort()),
    labels: template === null ? [] : suggestLabels({ ...hints, template }, known),
  }
}

function undeployed({ hasManifests, deployed }: Inventory, { services }: Model): readonly Finding[] {
  const missing = hasManifests ? services.filter((service) => !deployed.has(service)) : []
  return missing.map(({ name }) => {
    return {
      ...NOTHING,
      kind: 'unseen',
      service: name,
      message: 'the policy declares this service, but no manifest deploys it',
      sources: [],
    }
  })
}

function of(kind: Kind, inventory: Inventory, route: Route, message: string): Finding {
  const { requests } = inventory.seen(route)
  const { name, service, methods, template } = route
  return { ...NOTHING, kind, service: service.name, route: name, methods, template, message, sources: [], requests }
}

function renamed(inventory: Inventory, route: Route): readonly Finding[] {
  const names = [...inventory.seen(route).names].sort()
  if (names.length === 0) return []
  const sources = [...new Set(names.flatMap(([, files]) => [...files]))].sort()
  const message = `its name elsewhere is \`${names.map(([name]) => name).join('`, `')}\``
  return [{ ...of('renamed', inventory, route, message), names: names.map(([name]) => name), sources }]
}

function unseen(inventory: Inventory, route: Route): readonly Finding[] {
  const { traffic, documents } = inventory.seen(route)
  const why = [
    ...(inventory.hasTraffic && traffic.size === 0 ? ['it was not requested'] : []),
    ...(inventory.documented.has(route.service) && documents.size === 0 ? ['its document does not describe it'] : []),
  ]
  return why.length === 0 ? [] : [of('unseen', inventory, route, why.join(', and '))]
}

function needed(inventory: Inventory, route: Route): readonly Finding[] {
  const counts = [...inventory.seen(route).needed].sort()
  if (counts.length === 0) return []
  const told = counts.map(([name, times]) => `\`${name}\` ${times}×`).join(', ')
  const finding = of('needed', inventory, route, `no rule permits these requests: ${told}`)
  return [{ ...finding, callers: Object.fromEntries(counts) }]
}

function unlabelled(inventory: Inventory, route: Route, known: ReadonlySet<string>): Finding {
  const { hints } = inventory.seen(route)
  const ofRoute = [...route.params.map(({ name }) => name), ...(route.query?.keys() ?? [])]
  const { names, ...others } = hints ?? NO_HINTS
  const labels = suggestLabels({ ...others, template: route.template, names: [...names, ...ofRoute] }, known)
  const message = labels.length === 0 ? 'it has no label' : `it has no label; suggested: \`${labels.join('`, `')}\``
  return { ...of('unlabelled', inventory, route, message), labels }
}

function byPlace(a: Finding, b: Finding): number {
  const [one, other] = [a, b].map(({ service, template, route }) => [service, template ?? '', route ?? ''].join(' ')) as [
    string,
    string,
  ]
  return one < other ? -1 : one > other ? 1 : 0
}
