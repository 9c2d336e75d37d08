/** Large policies, each with much of one thing. The same sizes give the same text. */

const STAFF = 'identity staff via oidc { sub: string, groups: set<string>, level: int }'
const ONE_ROUTE = 'service s at "s.test" { route r GET "/r" }'
const ROUTES_OF_A_SERVICE = 10

/** Roles by groups, and routes of which each has a permit for one of the roles. */
export function rolesAndRoutes(roles: number, routes: number): string {
  return lines([
    STAFF,
    ...times(roles, (at) => `role r${at} of staff when "g${at}" in caller.groups`),
    servicesFor(routes),
    ...times(routes, (at) => `permit p${at} on ${routeName(at)} to r${at % roles} when caller.level >= ${at % 7}`),
  ])
}

/** Services with a host, a route and a permit each. */
export function manyServices(services: number): string {
  return lines([
    STAFF,
    ...times(services, (at) => `service s${at} at "s${at}.test" { route r GET "/r" }`),
    ...times(services, (at) => `permit p${at} on s${at}.r to staff when caller.level >= ${at % 7}`),
  ])
}

/** Rules with a route each, and two tests of each rule: a caller that it permits, and one whose level is too low. */
export function testedRules(rules: number): string {
  const test = (at: number, level: number, expected: string) => `test "${expected} ${at}" {
  as staff { sub: "a", groups: ["g${at}"], level: ${level} }
  GET "https://s${Math.floor(at / ROUTES_OF_A_SERVICE)}.test/r${at % ROUTES_OF_A_SERVICE}"
  expect ${expected}
}`
  return lines([
    STAFF,
    servicesFor(rules),
    ...times(
      rules,
      (at) => `permit p${at} on ${routeName(at)} to staff when caller.level >= ${at % 7} && "g${at}" in caller.groups`,
    ),
    ...times(rules, (at) => lines([test(at, at % 7, `permit by p${at}`), test(at, (at % 7) - 1, 'deny')])),
  ])
}

/** A condition of one chain of operands, which compare one text, or ask for one group each. */
export function longChain(operands: number, operator: '&&' | '||', about: 'sub' | 'groups'): string {
  const operand = (at: number) => (about === 'sub' ? `caller.sub != "u${at}"` : `"g${at}" in caller.groups`)
  return lines([STAFF, ONE_ROUTE, `permit p on s.r to staff when ${times(operands, operand).join(`\n  ${operator} `)}`])
}

/** Routes of services, and forbids on all of them that each read a header. */
export function headerForbids(routes: number, forbids: number): string {
  return lines([
    STAFF,
    servicesFor(routes),
    ...times(routes, (at) => `permit p${at} on ${routeName(at)} to staff when caller.level >= ${at}`),
    ...times(
      forbids,
      (at) => `forbid f${at} on * when request.headers[?"x-h${at}"].orValue("") == "bad" because "The header ${at} says so."`,
    ),
  ])
}

/** A permit for the addresses in one of many networks. */
export function manyNetworks(networks: number): string {
  const network = (at: number) => `cidr("10.${at >> 8}.${at & 255}.0/28")`
  const all = times(networks, network).join(',\n  ')
  return lines([STAFF, ONE_ROUTE, `permit p on s.r to staff when [${all}].exists(one, one.containsIP(source.ip))`])
}

/** Roles of which each but the first asks for the one before it, and a permit for the last. */
export function roleChain(roles: number): string {
  return lines([
    STAFF,
    ONE_ROUTE,
    'role r0 of staff when "g0" in caller.groups',
    ...times(roles - 1, (at) => `role r${at + 1} of staff when caller is r${at} || "g${at + 1}" in caller.groups`),
    `permit p on s.r to r${roles - 1}`,
  ])
}

/** Roles that ask for nothing of each other, and a permit for each on one route. */
export function manyRoles(roles: number): string {
  return lines([
    STAFF,
    ONE_ROUTE,
    ...times(roles, (at) => `role r${at} of staff when "g${at}" in caller.groups`),
    ...times(roles, (at) => `permit p${at} on s.r to r${at}`),
  ])
}

function servicesFor(routes: number): string {
  const route = (at: number) => `  route r${at} GET "/r${at}"`
  const own = times(ROUTES_OF_A_SERVICE, route)
  return lines(times(Math.ceil(routes / ROUTES_OF_A_SERVICE), (at) => lines([`service s${at} at "s${at}.test" {`, ...own, '}'])))
}

function routeName(at: number): string {
  return `s${Math.floor(at / ROUTES_OF_A_SERVICE)}.r${at % ROUTES_OF_A_SERVICE}`
}

function times(count: number, each: (at: number) => string): readonly string[] {
  return Array.from({ length: count }, (_, at) => each(at))
}

function lines(all: readonly string[]): string {
  return `${all.join('\n')}\n`
}
