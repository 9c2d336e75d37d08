import type { CommandResults } from '../../../language-server/index.ts'
import { element } from '../element.ts'
import { showDecision } from './explanation.ts'
import type { Panel, PanelContext } from './panel.ts'
import { RequestForm } from './request-form.ts'

/** The request with which a project begins. */
export interface RequestStart {
  /** JSON text. */
  readonly request?: string
  /** Name of a test with the request. Default: the first test. */
  readonly test?: string
}

export interface DecidePanel extends Panel {
  /** The request as JSON text; undefined if the form has none, or if it cannot be read. */
  readonly request: string | undefined
  startFrom(start: RequestStart): void
}

/** Decides the request of a form, and explains the decision clause by clause. */
export function decidePanel(context: PanelContext): DecidePanel {
  const form = new RequestForm(() => context.again())
  const result = element('div', { class: 'result' })
  /** The files whose outline the form offers. */
  let outlined: string | null = null
  /** Until the outline of a project is there. */
  let start: RequestStart | null = {}

  return {
    id: 'decide',
    title: 'Decide',
    element: element('div', {}, result, form.element),
    get request() {
      try {
        return start === null ? JSON.stringify(form.read()) : start.request
      } catch {
        return undefined
      }
    },
    startFrom(given) {
      outlined = null
      start = given
      result.replaceChildren()
    },
    async refresh() {
      const texts = JSON.stringify(context.project.files)
      if (outlined !== texts) {
        const outline = await context.run('iap.outline')
        form.offer(outline)
        outlined = texts
        if (start !== null) begin(start, outline)
        start = null
      }
      const decided = await context.run('iap.decide', { request: form.read() })
      result.replaceChildren(...showDecision(decided, context))
    },
  }

  function begin({ request, test }: RequestStart, { tests, routes }: CommandResults['iap.outline']): void {
    const found = tests.find(({ name }) => name === test) ?? tests[0]
    if (request !== undefined) form.fill(parsed(request))
    else if (found !== undefined) form.fillFromTest(found.name)
    else form.fill({ method: routes[0]?.methods[0], url: routes[0]?.url })
  }
}

/** A link may hold any text. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return {}
  }
}
