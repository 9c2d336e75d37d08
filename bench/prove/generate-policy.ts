/** A policy whose invariants are proved: rules with conditions, some on one route, some on a service or a label. The same sizes give the same text. */
import { randomFrom } from '../random.ts'

export interface Size {
  readonly rules: number
  readonly routes: number
  readonly invariants: number
}

const GROUPS = 40

export function provablePolicy({ rules, routes, invariants }: Size): string {
  const random = randomFrom(rules + routes)
  const below = (most: number) => random.int(most)
  const pick = <T>(from: readonly T[]) => random.pick(from)
  const services = Math.ceil(routes / 10)
  const routeOf = (at: number) => `s${Math.floor(at / 10)}.r${at % 10}`
  const group = () => `"g${below(GROUPS)}"`
  const clauses = [
    () => `caller.level >= ${below(10)}`,
    () => `${group()} in caller.groups`,
    () => `sets.intersects(caller.groups, [${group()}, ${group()}, ${group()}])`,
    () => 'params.id == caller.sub',
    () => `params.id.startsWith("${pick(['a', 'b', 'ab', 'team-', 'team-x'])}")`,
    () => `body.amount < ${10 * below(100)}`,
    () => `body.amount >= ${10 * below(100)} && body.kind != "${pick(['new', 'old', 'lost'])}"`,
    () => `body.kind in ["new", "${pick(['old', 'lost'])}"]`,
    () => 'has(body.note) && body.note.contains("urgent")',
    () => `request.time.getHours("Europe/Berlin") < ${8 + below(12)}`,
    () => `caller.?region.orValue("eu") == "${pick(['eu', 'us', 'asia'])}"`,
    () => `cidr("10.${below(8)}.0.0/16").containsIP(source.ip)`,
  ]
  const rule = (at: number) => {
    const routed =
      at % 50 === 7 ? `s${below(services)}.*` : at % 100 === 13 ? `label ${pick(['money', 'personal'])}` : routeOf(at % routes)
    const when = Array.from({ length: 1 + below(3) }, () => `  when ${pick(clauses)()}`).join('\n')
    if (at % 7 === 3)
      return `forbid f${at}\n  on ${routed}\n  to staff\n${when}\n  unless mfa within ${1 + below(60)}m\n  because "No."`
    return `permit p${at}\n  on ${routed}\n  to ${pick(['staff', 'manager', 'clerk'])}\n${when}`
  }
  const invariant = (at: number) =>
    [
      `invariant i${at} on * denied when caller is anonymous`,
      `invariant i${at} on label money permitted only when caller is staff && (caller.level >= 0 || size(caller.groups) > 0 || caller is manager || body.amount < 990 || params.id == caller.sub || has(body.note) || caller.level < 0)`,
      `invariant i${at} on s${at % services}.* denied when caller is manager && caller.level < 5 && body.amount > ${900 + at}`,
      `invariant i${at} on ${routeOf(at % routes)} permitted only when caller is staff`,
      `invariant i${at} on s${at % services}.* permitted when caller is manager && body.amount == ${at}`,
    ][at % 5]
  return `identity staff via oidc { sub: string, groups: set<string>, level: int, region?: "eu" | "us" | "asia" }
role manager of staff when "managers" in caller.groups && caller.level > 5
role clerk of staff when caller.level <= 5
label money
label personal
${Array.from(
  { length: services },
  (_, service) => `service s${service} at "s${service}.test" {
${Array.from({ length: 10 }, (_, at) => `  route r${at} POST "/r${at}/{id}" body { amount: int, kind: "new" | "old" | "lost", note?: string } is ${['money', 'personal'][at % 2]}`).join('\n')}
}`,
).join('\n')}
${Array.from({ length: rules }, (_, at) => rule(at)).join('\n')}
${Array.from({ length: invariants }, (_, at) => invariant(at)).join('\n')}
`
}
