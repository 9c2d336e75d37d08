import {
  type CheckedProject,
  checkProject,
  type Diagnostic,
  type Facts,
  type File,
  lint,
  ProjectMemo,
  parse,
} from '../../language/index.ts'
import { type Occurrence, occurrencesIn } from '../symbols/occurrences.ts'
import type { WorkspaceFiles } from './files.ts'

/** The policies below one folder, checked together. Checks again only after `change`, and keeps from the check before what it can. */
export class Project {
  /** Path of the folder. Names of sources are relative to it. */
  readonly root: string
  readonly #files: WorkspaceFiles
  readonly #memo = new ProjectMemo()
  /** Names of the policies; null if they must be listed again. */
  #names: readonly string[] | null = null
  #checked: CheckedProject | null = null
  #linted: readonly Diagnostic[] | null = null
  #occurrences = new WeakMap<File, readonly Occurrence[]>()

  constructor(root: string, files: WorkspaceFiles) {
    this.root = root
    this.#files = files
  }

  /** Forgets what was found out, as a text has changed. `isListed`: no file was added or removed. */
  change(isListed: boolean): void {
    this.#checked = null
    this.#linted = null
    this.#occurrences = new WeakMap()
    if (!isListed) this.#names = null
  }

  /** A `CheckedProject` is valid until the next change. */
  get checked(): CheckedProject {
    this.#checked ??= checkProject({ read: (name) => this.#files.read(this.pathOf(name)) }, this.names, this.#memo)
    return this.#checked
  }

  /** Names and types, as far as they are known. */
  get facts(): Facts {
    return this.checked.facts
  }

  /** Diagnostics of the check, and warnings if it found no error. Takes longer than the check. */
  get linted(): readonly Diagnostic[] {
    this.#linted ??= lint(this.checked, 'default').diagnostics
    return this.#linted
  }

  get names(): readonly string[] {
    this.#names ??= [...this.#policiesIn('')].sort()
    return this.#names
  }

  /** Returns the tree of a policy, also if it is no part of the project; null if there is no such file. */
  fileNamed(name: string): File | null {
    const known = this.checked.files.find(({ span }) => span.source.name === name)
    if (known !== undefined) return known
    const text = this.#files.read(this.pathOf(name))
    return text === null ? null : parse({ name, text }).result
  }

  /** Returns every name in a file that stands for a symbol, in text order. */
  occurrencesIn(file: File): readonly Occurrence[] {
    let found = this.#occurrences.get(file)
    if (found === undefined) {
      found = occurrencesIn(file, this.checked)
      this.#occurrences.set(file, found)
    }
    return found
  }

  pathOf(name: string): string {
    return `${this.root}/${name}`
  }

  nameOf(path: string): string {
    return path.slice(this.root.length + 1)
  }

  *#policiesIn(folder: string): Iterable<string> {
    const entries = this.#files.list(folder === '' ? this.root : this.pathOf(folder))
    // A project of its own.
    if (folder !== '' && entries.some(isMark)) return
    for (const { name, kind } of entries) {
      if (name.startsWith('.') || name === 'node_modules') continue
      const path = folder === '' ? name : `${folder}/${name}`
      if (kind === 'folder') yield* this.#policiesIn(path)
      else if (name.endsWith('.iap')) yield path
    }
  }
}

/** Returns whether a file marks the folder in which a project begins, as for `iap check FILE`. */
export function isMark({ name, kind }: { readonly name: string; readonly kind: string }): boolean {
  return kind === 'file' && (name === 'iap.json' || name === 'iap.yaml')
}
