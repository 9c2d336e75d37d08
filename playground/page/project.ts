import { fileNameProblem, MOST_FILES, type SharedFile } from '../share/index.ts'

/** What changed in a project: the text of a file, or which files there are, or the file in view. */
export type ProjectChange = 'text' | 'files' | 'open'

/** The files that the user edits. */
export class Project {
  readonly #files = new Map<string, string>()
  readonly #changed: (change: ProjectChange) => void
  #open = ''
  /** The version with which the panel `difference` compares. */
  before: readonly SharedFile[] = []
  /** When `before` was kept, in words. */
  beforeTitle = 'as opened'

  /** @param changed is called after each change */
  constructor(changed: (change: ProjectChange) => void) {
    this.#changed = changed
  }

  /** Replaces all files. */
  load(files: readonly SharedFile[], open: string | undefined, before: readonly SharedFile[] | undefined): void {
    this.#files.clear()
    for (const { name, text } of files) this.#files.set(name, text)
    this.#open = open !== undefined && this.#files.has(open) ? open : (files[0]?.name ?? '')
    this.before = before ?? files
    this.beforeTitle = before === undefined ? 'as opened' : 'from the link'
    this.#changed('files')
  }

  get files(): readonly SharedFile[] {
    return [...this.#files].map(([name, text]) => ({ name, text }))
  }

  get open(): string {
    return this.#open
  }

  set open(name: string) {
    if (!this.#files.has(name) || name === this.#open) return
    this.#open = name
    this.#changed('open')
  }

  text(name: string): string | undefined {
    return this.#files.get(name)
  }

  setText(name: string, text: string): void {
    if (!this.#files.has(name) || this.#files.get(name) === text) return
    this.#files.set(name, text)
    this.#changed('text')
  }

  /** Returns why a file cannot have a name; null if it can. */
  nameProblem(name: string): string | null {
    if (this.#files.has(name)) return `there is a file \`${name}\` already`
    return fileNameProblem(name)
  }

  get isFull(): boolean {
    return this.#files.size >= MOST_FILES
  }

  add(name: string): void {
    this.#files.set(name, '')
    this.#open = name
    this.#changed('files')
  }

  rename(from: string, to: string): void {
    const renamed = this.files.map(({ name, text }) => ({ name: name === from ? to : name, text }))
    this.#files.clear()
    for (const { name, text } of renamed) this.#files.set(name, text)
    if (this.#open === from) this.#open = to
    this.#changed('files')
  }

  remove(name: string): void {
    const names = [...this.#files.keys()]
    const at = names.indexOf(name)
    this.#files.delete(name)
    if (this.#open === name) this.#open = names[at + 1] ?? names[at - 1] ?? ''
    this.#changed('files')
  }

  /** Keeps the files as the version with which later ones are compared. */
  snapshot(time: Date): void {
    this.before = this.files
    this.beforeTitle = `kept at ${time.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })}`
  }
}

export const ROOT = 'file:///playground'

/** Returns the URI by which the language server knows a file. */
export function uriOf(name: string): string {
  return `${ROOT}/${name}`
}

export function nameOf(uri: string): string {
  return decodeURIComponent(uri.slice(ROOT.length + 1))
}
