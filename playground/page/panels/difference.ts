import type { CommandResults } from '../../../language-server/index.ts'
import { button, element } from '../element.ts'
import { badge, codeBlock, type Panel, type PanelContext } from './panel.ts'

type Difference = CommandResults['iap.difference']
type Change = Difference['changes'][number]

const WORDS: Readonly<Record<Change['verdict'], readonly [text: string, kind: 'ok' | 'bad' | 'warn' | 'plain']>> = {
  'more-permissive': ['more permissive', 'bad'],
  incomparable: ['incomparable', 'bad'],
  unknown: ['unknown', 'warn'],
  'less-permissive': ['less permissive', 'ok'],
  other: ['other answer', 'plain'],
}

/** Shows what the files permit or refuse that an earlier version did not, each with a request. */
export function differencePanel(context: PanelContext): Panel {
  const { project } = context
  const summary = element('p', { class: 'headline', role: 'status' })
  const version = element('span', { class: 'hint' })
  const keep = button(
    'Keep this version',
    () => {
      project.snapshot(new Date())
      context.again()
    },
    { class: 'quiet', title: 'Compare later versions with the files as they are now' },
  )
  const body = element('div')
  return {
    id: 'difference',
    title: 'Difference',
    element: element('div', {}, element('p', { class: 'toolbar' }, version, keep), summary, body),
    async refresh() {
      version.textContent = `Compared with the files ${project.beforeTitle}. `
      const { changes, compared, declarations } = await context.run('iap.difference', { before: project.before })
      const { added, removed, changed } = declarations
      const pairs = compared === 1 ? '1 pair' : `${compared} pairs`
      const isEqual = changes.length === 0
      summary.replaceChildren(
        badge(isEqual ? 'equivalent' : changes.length === 1 ? '1 change' : `${changes.length} changes`, isEqual ? 'ok' : 'warn'),
        ` in ${pairs} of route and caller`,
      )
      const lines = [
        ...removed.map((what) => `− ${what}`),
        ...added.map((what) => `+ ${what}`),
        ...changed.map(({ what, before, after }) => `~ ${what}: ${before || 'nothing'} → ${after || 'nothing'}`),
      ]
      body.replaceChildren(
        ...changes.map(card),
        ...(lines.length === 0
          ? []
          : [
              element('h3', {}, 'Declarations'),
              element('ul', { class: 'list' }, ...lines.map((line) => element('li', {}, line))),
            ]),
      )
    },
  }
}

function card({ route, was, identity, verdict, mayPermitMore, why, tests }: Change): HTMLElement {
  const [text, kind] = WORDS[verdict]
  return element(
    'section',
    { class: `card ${kind}` },
    element(
      'p',
      {},
      badge(text, kind),
      ' ',
      element('code', {}, route),
      ` for ${identity ?? 'anonymous'}`,
      was === null || was === route ? '' : `, was ${was}`,
    ),
    ...(verdict === 'unknown' && !mayPermitMore ? [element('p', {}, 'It permits nothing more.')] : []),
    ...why.map((one) => element('p', {}, 'Cannot be analyzed: ', element('code', {}, one))),
    ...tests.map((test) => codeBlock(test.trimEnd(), `A request that shows the change of ${route}`)),
  )
}
