import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Io } from '../io.ts'

/** The page that describes all kinds of diagnostics, `spec/language/diagnostics.md`. The program is shipped with it. */
export interface DiagnosticsPage {
  /** Returns the section of a kind as Markdown, without its heading; null if the page has none. */
  sectionOf(code: string): string | null
  /** Returns the absolute URI of the section. */
  uriOf(code: string): string
}

/** Returns the page beside the program; null if it was removed. */
export function readDiagnosticsPage({ files, home }: Pick<Io, 'files' | 'home'>): DiagnosticsPage | null {
  const path = join(home, 'diagnostics.md')
  const text = files.readText(path)
  if (text === null) return null
  const sections = new Map(
    text
      .split(/^## /m)
      .slice(1)
      .map((section) => {
        const end = section.indexOf('\n')
        return [section.slice(0, end), section.slice(end).trim()]
      }),
  )
  return {
    sectionOf: (code) => sections.get(code) ?? null,
    uriOf: (code) => `${pathToFileURL(path).href}#${code.toLowerCase()}`,
  }
}
