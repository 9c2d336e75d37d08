import { groupOf, HOST, KINDS, ROLES, WRITERS } from './ward.ts'

export function writePolicy(departments: readonly string[]): ReadonlyMap<string, string> {
  return new Map([
    ['hospital.iap', COMMON],
    ...departments.map((department) => [`${department}.iap`, writeDepartment(department)] as const),
  ])
}

const COMMON = `identity staff via oidc { sub: string, groups: set<string> }

/// Records that only a chief may open.
data sealed: set<string>
`

function writeDepartment(department: string): string {
  const name = `d${department.replace('-', '_')}`
  const routes = KINDS.flatMap((kind) => [
    `  route read_${kind} GET "/${department}/${kind}/{id}"`,
    `  route write_${kind} PUT "/${department}/${kind}/{id}"`,
  ])
  const permits = ROLES.flatMap((role) =>
    KINDS.map((kind) => {
      const on = WRITERS.has(role) ? `${name}.read_${kind}, ${name}.write_${kind}` : `${name}.read_${kind}`
      return `permit ${name}_${role}_${kind}\n  on ${on}\n  to ${name}_${role}\n`
    }),
  )
  return `import { staff, sealed } from "./hospital.iap"

${ROLES.map((role) => `role ${name}_${role} of staff when "${groupOf(department, role)}" in caller.groups`).join('\n')}

service ${name} at "${HOST}" {
${routes.join('\n')}
}

${permits.join('\n')}
forbid ${name}_sealed
  on      ${name}.*
  when    params.id in sealed
  unless  caller is ${name}_chief
  because "The record is sealed."
`
}
