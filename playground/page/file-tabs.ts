import { askConfirmation, askText } from './dialogs.ts'
import type { Problems } from './editor/editors.ts'
import { button, byId } from './element.ts'
import type { Place } from './panels/panel.ts'
import type { Project } from './project.ts'
import { Tabs } from './tabs.ts'

export interface FileTabsOptions {
  readonly project: Project
  readonly isReadOnly: boolean
  /** By file name. */
  readonly problems: ReadonlyMap<string, Problems>
  readonly reveal: (place: Place) => void
}

/** The tabs of the files, what can be done with them, and the problems below the text. */
export class FileTabs {
  readonly #project: Project
  readonly #problems: ReadonlyMap<string, Problems>
  readonly #tabs: Tabs

  readonly #reveal: (place: Place) => void

  constructor({ project, isReadOnly, problems, reveal }: FileTabsOptions) {
    this.#project = project
    this.#reveal = reveal
    this.#problems = problems
    this.#tabs = new Tabs(
      byId('file-tabs'),
      () => 'editor',
      (name) => {
        project.open = name
      },
    )
    byId('file-tools').hidden = isReadOnly
    byId('add-file').addEventListener('click', () => void this.#add())
    byId('rename-file').addEventListener('click', () => void this.#rename())
    byId('delete-file').addEventListener('click', () => void this.#delete())
  }

  show(): void {
    const { files, open, isFull } = this.#project
    const items = files.map(({ name }) => {
      const { errors = 0, warnings = 0 } = this.#problems.get(name) ?? {}
      const note = [countOf(errors, 'error'), countOf(warnings, 'warning')].filter((text) => text !== '').join(', ')
      return { id: name, title: name, isBad: errors > 0, ...(note !== '' && { note }) }
    })
    this.#tabs.show(items, open)
    byId<HTMLButtonElement>('add-file').disabled = isFull
    byId<HTMLButtonElement>('delete-file').disabled = files.length < 2
    byId('editor').setAttribute('aria-label', `Text of ${open}`)
    this.#showProblems()
  }

  #showProblems(): void {
    const names = this.#project.files.map(({ name }) => name)
    const all = names.map((name) => ({ name, ...(this.#problems.get(name) ?? NONE) }))
    const [errors, warnings] = [sum(all.map((one) => one.errors)), sum(all.map((one) => one.warnings))]
    const text = [countOf(errors, 'error'), countOf(warnings, 'warning')].filter((part) => part !== '').join(', ')
    const worst = all.find((one) => one.errors > 0) ?? all.find(({ first }) => first !== null)
    const shown = byId('problems')
    const said = shown.dataset.said
    const now = worst?.first
      ? `${text}: ${worst.name}:${worst.first.line}: ${worst.first.message}`
      : this.#problems.size > 0
        ? 'no problems'
        : ''
    if (said === now) return
    shown.dataset.said = now
    if (worst?.first) {
      const { name, first } = worst
      const show = () => this.#reveal({ name, line: first.line, column: first.column })
      shown.replaceChildren(button(now, show, { class: errors > 0 ? 'link bad' : 'link' }))
    } else shown.replaceChildren(now)
  }

  async #add(): Promise<void> {
    const name = await askText('New file', 'policy.iap', (text) => this.#project.nameProblem(text))
    if (name !== null) this.#project.add(name)
  }

  async #rename(): Promise<void> {
    const { open } = this.#project
    const name = await askText(`Rename ${open}`, open, (text) => (text === open ? null : this.#project.nameProblem(text)))
    if (name !== null && name !== open) this.#project.rename(open, name)
  }

  async #delete(): Promise<void> {
    const { open } = this.#project
    if (await askConfirmation(`Delete ${open}?`, 'Its text cannot be restored.', 'Delete')) this.#project.remove(open)
  }
}

const NONE: Problems = { errors: 0, warnings: 0, first: null }

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}

function countOf(count: number, what: string): string {
  return count === 0 ? '' : count === 1 ? `1 ${what}` : `${count} ${what}s`
}
