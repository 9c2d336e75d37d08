/**
 * What one team writes: two services, what their conditions need, and rules of many kinds in turn. Half of them are short; together they
 * are as dense as the policies of `examples/`, which have 7 nodes of expressions and 130 characters a rule.
 */

/** How many rules a team has; one may have a few less. */
export const RULES_PER_TEAM = 50
/** Resources of its services; each has a route to list, read, make, change and remove. */
const RESOURCES = ['orders', 'invoices', 'tickets', 'reports']

/** The labels of the company's inventory. */
export const LABELS = ['pii', 'money', 'health', 'internal', 'public']

export interface Team {
  readonly name: string
  readonly text: string
  /** Names of the shared files that the text uses. */
  readonly uses: { readonly identity: readonly string[]; readonly labels: readonly string[] }
}

/** The declarations of a team; every name that it declares bears its number, so that all can stand in one file. */
export function writeTeam(index: number, rules: number): Team {
  const name = `t${String(index).padStart(3, '0')}`
  const parts = [
    types(name),
    data(name),
    roles(name),
    defs(name),
    ...['desk', 'back'].map((side) => service(name, side)),
    health(name),
    ...Array.from({ length: rules - 1 }, (_, rule) => writeRule(name, rule)),
    closing(name),
  ]
  return {
    name,
    text: parts.join('\n'),
    uses: { identity: ['staff', 'customer', 'partner', 'employee', 'manager'], labels: LABELS },
  }
}

function types(team: string): string {
  return `
type ${team}_item = { sku: string, price: int, quantity: int, tags: set<string>, note?: string }

type ${team}_order = {
  reference: string
  currency:  "EUR" | "USD" | "GBP"
  amount:    int
  items:     list<${team}_item>
  ship_to:   { city: string, country: string, zip?: string }
  due?:      timestamp
}
`
}

function data(team: string): string {
  return `
/// Which customers somebody of ${team} looks after.
data ${team}_assigned: map<string, set<string>>
data ${team}_owners: map<string, { owner: string, grade: int, closed?: bool }>
data ${team}_offices: list<cidr>
`
}

function roles(team: string): string {
  return `
/// Whoever answers for ${team}.
role ${team}_lead of staff when "${team}-leads" in caller.groups && has(caller.level) && caller.level >= 3
role ${team}_agent of staff when "${team}" in caller.groups || caller is ${team}_lead
role ${team}_keeper of staff when size(${team}_assigned[?caller.sub].orValue([])) > 0
role ${team}_machine of partner when "${team}:read" in caller.scope && !caller.client_id.startsWith("test-")
`
}

function defs(team: string): string {
  return `
def ${team}_owns(who: string, id: string): bool =
  id in ${team}_owners && ${team}_owners[id].owner == who && !${team}_owners[id].?closed.orValue(false)

def ${team}_small(items: list<${team}_item>, limit: int): bool =
  items.all(item, item.price <= limit && item.quantity < 100)
`
}

function service(team: string, side: string): string {
  const lines = RESOURCES.flatMap((resource, at) => {
    const [list, one] = [`"/${resource}"`, `"/${resource}/{id}"`]
    const label = LABELS[at % 4]
    return [
      `  route list_${resource} GET ${list} query { customer: string, page?: int, state?: "open" | "closed" } is ${label}`,
      `  route read_${resource} GET ${one} is ${label}`,
      `  route make_${resource} POST ${list} body ${team}_order is ${label}`,
      `  route change_${resource} PUT, PATCH ${one} body ${team}_order is ${label}`,
      `  route remove_${resource} DELETE ${one} is ${label}`,
    ]
  })
  return `
service ${team}_${side} at "${side}.${team}.example", "*.${side}.${team}.example" {
  route health GET "/healthz" is public
${lines.join('\n')}
}
`
}

function health(team: string): string {
  return `
permit ${team}_health_is_open
  on ${team}_desk.health, ${team}_back.health
  to anyone
`
}

/** A rule; `at` says of which kind and on which resource it is. */
function writeRule(team: string, at: number): string {
  const kind = KINDS[at % KINDS.length] as (place: Place) => string
  const round = Math.floor(at / KINDS.length)
  const service = `${team}_${round % 2 === 0 ? 'desk' : 'back'}`
  return `\n${kind({ team, service, resource: RESOURCES[round % RESOURCES.length] as string, name: `${team}_r${at}`, at })}\n`
}

interface Place {
  readonly team: string
  readonly service: string
  readonly resource: string
  readonly name: string
  readonly at: number
}

const KINDS: readonly ((place: Place) => string)[] = [
  ({ team, service, name, at }) => `permit ${name}
  on   ${service}.* except ${service}.health
  to   ${team}_lead
  when request.path.size() < ${1000 + at}`,

  ({ team, service, resource, name }) => `permit ${name}
  on ${service}.read_${resource}
  to ${team}_lead, ${team}_machine`,

  ({ team, service, resource, name }) => `/// Those who look after a customer see what the customer has.
permit ${name}
  on   ${service}.list_${resource}
  to   ${team}_keeper, ${team}_agent
  when query.customer in ${team}_assigned[?caller.sub].orValue([])
  when !has(query.page) || query.page < 100`,

  ({ service, resource, name }) => `permit ${name}
  on ${service}.list_${resource}, ${service}.read_${resource}
  to manager`,

  ({ team, service, resource, name }) => `permit ${name}
  on   ${service}.read_${resource}
  to   ${team}_agent, customer
  when ${team}_owns(caller.sub, params.id)`,

  ({ team, service, resource, name }) => `permit ${name}
  on ${service}.change_${resource}
  to ${team}_lead`,

  ({ team, service, resource, name, at }) => `permit ${name}
  on      ${service}.make_${resource}
  to      ${team}_agent
  when    body.amount <= ${1000 + at} && body.currency == "EUR"
  when    ${team}_small(body.items, ${500 + at})
  unless  has(body.due) && body.due < request.time
  require mfa within 30m
  limit   20 per 1h by caller.sub`,

  ({ service, resource, name }) => `forbid ${name}
  on      ${service}.remove_${resource}
  unless  mfa within 10m
  because "Removing needs a fresh second factor."`,

  ({ service, resource, name, at }) => `permit ${name}
  on     ${service}.change_${resource}
  to     manager
  when   has(caller.level) && caller.level >= ${3 + (at % 4)}
  header "x-${service.replaceAll('_', '-')}-${resource}-tier" = body.amount > 10000 ? "gold" : "plain"`,

  ({ service, resource, name }) => `permit ${name}
  on      ${service}.remove_${resource}
  to      employee
  require auth within 2h`,

  ({ team, service, resource, name }) => `permit ${name}
  on   ${service}.read_${resource}, ${service}.list_${resource}
  to   ${team}_machine
  when ${team}_offices.exists(range, range.containsIP(source.ip)) || connection.?mtls.?path.orValue("") == "/ns/${team}/sa/export"`,

  ({ team, service, resource, name }) => `permit ${name}
  on   ${service}.read_${resource}
  to   partner
  when "${team}:${resource}" in caller.scope`,

  ({ service, resource, name }) => `permit ${name}
  on     ${service}.remove_${resource}
  to     customer, employee
  when   caller is customer ? caller.tier == "gold" : caller.sub.matches("^[a-z]{2,20}$")
  when   "x-request-reason" in request.headers && request.headers["x-request-reason"].trim().size() >= 5
  require auth within 1h`,

  ({ service, resource, name }) => `forbid ${name}
  on      ${service}.list_${resource}
  when    has(query.page) && query.page > 1000
  because "There are no more than a thousand pages."`,

  ({ team, service, resource, name }) => `forbid ${name}
  on      ${service}.remove_${resource}, ${service}.change_${resource}
  when    params.id in ${team}_owners && ${team}_owners[params.id].grade > 3
  unless  caller is ${team}_lead
  because "What is graded is changed by a lead of ${team}."`,

  ({ service, resource, name }) => `permit ${name}
  on   ${service}.make_${resource}
  to   partner
  when cidr("192.0.2.0/24").containsIP(source.ip)`,

  ({ service, resource, name, at }) => `forbid ${name}
  on      ${service}.make_${resource}
  when    request.time.getHours("Europe/Berlin") < ${5 + (at % 3)} || request.time.getDayOfWeek("Europe/Berlin") == 0
  because "Opens in the morning."`,

  ({ service, resource, name }) => `permit ${name}
  on   ${service}.change_${resource}
  to   customer
  when params.id == caller.sub`,

  ({ service, resource, name, at }) => `shadow forbid ${name}
  on      ${service}.read_${resource}, ${service}.list_${resource}
  unless  cidr("10.${at}.0.0/16").containsIP(source.ip) || cidr("2001:db8:${at}::/48").containsIP(source.ip)
  because "Tried out: only from our networks."`,

  ({ service, resource, name }) => `forbid ${name}
  on      ${service}.change_${resource}
  to      partner
  because "Partners change nothing."`,

  ({ service, resource, name }) => `forbid ${name}
  on      ${service}.make_${resource}, ${service}.change_${resource}
  when    body.items.exists(item, "fragile" in item.tags && !has(item.note))
  when    body.ship_to.country in ["DE", "AT", "CH"] && body.ship_to.?zip.orValue("").size() != 5
  because "What is fragile needs a note and an address."`,

  ({ team, service, resource, name }) => `permit ${name}
  on ${service}.make_${resource}
  to ${team}_lead`,

  ({ service, resource, name, at }) => `permit ${name}
  on   ${service}.list_${resource}
  to   customer
  when query.customer == caller.sub && query.?state.orValue("open") != "closed"
  when caller.since + duration("${at + 1}h") < request.time`,

  ({ service, resource, name }) => `permit ${name}
  on ${service}.list_${resource}
  to employee`,

  ({ team, service, resource, name }) => `forbid ${name}
  on      ${service}.* except ${service}.health, ${service}.list_${resource}
  to      ${team}_machine
  unless  connection.?mtls.?trust_domain.orValue("") == "prod.example"
  because "Machines come through the mesh."`,

  ({ service, resource, name }) => `permit ${name}
  on ${service}.read_${resource}
  to employee`,

  ({ team, service, resource, name }) => `permit ${name}
  on ${service}.remove_${resource}
  to ${team}_lead`,

  ({ service, resource, name }) => `forbid ${name}
  on      ${service}.make_${resource}
  to      customer
  because "Customers order in the shop."`,

  ({ service, resource, name }) => `permit ${name}
  on   ${service}.list_${resource}
  to   customer
  when has(query.state) && query.state == "closed"`,
]

function closing(team: string): string {
  return `
invariant ${team}_is_no_strangers
  on ${team}_desk.* except ${team}_desk.health
  denied when caller is anonymous

test "${team}: an agent reads what is theirs" {
  as staff { sub: $who, email: "a@elsewhere.example", "cognito:groups": ["${team}"] }
  authenticated by mfa 5m ago
  GET "https://desk.${team}.example/orders/7"
  data ${team}_offices: []
  data ${team}_owners: { "7": { owner: "ann", grade: 1 } }
  at timestamp("2026-03-02T09:00:00Z") from "10.9.2.3"
  expect $effect
  cases {
    "the owner":     { who: "ann", effect: "permit" }
    "somebody else": { who: "bob", effect: "deny" }
  }
}
`
}
