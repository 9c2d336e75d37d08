/** That what an address takes from another one, or gives it, is told: every request is asked. Small here; with IAP_FULL=1 2,000 pairs. */
import { expect, it } from 'vitest'
import { type Direction, directionOf } from '../../analysis/diff/answers.ts'
import { difference, type Permissiveness } from '../../analysis/diff/index.ts'
import { Random } from '../../compiler/testing/invariants/random.ts'
import { versionOf } from './version-of.ts'

const FULL = process.env.IAP_FULL === '1'
const PAIRS = FULL ? 2_000 : 60

const TEMPLATES = [
  '/',
  '/a',
  '/a/b',
  '/{x}',
  '/a/{x}',
  '/{x}/b',
  '/{x...}',
  '/a/{x...}',
  '/{x: int}',
  '/a/{x: int}',
  '/{x}.png',
  '/a-{x}',
]
const HOSTS = ['a.test', 'b.test', '*.test']
const METHODS = ['GET', 'POST', 'ANY']
const PATHS = ['/', '/a', '/b', '/7', '/a.png', '/a-b', '/a/b', '/a/c', '/a/7', '/c/b', '/c/d', '/a/b/c', '/c/d/e', '/a/']

const requests = ['a.test', 'b.test', 'c.test'].flatMap((host) =>
  PATHS.flatMap((path) => ['GET', 'POST', 'PUT'].map((method) => ({ method, url: `https://${host}${path}` }))),
)

/** Of what a verdict says that it is somewhere. */
const SAID: Readonly<Record<Permissiveness, readonly Direction[]>> = {
  'more-permissive': ['more', 'other'],
  'less-permissive': ['less', 'other'],
  incomparable: ['more', 'less', 'other'],
  other: ['other'],
  unknown: ['more', 'less', 'other'],
}

// The full size takes longer than the default time-out.
it(`${PAIRS} random pairs`, { timeout: FULL ? 1_200_000 : 300_000 }, () => {
  const counts = { more: 0, less: 0, other: 0, unknown: 0 }
  let made = 0
  for (let seed = 1; made < PAIRS; seed++) {
    const random = new Random(seed)
    const services = randomServices(random)
    const [before, after] = [services, changed(services, random)].map(policyOf) as [string, string]
    const versions = versionsOf(before, after)
    if (versions === null) continue
    made++
    const [old, young] = versions
    const { changes } = difference(old, young)
    counts.unknown += changes.filter(({ verdict }) => verdict === 'unknown').length
    for (const request of requests) {
      const answers = [old.interpret(old.model, request), young.interpret(young.model, request)] as const
      const direction = directionOf(...answers)
      if (direction === null) continue
      counts[direction]++
      const routes = answers.map(({ route }) => route)
      const said = changes.flatMap(({ route, was, verdict }) =>
        routes.includes(route) || routes.includes(was) ? SAID[verdict] : [],
      )
      expect({ seed, before, after, request, routes, told: said.includes(direction) }).toEqual({
        seed,
        before,
        after,
        request,
        routes,
        told: true,
      })
    }
  }
  if (FULL) console.log(counts)
  for (const direction of ['more', 'less', 'other'] as const) expect(counts[direction]).toBeGreaterThan(PAIRS / 2)
})

interface Route {
  readonly name: string
  readonly host: string
  readonly method: string
  readonly template: string
  readonly rule: string | null
}

function randomServices(random: Random): readonly Route[] {
  return Array.from({ length: 1 + random.below(4) }, (_, at) => randomRoute(`r${at}`, random))
}

function randomRoute(name: string, random: Random): Route {
  const template = random.pick(TEMPLATES)
  const reads = /\{x(\.\.\.)?\}/.test(template)
  const rules = [
    null,
    'to anyone',
    'to authenticated',
    ...(reads ? ['to anyone when params.x == "b"', 'to anyone when params.x != "b"'] : []),
  ]
  return { name, host: random.pick(HOSTS), method: random.pick(METHODS), template, rule: random.pick(rules) }
}

function changed(routes: readonly Route[], random: Random): readonly Route[] {
  const at = random.below(routes.length)
  const route = routes[at] as Route
  const others = routes.filter((one) => one !== route)
  return random.pick<() => readonly Route[]>([
    () => (others.length === 0 ? [randomRoute('other', random)] : others),
    () => [...routes, randomRoute('added', random)],
    () => [...others, { ...route, name: 'renamed' }],
    () => [...others, { ...route, method: random.pick(METHODS) }],
    () => [...others, { ...route, host: random.pick(HOSTS) }],
    () => [...others, randomRoute(route.name, random)],
  ])()
}

function policyOf(routes: readonly Route[]): string {
  return routes
    .map(({ name, host, method, template, rule }) =>
      [
        `service ${name} at "${host}" { route r ${method} "${template}" }`,
        ...(rule === null ? [] : [`permit p_${name} on ${name}.r ${rule}`]),
      ].join('\n'),
    )
    .join('\n')
}

function versionsOf(before: string, after: string) {
  try {
    return [versionOf(before), versionOf(after)] as const
  } catch (error) {
    // Two routes of which each takes something that the other does not are refused.
    if (error instanceof Error && error.message.startsWith('error[IAP')) return null
    throw error
  }
}
