import type { File, Source } from '../../language/index.ts'
import { type ConfigFile, ConfigFiles } from '../config/config-files.ts'
import { type Entry, folderOf, isWithin, pathOf, uriOf, type Warn, type WorkspaceFiles } from './files.ts'
import { isMark, Project } from './project.ts'

/** A policy that a client asks about. */
export interface PolicyFile {
  readonly project: Project
  readonly file: File
  readonly source: Source
}

export interface WorkspaceOptions {
  readonly pageOf?: Workspace['pageOf']
  readonly warn?: Warn
}

/** The folders and open documents of a client, and the projects to which they belong. */
export class Workspace {
  readonly #disk: WorkspaceFiles
  readonly #folders = new Set<string>()
  /** Texts of open documents by path, and the URIs by which the client knows them. */
  readonly #open = new Map<string, { readonly uri: string; readonly text: string }>()
  readonly #projects = new Map<string, Project>()
  /** The projects of paths that were asked for. */
  readonly #byPath = new Map<string, Project>()
  /** That of the first folder or document. Documents of other schemes are projects of their own. */
  #scheme: string | null = null

  readonly #warn: Warn

  /** Returns the address of the page about a kind of diagnostic; null if there is none. */
  readonly pageOf: (code: string) => string | null

  /** @param warn is called with reasons for which files are left out, also repeatedly with the same one */
  constructor(disk: WorkspaceFiles, { pageOf = () => null, warn = () => {} }: WorkspaceOptions = {}) {
    this.#disk = disk
    this.#warn = warn
    this.pageOf = pageOf
  }

  addFolder(uri: string): void {
    const path = this.#pathOf(uri)
    if (path !== null) this.#folders.add(path.replace(/\/$/, ''))
    this.#forget()
  }

  removeFolder(uri: string): void {
    const path = this.#pathOf(uri)
    if (path !== null) this.#folders.delete(path.replace(/\/$/, ''))
    this.#forget()
  }

  /** Notes the text of an open document; null if it was closed. */
  setText(uri: string, text: string | null): void {
    const path = this.#pathOf(uri)
    if (path === null) return
    const before = this.#files.read(path)
    if (text === null) this.#open.delete(path)
    else this.#open.set(path, { uri, text })
    const after = this.#files.read(path)
    // To open, save or close a file changes nothing.
    if (before !== after) this.#change(path, before !== null && after !== null)
  }

  /** Files outside of the editor were written, added or removed. */
  filesChanged(uris: readonly string[]): void {
    for (const uri of uris) {
      const path = this.#pathOf(uri)
      // The text of an open document is the editor's, whatever its file holds.
      if (path !== null && !this.#open.has(path)) this.#change(path, false)
    }
  }

  /** Returns the project of a policy or configuration; null for a URI without a path. */
  projectAt(uri: string): Project | null {
    const path = this.#pathOf(uri)
    return path === null ? null : this.#projectOf(path)
  }

  /** Returns the policy of a URI; null if there is no such file. */
  policyAt(uri: string): PolicyFile | null {
    const path = this.#pathOf(uri)
    if (path === null || !path.endsWith('.iap')) return null
    const project = this.#projectOf(path)
    const file = project.fileNamed(project.nameOf(path))
    return file === null ? null : { project, file, source: file.span.source }
  }

  /** Returns the configuration of a URI; null if there is no such file. */
  configAt(uri: string): ConfigFile | null {
    const path = this.#pathOf(uri)
    return path === null ? null : this.configs.at(path)
  }

  /** The configurations that are open or stand in the folder of a project that is in use. */
  get configsInUse(): readonly ConfigFile[] {
    const paths = new Set([...this.#open.keys()].filter((path) => this.configs.isNamed(path)))
    for (const { root } of this.projects) for (const name of this.configs.names) paths.add(`${root}/${name}`)
    return [...paths].sort().flatMap((path) => this.configs.at(path) ?? [])
  }

  /** Returns the text of any file of the workspace. */
  textAt(uri: string): string | null {
    const path = this.#pathOf(uri)
    return path === null ? null : this.#files.read(path)
  }

  /** Returns the URI of a source, as the client knows it. */
  uriOf(project: Project, name: string): string {
    return this.uriOfPath(project.pathOf(name))
  }

  uriOfPath(path: string): string {
    return this.#open.get(path)?.uri ?? uriOf(path, this.#scheme ?? 'file:')
  }

  /** The projects of open policies. */
  get projects(): readonly Project[] {
    // Not those that a question about a closed document left behind: what is published must not depend on earlier questions.
    const paths = [...this.#open.keys()].filter((path) => path.endsWith('.iap'))
    return [...new Set(paths.map((path) => this.#projectOf(path)))]
  }

  readonly #files: WorkspaceFiles = {
    // Editors keep a byte order mark of a file to themselves.
    read: (path) => this.#open.get(path)?.text ?? this.#disk.read(path)?.replace(/^\uFEFF/, '') ?? null,
    list: (folder) => this.#withOpen(folder, this.#disk.list(folder)),
  }

  readonly configs = new ConfigFiles({
    files: this.#files,
    warn: (message) => this.#warn(message),
    roots: () => [...this.#folders, ...[...this.#projects.keys()].filter((root) => !this.#isInFolder(root))],
    projectOf: (path) => this.#projectOf(path),
  })

  #isInFolder(path: string): boolean {
    return [...this.#folders].some((folder) => isWithin(folder, path))
  }

  /** A document may be open that was never saved. */
  #withOpen(folder: string, entries: readonly Entry[]): readonly Entry[] {
    const found = new Map(entries.map((entry) => [entry.name, entry]))
    for (const path of this.#open.keys()) {
      if (!path.startsWith(`${folder}/`)) continue
      const [name = '', ...rest] = path.slice(folder.length + 1).split('/')
      if (!found.has(name)) found.set(name, { name, kind: rest.length === 0 ? 'file' : 'folder' })
    }
    return [...found.values()]
  }

  #pathOf(uri: string): string | null {
    const path = pathOf(uri)
    if (path === null) return null
    const scheme = new URL(uri).protocol
    // `untitled:Untitled-1` has no folder, which must not become that of the whole file system.
    if (!path.startsWith('/')) return `/${scheme}/${path}`
    this.#scheme ??= scheme
    return scheme === this.#scheme ? path : `/${scheme}${path}`
  }

  #change(path: string, isListed: boolean): void {
    if (!isListed) this.configs.change()
    const isConfig = this.configs.isNamed(path)
    if (isMark({ name: path.slice(path.lastIndexOf('/') + 1), kind: 'file' }) && !isListed) return void this.#forget()
    for (const project of this.#projects.values()) {
      if (!isWithin(project.root, path)) continue
      if (!(isConfig && isListed && project.ignores(project.nameOf(path)))) project.change(isListed)
    }
  }

  #forget(): void {
    this.configs.change()
    this.#projects.clear()
    this.#byPath.clear()
  }

  #projectOf(path: string): Project {
    let project = this.#byPath.get(path)
    if (project === undefined) {
      const root = this.#rootOf(path)
      // Around a document outside of all folders there may be a home directory, or the whole file system.
      const isDeep = this.#isInFolder(root) || this.#files.list(root).some(isMark)
      project = this.#projects.get(root) ?? new Project(root, this.#files, this.#warn, isDeep)
      this.#projects.set(root, project)
      this.#byPath.set(path, project)
    }
    return project
  }

  /** The nearest folder above with a mark, within the folder of the workspace; else that folder, or the one of the file. */
  #rootOf(path: string): string {
    const folder = [...this.#folders].filter((one) => isWithin(one, path)).sort((a, b) => b.length - a.length)[0]
    const own = folderOf(path)
    for (let above = own; above !== '' && (folder === undefined || isWithin(folder, above)); above = folderOf(above))
      if (this.#files.list(above).some(isMark)) return above
    return folder ?? own
  }
}
