/** An explanation as text. */
import { displayed } from '../../../language/diagnostics/display.ts'
import { answerInWords } from '../../../runtime/abi/index.ts'
import type { TracedJson } from './explain-traced.ts'
import type { ExplainedClause, ExplainedRule, ExplanationJson, NearestRoutes } from './explanation-json.ts'
import type { PlaceJson } from './place-json.ts'

/** Functions that format a text for output, such as in bold or in a color. */
export type TextStyle = Readonly<Record<'bold' | 'dim' | 'red' | 'green' | 'yellow', (text: string) => string>>

/** Without the sources, the unknown parts are absent. */
type ShownRule = TracedJson['rules'][number] & Partial<Pick<ExplainedRule, 'to' | 'missingRoles' | 'place'>>
type ShownClause = ShownRule['clauses'][number] & Partial<Pick<ExplainedClause, 'error' | 'reads'>>

/**
 * Formats an explanation as lines of text. A rule whose `to` does not match the caller is followed by the roles that the caller
 * lacks, each other rule by its clauses.
 */
export function showExplanation(explanation: ExplanationJson | TracedJson, style: TextStyle): string {
  const { answer, missing, rules, nearest } = explanation
  const mark = answer.effect === 'permit' ? style.green('✓') : style.red('✗')
  const words = displayed(answerInWords(answer, { headers: [], limit: null, shadow: null }))
  const route = answer.route === null ? '' : `  on ${answer.route}`
  const id = answer.id === undefined ? '' : `  ${style.dim(`id ${displayed(answer.id)}`)}`
  const lines = [`${mark} ${style.bold(words)}${route}${id}`]
  const because = answer.rules.length > 0 && answer.reason !== null ? [`  because ${JSON.stringify(answer.reason)}`] : []
  lines.push(...because.map(displayed))
  if (missing.length > 0)
    lines.push(`  ${missing.map((name) => `\`${name}\``).join(', ')} never arrived, and a rule on the route reads it`)
  if (answer.shadow.length > 0) lines.push(`  shadow rules that would have changed it: ${answer.shadow.join(', ')}`)
  for (const rule of rules) lines.push(...ruleLines(rule, style))
  if (nearest !== null) lines.push(...nearestLines(nearest, rules, style))
  if ('nearestRoutes' in explanation) lines.push(...routeLines(explanation.nearestRoutes, style))
  return `${lines.join('\n')}\n`
}

function routeLines(nearest: NearestRoutes | null, style: TextStyle): readonly string[] {
  if (nearest === null) return []
  const { differs, routes } = nearest
  const more = routes.length === 0 ? '' : `; the nearest ${routes.length === 1 ? 'route' : 'routes'}:`
  const head = `  ${differing[differs]}${more}`
  const lines = routes.map(({ route, methods, hosts, path, place }) => {
    const url = `${hosts.join(', ')}${path}`
    return `      ${style.bold(route)}  ${methods?.join(', ') ?? 'any method'}  ${oneLine(url)}${behind(place, style)}`
  })
  return [head, ...lines]
}

const differing: Readonly<Record<NearestRoutes['differs'], string>> = {
  host: 'no service is at this host',
  path: 'no route at this host has this path',
  method: 'no route with this path has this method',
}

/**
 * Formats the permit that a refused request is nearest to and what it lacks, or the routes that it is nearest to. The text is
 * empty if there are none.
 */
export function showNearest({ nearest, nearestRoutes, rules }: ExplanationJson, style: TextStyle): string {
  if (nearestRoutes !== null && nearestRoutes.routes.length > 0) return `${routeLines(nearestRoutes, style).join('\n')}\n`
  if (nearest === null) return ''
  const rule = rules.find(({ rule: name }) => name === nearest.permit)
  return `${[...nearestLines(nearest, rules, style), ...roleLines(rule?.missingRoles, style)].join('\n')}\n`
}

function ruleLines(rule: ShownRule, style: TextStyle): readonly string[] {
  const name = `${rule.shadow ? 'shadow ' : ''}${rule.effect} ${style.bold(rule.rule)}`
  const said = `${ruleWords[rule.outcome]}${rule.decides ? ', decides' : ''}`
  const to = rule.outcome === 'not-in-play' ? `: it is to ${rule.to?.join(', ')}` : ''
  const head = `  ${ruleMark(rule, style)} ${name}  ${said}${to}${behind(rule.place, style)}`
  if (rule.outcome !== 'not-in-play') return [head, ...rule.clauses.flatMap((clause) => clauseLines(clause, style))]
  return [head, ...roleLines(rule.missingRoles, style)]
}

function roleLines(roles: ShownRule['missingRoles'], style: TextStyle): readonly string[] {
  return (roles ?? []).flatMap(({ role, text, place, reads }) => [
    `      ${style.red('✗')} role ${role} when ${oneLine(text)}${behind(place, style)}`,
    ...readsLines(reads, style),
  ])
}

const ruleWords: Readonly<Record<ExplainedRule['outcome'], string>> = {
  holds: 'holds',
  fails: 'does not hold',
  unmet: 'holds but for what it requires',
  errs: 'could not be evaluated',
  open: 'waits for the body',
  'not-in-play': 'not in play',
  unknown: 'cannot be told',
}

/** Marks whether the rule holds, in the color of its effect. */
function ruleMark({ effect, outcome }: ShownRule, style: TextStyle): string {
  if (outcome === 'holds') return effect === 'permit' ? style.green('✓') : style.red('✓')
  if (outcome === 'unknown') return style.yellow('?')
  if (outcome === 'errs') return style.yellow('!')
  return style.dim(outcome === 'fails' || outcome === 'unmet' ? '✗' : '·')
}

function clauseLines(clause: ShownClause, style: TextStyle): readonly string[] {
  const { outcome, error = null, reads = [], place } = clause
  const head = `      ${clauseMark(outcome, style)} ${clauseText(clause)}${behind(place, style)}`
  const erred = error === null ? [] : [`          ${error.kind} at ${oneLine(error.text)}  ${style.dim(placeText(error.place))}`]
  return [head, ...erred, ...readsLines(reads, style)]
}

function readsLines(reads: ExplainedClause['reads'], style: TextStyle): readonly string[] {
  const paths = reads.map(({ path, ...read }) =>
    'value' in read ? `${oneLine(path)} = ${valueText(read.value)}` : oneLine(path),
  )
  return paths.length === 0 ? [] : [`          ${style.dim(`reads ${paths.join(', ')}`)}`]
}

/** Returns the clause as the rule writes it, as far as it is an expression. */
function clauseText({ clause, name, text }: ShownClause): string {
  if (clause === 'header') return `header ${JSON.stringify(name)} = ${oneLine(text)}`
  return `${clause}${clause === 'limit' ? ' by' : ''} ${oneLine(text)}`
}

function clauseMark(outcome: ExplainedClause['outcome'], style: TextStyle): string {
  const marks = {
    true: style.green('✓'),
    false: style.red('✗'),
    error: style.yellow('!'),
    open: '?',
    'not-evaluated': style.dim('·'),
    unknown: style.yellow('?'),
  }
  return marks[outcome]
}

function nearestLines(
  { permit, to, clauses, forbids }: NonNullable<TracedJson['nearest']>,
  rules: readonly ShownRule[],
  style: TextStyle,
): readonly string[] {
  const { place } = rules.find(({ rule }) => rule === permit) as ShownRule
  const untrue = clauses.length === 1 ? '1 clause of it is not true' : `${clauses.length} clauses of it are not true`
  const lacks = clauses.length === 0 ? 'it holds' : untrue
  const said = to === null ? lacks : `it is to ${to.join(', ')}`
  return [
    `  nearest permit: ${style.bold(permit)}: ${said}${behind(place, style)}`,
    ...clauses.map((clause) => `      ${clauseMark(clause.outcome, style)} ${clauseText(clause)}`),
    ...(forbids.length === 0
      ? []
      : [`      and nothing is permitted while ${forbids.join(', ')} ${forbids.length === 1 ? 'holds' : 'hold'}`]),
  ]
}

function behind(place: PlaceJson | undefined, style: TextStyle): string {
  return place === undefined ? '' : `  ${style.dim(placeText(place))}`
}

function placeText({ file, start }: PlaceJson): string {
  return `${file}:${start.line}:${start.column}`
}

const LONGEST = 100

/** Policy text on one line; its span tells where it ends. */
function oneLine(text: string): string {
  return shortened(displayed(text.replace(/\s+/g, ' ')))
}

function valueText(value: unknown): string {
  return shortened(displayed(JSON.stringify(value)))
}

function shortened(text: string): string {
  const characters = [...text]
  return characters.length > LONGEST ? `${characters.slice(0, LONGEST - 1).join('')}…` : text
}
