/**
 * A policy of a size, as a company of many teams would write it: a file of identities, a file of labels and of what holds for all, and a
 * file a team. It has no errors and no warnings. The same size gives the same text.
 */
import { LABELS, RULES_PER_TEAM, type Team, writeTeam } from './team.ts'

/** @param oneFile all in one file, in place of a file a team */
export function generatePolicy(rules: number, oneFile: boolean): ReadonlyMap<string, string> {
  if (rules % RULES_PER_TEAM !== 0) throw new Error(`a policy has a multiple of ${RULES_PER_TEAM} rules`)
  const count = rules / RULES_PER_TEAM
  const teams = Array.from({ length: count }, (_, at) =>
    writeTeam(at, at === count - 1 ? RULES_PER_TEAM - FOR_ALL.length : RULES_PER_TEAM),
  )
  if (oneFile) return new Map([['policy.iap', [IDENTITIES, INVENTORY, ...FOR_ALL, ...teams.map(({ text }) => text)].join('\n')]])
  return new Map([
    ['identity.iap', IDENTITIES],
    ['labels.iap', `import { staff } from "./identity.iap"\n${INVENTORY}${FOR_ALL.join('')}`],
    ...teams.map((team) => [`${team.name}.iap`, importing(team)] as const),
  ])
}

function importing({ uses, text }: Team): string {
  return `import { ${uses.identity.join(', ')} } from "./identity.iap"\nimport { ${uses.labels.join(', ')} } from "./labels.iap"\n${text}`
}

const IDENTITIES = `
identity staff via oidc, jwt {
  sub:    string
  email:  string
  groups from "cognito:groups": set<string>
  level?: int
}

identity customer via oidc {
  sub:   string
  tier:  "gold" | "plain"
  since: timestamp
}

identity partner via oauth2 { client_id: string, scope: set<string> }

role employee of staff when caller.email.endsWith("@corp.example")
role manager of staff when "managers" in caller.groups && caller is employee
`

const INVENTORY = `
${LABELS.map((name) => `/// What the inventory calls ${name}.\nlabel ${name}\n`).join('')}`

/** Rules on labels: few, and each on many routes. */
const FOR_ALL = LABELS.slice(0, 4).map(
  (label, at) => `
forbid ${label}_needs_a_second_factor
  on      label ${label} except label public
  to      staff
  unless  mfa within ${at + 1}h
  because "Sign in with a second factor."
`,
)
