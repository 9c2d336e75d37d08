/** Policies about names: in data, of callers and of requests, and what they mean in other data. Generated policies have few of these by chance. */
import type { EvalRequest } from '../../../runtime/abi/index.ts'
import type { Random } from './random.ts'

const DECLARATIONS = `identity staff via jwt { sub: string, team?: string, groups: set<string>, codes: list<string> }
identity robot via jwt { sub: string, groups: list<string> }

type Doc = { owner: string, folder: string, deputy?: string, readers: set<string>, tags: list<string>, kind: "n1" | "n2" }
data docs: map<string, Doc>
data people: map<string, { boss: string, folders: set<string>, view: string }>
data tree: hierarchy
data groups: hierarchy

service s at "s.test" { route read GET "/items/{id}" }
`

const OF_ANYBODY = [
  'tree.within(params.id, caller.sub)',
  'tree.within(caller.sub, params.id) && groups.within("n2", caller.sub)',
  'params.id in docs && tree.within(caller.sub, docs[params.id].owner)',
  'params.id in docs && tree.within(docs[params.id].folder, "n1")',
  'params.id in docs && docs[params.id].owner == caller.sub',
  'params.id in docs && docs[params.id].folder != caller.sub',
  'params.id in docs && docs[params.id].owner in people && people[docs[params.id].owner].boss == caller.sub',
  'caller.sub in people && people[caller.sub].folders.exists(f, tree.within(params.id, f))',
  'caller.sub in people && people[caller.sub].folders.all(f, tree.within(f, params.id))',
  'params.id in docs && has(docs[params.id].deputy) && docs[params.id].deputy in people && tree.within(docs[params.id].deputy, caller.sub)',
  'caller.sub in people && people[caller.sub].boss in people && people[people[caller.sub].boss].boss in people',
  'params.id in docs && docs[params.id].readers.exists(r, tree.within(caller.sub, r))',
  'params.id in docs && docs[params.id].tags.exists(t, groups.within(docs[params.id].kind, t))',
  'params.id in docs && caller.sub in docs[params.id].readers && caller.sub in docs[params.id].tags',
  '(params.id in docs && tree.within(docs[params.id].owner, caller.sub)) || int(params.id) > 1',
  '(caller.sub in people && tree.within(people[caller.sub].view, params.id)) || int(caller.sub) > 1',
  'docs[?params.id].hasValue() || people[?caller.sub].optMap(p, tree.within(params.id, p.view)).orValue(false)',
  'caller.sub in people && int(params.id) > 0 && tree.within(people[caller.sub].view, params.id)',
]

/** Where who calls is open, and a field is of another type for each. */
const OF_EITHER = [
  'caller is staff && caller.groups.exists(g, tree.within(params.id, g))',
  'caller is robot && caller.groups.exists(g, tree.within(params.id, g))',
]

const OF_STAFF = [
  'caller.groups.exists(g, tree.within(params.id, g))',
  'caller.groups.exists(g, groups.within(g, params.id))',
  'has(caller.team) && caller.team in people && tree.within(people[caller.team].view, caller.team)',
  'has(caller.team) && groups.within(caller.sub, caller.team)',
  'caller.codes.exists(c, tree.within(caller.sub, c))',
]

export function linkedPolicy(random: Random): string {
  const rules = Array.from({ length: random.int(1, 4) }, (_, at) => {
    const staff = random.chance(0.3)
    const among = [...OF_ANYBODY, ...(staff ? OF_STAFF : OF_EITHER)]
    const parts = random.sample(among, random.int(1, 3)).map((one) => (random.chance(0.2) ? `!(${one})` : `(${one})`))
    const clauses = random.chance(0.5) ? parts.map((one) => `  when ${one}`) : [`  when ${parts.join(' || ')}`]
    return [
      `${random.chance(0.7) ? 'permit' : 'forbid'} r${at}`,
      '  on s.*',
      `  to ${staff ? 'staff' : 'staff, robot'}`,
      ...clauses,
    ].join('\n')
  })
  return [DECLARATIONS, ...rules].join('\n')
}

/** Few, so that they meet; of the last no hierarchy tells, and no map has it. */
const NAMES = ['n1', 'n2', 'n3', 'n4', '5', 'constructor', '__proto__', 'nowhere'] as const
const KNOWN = NAMES.slice(0, -1)

export function linkedRequest(random: Random): EvalRequest {
  const name = () => random.pick(NAMES)
  const names = () => random.sample(NAMES, random.int(0, 3))
  const some = <T>(make: () => T) => Object.fromEntries(random.sample(KNOWN, random.int(0, 6)).map((key) => [key, make()]))
  const hierarchy = () => {
    const order = random.sample(KNOWN, random.int(1, KNOWN.length))
    return Object.fromEntries(order.map((one, at) => [one, random.sample(order.slice(0, at), random.int(0, Math.min(at, 2)))]))
  }
  const doc = () => ({
    owner: name(),
    folder: name(),
    ...(random.chance(0.5) && { deputy: name() }),
    readers: names(),
    tags: names(),
    kind: random.pick(['n1', 'n2']),
  })
  const data = {
    docs: some(doc),
    people: some(() => ({ boss: name(), folders: names(), view: name() })),
    tree: hierarchy(),
    groups: hierarchy(),
  }
  const staff = random.chance(0.7)
  const claims = staff
    ? { sub: name(), ...(random.chance(0.5) && { team: name() }), groups: names(), codes: names() }
    : { sub: name(), groups: names() }
  const given = Object.entries(data).filter(() => random.chance(0.98))
  return {
    method: 'GET',
    url: `https://s.test/items/${name()}`,
    caller: random.chance(0.05) ? null : { identity: staff ? 'staff' : 'robot', claims },
    data: Object.fromEntries(given),
  }
}
