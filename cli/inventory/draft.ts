import { checkTexts } from '../../compiler/project/index.ts'
import { type Diagnostic, format, type Model, parseHost, positionAt, routeName } from '../../language/index.ts'
import { BodyTexts } from './body-text.ts'
import type { Inventory } from './inventory.ts'
import type { Owner, UnknownOperation } from './operation.ts'
import { freeName, nameOf } from './owner-name.ts'
import { LABEL_DOCS, suggestLabels } from './suggest-labels.ts'

export interface Draft {
  /** Source text of the drafted services, formatted and without errors. */
  readonly text: string
  readonly services: number
  readonly routes: number
  /** Operations that could not be drafted, with reasons. */
  readonly leftOut: readonly string[]
}

/** A block of routes. */
interface Block {
  readonly owner: Owner
  readonly name: string
  readonly hosts: readonly string[]
  readonly routes: readonly DraftedRoute[]
}

interface DraftedRoute {
  readonly name: string
  readonly methods: string
  readonly template: string
  /** ` body { amount: int }`, or empty. */
  readonly body: string
  readonly labels: readonly string[]
  /** On the line before it. */
  readonly comment: string
}

/** The source's name in its diagnostics. */
const FILE = 'draft.iap'

/**
 * Drafts `service` blocks for the operations that the policy lacks; null if it lacks none. The draft has no rules, so it permits
 * no request. Operations that would be errors, such as two for the same paths, are left out.
 */
export function draftOf(inventory: Inventory, model: Model): Draft | null {
  let blocks = blocksOf(inventory, model)
  if (blocks.length === 0) return null
  const leftOut: string[] = inventory.unknown
    .filter(({ template }) => template === null)
    .map(({ owner, name }) => `\`${owner.service}.${name}\`: no source has a path of it`)
  const there = routesThere(blocks, model)
  for (;;) {
    const { text, lines } = written(blocks, model)
    const { diagnostics } = checkTexts(new Map([[FILE, text], ...there.files]))
    const errors = diagnostics.filter(({ severity }) => severity === 'error')
    if (errors.length === 0) {
      const routes = blocks.reduce((sum, block) => sum + block.routes.length, 0)
      return { text: formatted(text), services: blocks.length, routes, leftOut }
    }
    blocks = without(
      blocks,
      errors.map((error) => ({ ...error, message: there.called(error.message) })),
      lines,
      leftOut,
    )
  }
}

function formatted(text: string): string {
  const result = format({ name: FILE, text })
  if (result.text === null) throw new Error(`a draft cannot be formatted:\n${text}`)
  return result.text
}

function blocksOf(inventory: Inventory, model: Model): readonly Block[] {
  const names = namesOf(model)
  const taken = new Set([...names.others, ...names.labels, ...Object.keys(LABEL_DOCS), names.unreviewed])
  const owners = new Map<string, Owner>([...inventory.services].map(([name, { owner }]) => [name, owner]))
  for (const { owner, template } of inventory.unknown)
    if (template !== null && !owners.has(owner.service)) owners.set(owner.service, owner)
  return [...owners.values()]
    .sort((a, b) => (a.service < b.service ? -1 : 1))
    .map((owner) => {
      const name = owner.isKnown ? owner.service : freeName(nameOf(owner.service, 'service'), (one) => taken.has(one))
      taken.add(name)
      const operations = inventory.unknown.filter((one) => one.owner.service === owner.service)
      return { owner, name, hosts: hostsOf(owner, name, model), routes: routesOf(operations, owner, model, names) }
    })
}

/** All declarations of a policy share one namespace (`spec/language/imports-and-names.md`). */
interface Names {
  readonly labels: ReadonlySet<string>
  readonly others: ReadonlySet<string>
  /** The label for what has no suggested label. */
  readonly unreviewed: string
}

function namesOf(model: Model): Names {
  const { services, identities, roles, rules, data, defs, invariants, labels } = model
  const named = [services, identities, roles, rules, data, defs, invariants].flat()
  const others = new Set(named.map(({ name }) => name))
  const known = new Set(labels.map(({ name }) => name))
  const unreviewed = freeName('unreviewed', (name) => others.has(name) || (name !== 'unreviewed' && known.has(name)))
  return { labels: known, others, unreviewed }
}

/** Without a known host: one that never resolves (RFC 2606, section 2). */
function hostsOf({ service, hosts, isKnown }: Owner, name: string, { services }: Model): readonly string[] {
  const own = isKnown ? services.find((one) => one.name === service)?.hosts.map(({ text }) => text) : hosts
  const good = (own ?? []).filter((host) => parseHost(host).ok)
  return good.length > 0 ? good : [`${name.toLowerCase().replace(/_/g, '-')}.invalid`]
}

function routesOf(
  operations: readonly UnknownOperation[],
  { service, isKnown }: Owner,
  model: Model,
  { labels: known, others, unreviewed }: Names,
): readonly DraftedRoute[] {
  const there = isKnown ? model.routes.filter((route) => route.service.name === service) : []
  const bodies = new BodyTexts()
  const names = new Set(there.map(({ name }) => name.slice(service.length + 1)))
  return operations.flatMap((one): readonly DraftedRoute[] => {
    const { template, methods, hints } = one
    if (template === null) return []
    const name = freeName(nameFor(one, template), (each) => names.has(each))
    names.add(name)
    const body = one.body && bodies.of(one.body)
    const labels = suggestLabels({ ...hints, template }, known).filter((label) => !others.has(label))
    return [
      {
        name,
        methods: methods[0] === 'ANY' ? 'ANY' : methodsText(methods),
        template,
        body: body === null ? '' : ` body ${body}`,
        labels: labels.length === 0 ? [unreviewed] : labels,
        comment: commentOf(one),
      },
    ]
  })
}

/** Returns the name that an import of the document would give the route, or one of its method and path: `get_orders_lines`. */
function nameFor(one: UnknownOperation, template: string): string {
  return one.name === null
    ? nameOf(described(one, template), 'route')
    : routeName(one.name, one.methods[0] as string, template).slice(0, MOST_NAME)
}

/** Maximum length of a drafted name. */
const MOST_NAME = 60

function described({ methods }: UnknownOperation, template: string): string {
  const words = template.replace(/\{[^}]*\}/g, '').split('/')
  return [methods[0]?.toLowerCase(), ...words.filter((word) => word !== '')].join('_')
}

/** Describes it on one line, as foreign text must not end the comment. */
function commentOf({ summary, requests, callers, sources }: UnknownOperation): string {
  const by = [...callers].sort().map(([name, times]) => `${name} ${times}×`)
  const asked = requests === 0 ? [] : [`asked ${requests}×${by.length === 0 ? '' : ` (${by.join(', ')})`}`]
  // Foreign text never comes first, where it could be a directive to the checker.
  return oneLine([`in ${[...sources].sort().join(', ')}`, ...asked, ...(summary === null ? [] : [summary])].join('; '))
}

function oneLine(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim()
    .slice(0, 200)
}

/** Writes each route on its own line, so that the line of an error identifies it. */
function written(blocks: readonly Block[], model: Model): { readonly text: string; readonly lines: ReadonlyMap<number, string> } {
  const lines: string[] = []
  const places = new Map<number, string>()
  const put = (line: string, place?: string) => {
    lines.push(line)
    if (place !== undefined) places.set(lines.length, place)
  }
  put('// Drafted by `iap inventory`. It permits nothing: routes without a rule are denied.')
  put('')
  const docs = new Map([
    [namesOf(model).unreviewed, LABEL_DOCS.unreviewed],
    ...model.labels.map(({ name, doc }) => [name, doc] as const),
  ])
  for (const label of [...new Set(blocks.flatMap(({ routes }) => routes.flatMap(({ labels }) => labels)))].sort()) {
    const doc = oneLine(docs.get(label) ?? LABEL_DOCS[label] ?? '')
    if (doc !== '') put(`/// ${doc}`)
    put(`label ${label}`)
  }
  for (const { owner, name, hosts, routes } of blocks) {
    put('')
    if (owner.isKnown) put('// The policy has this service: move these routes into it.')
    put(`service ${name} at ${hostsText(hosts)} {`, name)
    for (const route of routes) {
      put(`  // ${route.comment}`)
      put(
        `  route ${route.name} ${route.methods} ${JSON.stringify(route.template)}${route.body} is ${route.labels.join(', ')}`,
        `${name}.${route.name}`,
      )
    }
    put('}')
  }
  return { text: `${lines.join('\n')}\n`, lines: places }
}

/** Declarations that are checked beside a draft, and messages with the policy's names for them. */
interface There {
  readonly files: readonly (readonly [file: string, text: string])[]
  called(message: string): string
}

/**
 * Returns the policy's routes at the drafted hosts, which must be unambiguous with the draft. Each service is renamed, with its
 * own hosts, at which routes compete as if of one service.
 */
function routesThere(blocks: readonly Block[], { services, routes }: Model): There {
  const drafted = new Set(blocks.flatMap(({ hosts }) => hosts.map(placeOf)))
  const taken = new Set(blocks.map(({ name }) => name))
  const own = new Map<string, string>()
  const files = services.flatMap(({ name, hosts }): readonly (readonly [string, string])[] => {
    if (!hosts.some(({ text }) => drafted.has(placeOf(text)))) return []
    const service = freeName(`${name}_there`, (one) => taken.has(one))
    taken.add(service)
    const lines = routes
      .filter((route) => route.service.name === name)
      .map((route, at) => {
        own.set(`${service}.r${at}`, route.name)
        return `  route r${at} ${methodsText(route.methods)} ${JSON.stringify(route.template)}`
      })
    return [[`${service}.iap`, `service ${service} at ${hostsText(hosts.map(({ text }) => text))} {\n${lines.join('\n')}\n}\n`]]
  })
  return {
    files,
    called: (message) => message.replace(/`(\w+\.r\d+)`/g, (all, name) => (own.has(name) ? `\`${own.get(name)}\`` : all)),
  }
}

/** Returns a host for comparison, without the names of parameters. */
function placeOf(host: string): string {
  return host.replace(/^\{[^}]*\}/, '*')
}

const PLAIN = /^(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)$/

/** `GET` covers `HEAD`. */
function methodsText(methods: readonly string[] | null): string {
  if (methods === null) return 'ANY'
  const named = methods.includes('GET') ? methods.filter((method) => method !== 'HEAD') : methods
  return named.map((method) => (PLAIN.test(method) ? method : JSON.stringify(method))).join(', ')
}

function hostsText(hosts: readonly string[]): string {
  return hosts.map((host) => JSON.stringify(host)).join(', ')
}

/** Removes the routes with errors. Of two ambiguous ones, one has the error. */
function without(
  blocks: readonly Block[],
  errors: readonly Diagnostic[],
  lines: ReadonlyMap<number, string>,
  leftOut: string[],
): readonly Block[] {
  const bad = new Map<string, string>()
  for (const { span, related, message } of errors) {
    // The error may be at the existing route of the pair.
    const [place] = [span, ...related.map((other) => other.span)].flatMap((at) =>
      at.source.name === FILE ? (lines.get(positionAt(at.source, at.start).line) ?? []) : [],
    )
    if (place !== undefined && !bad.has(place)) bad.set(place, message)
  }
  if (bad.size === 0)
    throw new Error(`the draft has errors, which is a bug in iap: ${errors.map(({ message }) => message).join('; ')}`)
  leftOut.push(...[...bad].map(([place, message]) => `\`${place}\`: ${message}`))
  return blocks
    .filter(({ name }) => !bad.has(name))
    .map((block) => ({ ...block, routes: block.routes.filter(({ name }) => !bad.has(`${block.name}.${name}`)) }))
}
