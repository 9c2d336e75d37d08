/** The explanation of a decision: the answer, then each rule with its clauses, then what the nearest permit lacks. */
import type { CommandResults } from '../../../language-server/index.ts'
import { button, element } from '../element.ts'
import { durationText } from './duration.ts'
import { badge, type PanelContext } from './panel.ts'

type Decided = CommandResults['iap.decide']
type Explanation = NonNullable<Decided['explanation']>
type Rule = Explanation['rules'][number]
type Clause = Rule['clauses'][number]
type NearestRoutes = NonNullable<Explanation['nearestRoutes']>

const RULE_WORDS: Readonly<Record<Rule['outcome'], string>> = {
  holds: 'holds',
  fails: 'does not hold',
  unmet: 'holds but for what it requires',
  errs: 'could not be evaluated',
  open: 'waits for the body',
  'not-in-play': 'is for other callers',
  unknown: 'unknown',
}

/** A sign, and what screen readers say for it. */
const CLAUSE_SIGNS: Readonly<Record<Clause['outcome'], readonly [sign: string, words: string, kind: string]>> = {
  true: ['✓', 'true', 'ok'],
  false: ['✗', 'false', 'bad'],
  error: ['!', 'error', 'warn'],
  open: ['?', 'waits for the body', 'plain'],
  'not-evaluated': ['·', 'not evaluated', 'plain'],
  unknown: ['?', 'unknown', 'warn'],
}

const EFFECTS: Readonly<Record<string, 'ok' | 'bad' | 'warn'>> = { permit: 'ok', challenge: 'warn', unauthenticated: 'warn' }

export function showDecision({ answer, explanation, readsSchema }: Decided, context: PanelContext): readonly HTMLElement[] {
  const { effect, route, rules, reason, code, status, challenge, obligations, errors, shadow } = answer
  const by = rules.length > 0 ? `by ${rules.join(', ')}` : effect === 'deny' ? `by ${reason ?? 'default'}` : ''
  const facts: string[] = [
    ...(code === undefined ? [] : [`${code}${status === undefined ? '' : `, status ${status}`}`]),
    ...(rules.length > 0 && reason !== null ? [`because “${reason}”`] : []),
    ...(challenge ?? []).map((unmet) => `requires ${requirementText(unmet)}`),
    ...Object.entries(obligations.headers).map(([name, value]) => `sets the header ${name}: ${String(value)}`),
    ...obligations.limits.map((limit) => `counts for the limit ${limitText(limit)}`),
    ...(explanation?.missing ?? []).map((name) => `the data ${name} never arrived, and a rule on the route reads it`),
    ...errors.map(({ rule }) => `${rule} could not be evaluated`),
    ...(shadow.length > 0 ? [`shadow rules that would have changed it: ${shadow.join(', ')}`] : []),
    ...(readsSchema ? ['the body is taken to match the JSON Schema of the route, which is not evaluated here'] : []),
  ]
  return [
    element(
      'div',
      { class: 'verdict', role: 'status' },
      element(
        'p',
        { class: 'headline' },
        badge(effect, EFFECTS[effect] ?? 'bad'),
        ` ${by}`,
        ...(route === null ? [] : [' on ', element('code', {}, route)]),
      ),
      ...(facts.length === 0 ? [] : [element('ul', { class: 'facts' }, ...facts.map((fact) => element('li', {}, fact)))]),
    ),
    ...(explanation === null || explanation.rules.length === 0 ? [] : [ruleList(explanation.rules, context)]),
    ...(explanation === null || explanation.nearest === null ? [] : [nearestPermit(explanation.nearest)]),
    ...(explanation === null || explanation.nearestRoutes === null ? [] : [nearestRoutes(explanation.nearestRoutes, context)]),
  ]
}

function ruleList(rules: readonly Rule[], context: PanelContext): HTMLElement {
  return element('ul', { class: 'rules', 'aria-label': 'Rules on the route' }, ...rules.map((rule) => ruleItem(rule, context)))
}

function ruleItem(rule: Rule, context: PanelContext): HTMLElement {
  const { outcome, decides, effect, shadow, clauses, to, missingRoles, place } = rule
  const isInPlay = outcome !== 'not-in-play'
  const words = `${RULE_WORDS[outcome]}${decides ? ', decides' : ''}${isInPlay ? '' : `: ${to.join(', ')}`}`
  return element(
    'li',
    { class: `rule ${effect}${decides ? ' decides' : ''}${isInPlay ? '' : ' aside'}` },
    element(
      'p',
      {},
      element('span', { class: 'keyword' }, `${shadow ? 'shadow ' : ''}${effect}`),
      ' ',
      placeLink(rule.rule, place, context),
      element('span', { class: 'said' }, ` ${words}`),
    ),
    ...(isInPlay && clauses.length > 0 ? [element('ul', {}, ...clauses.map(clauseItem))] : []),
    ...(missingRoles.length > 0 ? [element('ul', {}, ...missingRoles.map(roleItem))] : []),
  )
}

function clauseItem({ clause, name, text, outcome, error, reads }: Clause): HTMLElement {
  const [sign, words, kind] = CLAUSE_SIGNS[outcome]
  const keyword = clause === 'header' ? `header "${name}" =` : clause === 'limit' ? 'limit by' : clause
  return element(
    'li',
    { class: 'clause' },
    element('span', { class: `sign ${kind}`, 'aria-hidden': 'true' }, sign),
    element('code', {}, element('span', { class: 'keyword' }, keyword), ` ${text}`),
    element('span', { class: 'unseen' }, `: ${words}`),
    ...(error === null ? [] : [element('p', { class: 'reads bad' }, `${error.kind} at ${error.text}`)]),
    ...readsLine(reads),
  )
}

/** A role that the caller lacks, with its condition. */
function roleItem({ role, text, reads }: Rule['missingRoles'][number]): HTMLElement {
  const [sign, words, kind] = CLAUSE_SIGNS.false
  return element(
    'li',
    { class: 'clause' },
    element('span', { class: `sign ${kind}`, 'aria-hidden': 'true' }, sign),
    element(
      'code',
      {},
      element('span', { class: 'keyword' }, 'role'),
      ` ${role} `,
      element('span', { class: 'keyword' }, 'when'),
      ` ${text}`,
    ),
    element('span', { class: 'unseen' }, `: ${words}`),
    ...readsLine(reads),
  )
}

function readsLine(reads: Clause['reads']): readonly HTMLElement[] {
  const values = reads.map(({ path, ...read }) => ('value' in read ? `${path} = ${JSON.stringify(read.value)}` : path))
  return values.length === 0 ? [] : [element('p', { class: 'reads' }, values.join(', '))]
}

function nearestPermit({ permit, to, clauses, forbids }: NonNullable<Explanation['nearest']>): HTMLElement {
  const lacks = to === null ? (clauses.length === 0 ? 'it holds' : 'not true of it:') : `it is for ${to.join(', ')}`
  const items = [
    ...clauses.map(({ clause, text }) => element('li', {}, element('code', {}, `${clause} ${text}`))),
    ...(forbids.length === 0 ? [] : [element('li', {}, `nothing is permitted while ${forbids.join(', ')} holds`)]),
  ]
  return element(
    'div',
    { class: 'nearest' },
    element('p', {}, 'Nearest permit: ', element('strong', {}, permit), `, ${lacks}`),
    ...(items.length === 0 ? [] : [element('ul', {}, ...items)]),
  )
}

const DIFFERING: Readonly<Record<NearestRoutes['differs'], string>> = {
  host: 'No service is at this host',
  path: 'No route at this host has this path',
  method: 'No route with this path has this method',
}

function nearestRoutes({ differs, routes }: NearestRoutes, context: PanelContext): HTMLElement {
  const items = routes.map(({ route, methods, hosts, path, place }) =>
    element(
      'li',
      {},
      placeLink(route, place, context),
      ' ',
      element('code', {}, `${methods?.join(', ') ?? 'any method'} ${hosts.join(', ')}${path}`),
    ),
  )
  const more = items.length === 0 ? '.' : `. The nearest ${items.length === 1 ? 'route' : 'routes'}:`
  return element(
    'div',
    { class: 'nearest' },
    element('p', {}, `${DIFFERING[differs]}${more}`),
    ...(items.length === 0 ? [] : [element('ul', {}, ...items)]),
  )
}

/** A name that shows its place in the editor. */
function placeLink(name: string, { file, start }: Rule['place'], { reveal }: PanelContext): HTMLElement {
  const show = () => reveal({ name: file, line: start.line, column: start.column })
  return button(name, show, { class: 'link', title: `${file}:${start.line}` })
}

function requirementText({ what, values, within }: NonNullable<Decided['answer']['challenge']>[number]): string {
  const which = what === 'acr' ? `acr ${values.join(' or ')}` : what
  return within === null ? which : `${which} within ${durationText(within)}`
}

function limitText({ rule, count, per, key }: Decided['answer']['obligations']['limits'][number]): string {
  return `of ${rule}: ${count} in ${durationText(per)}${key === null ? '' : `, for ${key}`}`
}
