import type { CommandResults } from '../../../language-server/index.ts'
import type { CommandName } from '../analysis.ts'
import { element } from '../element.ts'
import type { Project } from '../project.ts'

export interface Place {
  readonly name: string
  /** From 1. */
  readonly line: number
  /** From 1, in UTF-16 code units. */
  readonly column: number
}

/** What panels have in common. */
export interface PanelContext {
  readonly project: Project
  /** Runs a command on the files as they are. A newer run stops it. */
  run<Name extends CommandName>(name: Name, argument?: Readonly<Record<string, unknown>>): Promise<CommandResults[Name]>
  /** Asks for a new refresh of this panel, as its form changed. */
  again(): void
  /** Shows a place in the editor, and moves the focus there. */
  reveal(place: Place): void
  /** Adds a test to the policy in view. */
  addTest(text: string): void
}

/** A view of the policy beside its text. */
export interface Panel {
  readonly id: string
  readonly title: string
  readonly element: HTMLElement
  /** Shows the results for the files as they are. Errors are shown by the caller. */
  refresh(): Promise<void>
}

/** Returns the URI's policy: that in view, or else the first one. */
export function anyPolicy({ open, files }: Project): string | undefined {
  return [open, ...files.map(({ name }) => name)].find((name) => name.endsWith('.iap'))
}

export function badge(text: string, kind: 'ok' | 'bad' | 'warn' | 'plain'): HTMLElement {
  return element('span', { class: `badge ${kind}` }, text)
}

/** Text of a program or a report, in a region that can be scrolled by keyboard. */
export function codeBlock(text: string, label: string): HTMLElement {
  return element('pre', { tabindex: '0', role: 'region', 'aria-label': label }, element('code', {}, text))
}
