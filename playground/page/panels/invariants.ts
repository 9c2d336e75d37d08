import type { CommandResults } from '../../../language-server/index.ts'
import { button, element } from '../element.ts'
import { nameOf } from '../project.ts'
import { badge, codeBlock, type Panel, type PanelContext } from './panel.ts'

type Proved = CommandResults['iap.proveInvariants'][number]

const KINDS = { holds: 'ok', broken: 'bad', unknown: 'warn' } as const

/** Proves the invariants of the policy, and shows a counterexample of each that is broken. */
export function invariantsPanel(context: PanelContext): Panel {
  const summary = element('p', { class: 'headline', role: 'status' })
  const body = element('div')
  return {
    id: 'invariants',
    title: 'Invariants',
    element: element('div', {}, summary, body),
    async refresh() {
      const all = await context.run('iap.proveInvariants')
      const of = (verdict: Proved['verdict']) => all.filter((one) => one.verdict === verdict).length
      const counts = (['holds', 'broken', 'unknown'] as const).filter((verdict) => of(verdict) > 0)
      summary.replaceChildren(
        ...(all.length === 0 ? ['The files have no invariants.'] : []),
        ...counts.flatMap((verdict) => [
          badge(`${of(verdict)} ${verdict === 'holds' && of(verdict) > 1 ? 'hold' : verdict}`, KINDS[verdict]),
          ' ',
        ]),
        ...(all.length === 0 ? [] : ['for every request that there can be']),
      )
      body.replaceChildren(...[...all].sort((a, b) => rank(a) - rank(b)).map((one) => card(one, context)))
    },
  }
}

function rank({ verdict }: Proved): number {
  return ['broken', 'unknown', 'holds'].indexOf(verdict)
}

function card({ name, verdict, requests, witness, why, uri, range }: Proved, { reveal, addTest }: PanelContext): HTMLElement {
  const show = () => reveal({ name: nameOf(uri), line: range.start.line + 1, column: range.start.character + 1 })
  const head = element('p', {}, badge(verdict, KINDS[verdict]), ' ', button(name, show, { class: 'link' }))
  if (verdict === 'holds') return element('section', { class: 'card ok' }, head)
  if (witness !== null) {
    return element(
      'section',
      { class: 'card bad' },
      head,
      element('p', {}, 'This request breaks it:'),
      codeBlock(witness, `A request that breaks ${name}`),
      button('Add as a test', () => addTest(witness), { class: 'quiet' }),
    )
  }
  const tried = requests === 0 ? '' : ` No counterexample was found in ${requests} requests.`
  return element(
    'section',
    { class: 'card warn' },
    head,
    element('p', {}, `The analysis cannot decide it.${tried}`),
    element('ul', {}, ...why.map((text) => element('li', {}, element('code', {}, text)))),
  )
}
