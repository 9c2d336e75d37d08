/** The panels beside the text: which is in view, when it is refreshed, and what is shown meanwhile. */
import type { CommandResults } from '../../language-server/index.ts'
import { type Analysis, type CommandName, StoppedError } from './analysis.ts'
import { byId } from './element.ts'
import { irPanel, javaScriptPanel, treePanel } from './panels/compiled.ts'
import { decidePanel, type RequestStart } from './panels/decide.ts'
import { differencePanel } from './panels/difference.ts'
import { invariantsPanel } from './panels/invariants.ts'
import { matrixPanel } from './panels/matrix.ts'
import { anyPolicy, type Panel, type PanelContext } from './panels/panel.ts'
import { type Mark, testsPanel } from './panels/tests.ts'
import { uriOf } from './project.ts'
import { Tabs } from './tabs.ts'

/** Milliseconds without an edit before results are asked for. */
const SETTLED = 300
/** Milliseconds after which a run is shown. */
const SLOW = 250

export interface ResultsOptions extends Omit<PanelContext, 'run' | 'again'> {
  readonly analysis: Analysis
  readonly showMarks: (marks: readonly Mark[]) => void
  /** Called when the user chose another panel, or changed the request. */
  readonly changed: () => void
}

export class Results {
  readonly #options: ResultsOptions
  readonly #tabs: Tabs
  readonly #panels: readonly Panel[]
  readonly #decide: ReturnType<typeof decidePanel>
  #open: Panel
  #running = new AbortController()
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(options: ResultsOptions) {
    this.#options = options
    const again = () => {
      options.changed()
      this.soon()
    }
    const context: PanelContext = { ...options, again, run: (name, argument) => this.#run(name, argument) }
    this.#decide = decidePanel(context)
    this.#panels = [
      ...[this.#decide, testsPanel(context, options.showMarks), invariantsPanel(context), matrixPanel(context)],
      ...[differencePanel(context), treePanel(context), irPanel(context), javaScriptPanel(context)],
    ]
    this.#open = this.#decide
    this.#tabs = new Tabs(
      byId('panel-tabs'),
      () => 'panel',
      (id) => {
        this.show(id)
        options.changed()
        void this.refresh()
      },
    )
    byId('stop').addEventListener('click', () => this.#running.abort())
  }

  get panel(): string {
    return this.#open.id
  }

  get request(): string | undefined {
    return this.#decide.request
  }

  /** Shows a request, or that of a test, in the panel that decides. */
  startFrom(start: RequestStart): void {
    this.#decide.startFrom(start)
  }

  /** Brings a panel into view; the first one if there is none of that name. */
  show(id: string | undefined): void {
    this.#open = this.#panels.find((panel) => panel.id === id) ?? this.#decide
    this.#tabs.show(this.#panels, this.#open.id)
    byId('panel').setAttribute('aria-labelledby', `tab-${this.#open.id}`)
    byId('view').replaceChildren(this.#open.element)
    byId('failure').hidden = true
  }

  /** Refreshes the panel in view when no edit follows. */
  soon(): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.refresh(), SETTLED)
  }

  /** Refreshes the panel in view. Resolves when it is shown, or when a newer refresh took its place. */
  async refresh(): Promise<void> {
    clearTimeout(this.#timer)
    this.#running.abort()
    const running = new AbortController()
    this.#running = running
    const [panel, work, failure] = [this.#open, byId('work'), byId('failure')]
    const slow = setTimeout(() => {
      work.hidden = false
    }, SLOW)
    try {
      if (anyPolicy(this.#options.project) === undefined)
        throw new Error('there is no policy: add a file whose name ends with .iap')
      await panel.refresh()
      if (running !== this.#running) return
      failure.hidden = true
      panel.element.classList.remove('stale')
    } catch (error) {
      if (running !== this.#running) return
      failure.textContent = error instanceof StoppedError ? 'stopped' : (error as Error).message
      failure.hidden = false
      panel.element.classList.add('stale')
    } finally {
      clearTimeout(slow)
      if (running === this.#running) {
        work.hidden = true
        byId('panel').dataset.shown = panel.id
      }
    }
  }

  #run<Name extends CommandName>(name: Name, argument: Readonly<Record<string, unknown>> = {}): Promise<CommandResults[Name]> {
    const { analysis, project } = this.#options
    const bar = byId<HTMLProgressElement>('progress')
    bar.removeAttribute('value')
    const progress = (percent: number) => {
      bar.value = percent
    }
    const uri = uriOf(anyPolicy(project) ?? '')
    return analysis.run(name, project.files, { uri, ...argument }, { signal: this.#running.signal, progress })
  }
}
