/** What the compiler makes of the policy: its syntax tree, its intermediate representation, its code. */
import { element } from '../element.ts'
import { uriOf } from '../project.ts'
import { codeBlock, type Panel, type PanelContext } from './panel.ts'

/** Maximum characters that are shown: browsers lay out longer texts slowly. */
const LONGEST = 400_000

export function treePanel(context: PanelContext): Panel {
  return textPanel('tree', 'Tree', 'Syntax tree', async () => {
    const { open } = context.project
    if (!open.endsWith('.iap')) return 'The file in view is not a policy.'
    return (await context.run('iap.syntaxTree', { uri: uriOf(open) })).text
  })
}

export function irPanel(context: PanelContext): Panel {
  const optimized = element('input', { type: 'checkbox', id: 'optimized', checked: true })
  optimized.addEventListener('change', () => context.again())
  const tools = element('p', { class: 'toolbar' }, optimized, element('label', { for: 'optimized' }, 'after all passes'))
  return textPanel(
    'ir',
    'IR',
    'Intermediate representation',
    async () => (await context.run('iap.intermediate', { optimized: optimized.checked })).text,
    tools,
  )
}

export function javaScriptPanel(context: PanelContext): Panel {
  return textPanel(
    'javascript',
    'JavaScript',
    'Emitted JavaScript',
    async () => (await context.run('iap.emittedJavaScript')).text,
  )
}

function textPanel(
  id: string,
  title: string,
  label: string,
  read: () => Promise<string>,
  ...tools: readonly HTMLElement[]
): Panel {
  const body = element('div')
  let shown: string | null = null
  return {
    id,
    title,
    element: element('div', { class: 'text-panel' }, ...tools, body),
    async refresh() {
      const text = await read()
      if (text === shown) return
      shown = text
      const cut = text.length > LONGEST ? `${text.slice(0, LONGEST)}\n… and ${text.length - LONGEST} characters more` : text
      body.replaceChildren(codeBlock(cut, label))
    },
  }
}
