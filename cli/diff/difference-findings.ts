import type { Change, Difference } from '../../analysis/diff/index.ts'
import type { CheckedPaths } from '../../compiler/project/index.ts'
import type { Span } from '../../language/index.ts'
import type { Finding } from '../formats/finding.ts'
import { callerText, rulesOf, verdictText } from './words.ts'

/**
 * Returns a finding for each change, at the rule of NEW that decides the example request, or at the route.
 *
 * @param after the newer policy
 * @param isForbidden whether changes that may permit more are errors
 */
export function differenceFindings({ changes }: Difference, after: CheckedPaths, isForbidden: boolean): readonly Finding[] {
  const placeOf = places(after)
  return changes.map((change): Finding => {
    const { route, identity, verdict, mayPermitMore, why, witnesses } = change
    return {
      code: verdict,
      severity: mayPermitMore ? (isForbidden ? 'error' : 'warning') : 'notice',
      message: `${verdictText(change)}: \`${route}\` for ${callerText(identity)}`,
      help: [...why.map((one) => `cannot be analyzed: ${one}`), ...witnesses.map(({ test }) => test.trimEnd())].join('\n'),
      span: placeOf(change),
    }
  })
}

function places({ model, sources, seen }: CheckedPaths): (change: Change) => Span {
  const rules = new Map(model?.rules.map(({ name, declaration }) => [name, declaration.name.span]))
  const routes = new Map(model?.routes.map(({ name, place }) => [name, place]))
  // A route that NEW no longer has is reported at the beginning of its first file.
  const [source = { name: '', text: '' }] = sources
  return (change) => {
    const rule = rulesOf(change).after.find((name) => rules.has(name))
    return seen(rules.get(rule ?? '') ?? routes.get(change.route) ?? { source, start: 0, end: 0 })
  }
}
