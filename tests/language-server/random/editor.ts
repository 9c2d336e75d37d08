/** An editor of a folder on disk: its open documents, their earlier texts, and what it does to files. */
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Client } from '../client.ts'

/** Earlier texts that can be restored. */
const REMEMBERED = 12

export class Editor {
  readonly client: Client
  readonly folder: string
  /** Texts of all files on disk, by name. */
  readonly disk = new Map<string, string>()
  /** Earlier texts of open documents, by name. */
  readonly #earlier = new Map<string, string[]>()

  constructor(client: Client, folder: string) {
    this.client = client
    this.folder = folder
  }

  /** Names of open documents, in the order in which they were opened. */
  get open(): readonly string[] {
    return [...this.#earlier.keys()]
  }

  uriOf(name: string): string {
    return pathToFileURL(join(this.folder, name)).href
  }

  /** Returns the text of an open document; of others, that on disk. */
  textOf(name: string): string {
    return this.client.documents.get(this.uriOf(name))?.text ?? this.disk.get(name) ?? ''
  }

  openFile(name: string): void {
    this.#earlier.set(name, [])
    this.client.open(this.uriOf(name), this.disk.get(name) ?? '')
  }

  close(name: string): void {
    this.#earlier.delete(name)
    this.client.close(this.uriOf(name))
  }

  replace(name: string, start: number, end: number, by: string): void {
    this.#remember(name)
    this.client.replace(this.uriOf(name), start, end, by)
  }

  setText(name: string, text: string): void {
    this.#remember(name)
    this.client.change(this.uriOf(name), text)
  }

  /** Goes back some texts; as far as is remembered. */
  undo(name: string, steps: number): void {
    const earlier = this.#earlier.get(name) ?? []
    const text = earlier.at(-Math.min(steps, earlier.length))
    if (text !== undefined) this.client.change(this.uriOf(name), text)
  }

  save(name: string): void {
    this.write(name, this.textOf(name))
  }

  write(name: string, text: string): void {
    const path = join(this.folder, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
    this.disk.set(name, text)
    this.client.filesChanged(this.uriOf(name))
  }

  remove(name: string): void {
    rmSync(join(this.folder, name))
    this.disk.delete(name)
    this.client.filesChanged(this.uriOf(name))
  }

  rename(name: string, other: string): void {
    const text = this.disk.get(name) as string
    renameSync(join(this.folder, name), join(this.folder, other))
    this.disk.delete(name)
    this.disk.set(other, text)
    this.client.filesChanged(this.uriOf(name), this.uriOf(other))
  }

  #remember(name: string): void {
    const earlier = this.#earlier.get(name) as string[]
    earlier.push(this.textOf(name))
    if (earlier.length > REMEMBERED) earlier.shift()
  }
}
