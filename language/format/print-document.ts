/** Prints a document. White space is deferred, so no line ends in any, and a comment can still follow the last text. */
import { displayWidth } from '../diagnostics/display.ts'
import { breaks, type Document } from './document.ts'

interface Command {
  readonly indent: number
  readonly flat: boolean
  readonly document: Document
}

/**
 * Prints a document.
 *
 * @returns LF-terminated lines, no longer than `width` if the document allows it, without trailing white space
 */
export function printDocument(document: Document, width: number): string {
  const page = new Page()
  const commands: Command[] = [{ indent: 0, flat: false, document }]
  for (let next = commands.pop(); next !== undefined; next = commands.pop()) {
    const { indent, flat, document: current } = next
    if (typeof current === 'string') {
      page.write(current)
      continue
    }
    switch (current.kind) {
      case 'concatenation':
        for (let at = current.parts.length - 1; at >= 0; at -= 1) {
          commands.push({ indent, flat, document: current.parts[at] as Document })
        }
        break
      case 'indentation':
        commands.push({ indent: indent + current.by, flat, document: current.content })
        break
      case 'alignment':
        commands.push({ indent: page.column, flat, document: current.content })
        break
      case 'group': {
        const content = { indent, flat: true, document: current.content }
        const fitting = flat || (!current.breaks && fits(content, commands, width - page.column))
        commands.push(fitting ? content : { ...content, flat: false })
        break
      }
      case 'either':
        commands.push({ indent, flat, document: flat ? current.flat : current.broken })
        break
      case 'line':
        if (!flat || current.form === 'hard') page.endLine(indent)
        else if (current.form === 'space') page.space(1)
        break
      case 'space':
        page.space(current.width)
        break
      case 'blank':
        page.blank(indent)
        break
      case 'line-comment':
        page.comment(current.text, current.trailing, indent)
        break
      case 'block-comment':
        page.block(current.text, current.spaced)
    }
  }
  return page.text()
}

/** The printed text, and the pending white space. */
class Page {
  private readonly parts: string[] = []
  private lineWidth = 0
  private lineEnds = 0
  private indent = 0
  private gap = 0
  /** Whether a `//` comment was printed last. */
  private commented = false

  /** The column of the next text. */
  get column(): number {
    return this.lineEnds > 0 ? this.indent : this.lineWidth + this.gap
  }

  write(text: string): void {
    if (text === '') return
    if (this.parts.length === 0) this.gap = 0
    else if (this.lineEnds > 0) {
      this.parts.push('\n'.repeat(this.lineEnds), ' '.repeat(this.indent))
      this.lineWidth = this.indent
    } else {
      this.parts.push(' '.repeat(this.gap))
      this.lineWidth += this.gap
    }
    this.lineEnds = 0
    this.gap = 0
    this.commented = false
    this.append(text)
  }

  space(width: number): void {
    if (this.lineEnds === 0) this.gap = Math.max(this.gap, width)
  }

  endLine(indent: number): void {
    this.lineEnds = Math.max(this.lineEnds, 1)
    this.indent = indent
  }

  blank(indent: number): void {
    this.lineEnds = 2
    this.indent = indent
  }

  comment(text: string, trailing: boolean, indent: number): void {
    if (this.lineEnds === 0) this.indent = indent
    // Two comments on one line would become one.
    if (trailing && this.parts.length > 0 && !this.commented) this.append(` ${text}`)
    else {
      this.lineEnds = Math.max(this.lineEnds, 1)
      this.indent = indent
      this.write(text)
    }
    this.lineEnds = Math.max(this.lineEnds, 1)
    this.commented = text.startsWith('//')
  }

  block(text: string, spaced: boolean): void {
    const last = this.parts.at(-1)?.at(-1) ?? '('
    if (this.lineEnds === 0 && this.gap === 0 && !'([{<!'.includes(last)) this.gap = 1
    this.write(text)
    this.gap = spaced ? 1 : 0
  }

  text(): string {
    return this.parts.length === 0 ? '' : `${this.parts.join('')}\n`
  }

  private append(text: string): void {
    this.parts.push(text)
    const lineStart = text.lastIndexOf('\n') + 1
    this.lineWidth = (lineStart === 0 ? this.lineWidth : 0) + displayWidth(text.slice(lineStart))
  }
}

/** Whether a content on one line fits, with what follows it up to the next possible line break. */
function fits(content: Command, following: readonly Command[], room: number): boolean {
  let left = room
  let rest = following.length
  const commands: Command[] = [content]
  while (left >= 0) {
    let next = commands.pop()
    if (next === undefined) {
      rest -= 1
      next = following[rest]
      if (next === undefined) return true
    }
    const { indent, flat, document } = next
    if (typeof document === 'string') {
      const lineEnd = document.indexOf('\n')
      left -= displayWidth(lineEnd === -1 ? document : document.slice(0, lineEnd))
      if (lineEnd !== -1) return left >= 0
      continue
    }
    switch (document.kind) {
      case 'concatenation':
        for (let at = document.parts.length - 1; at >= 0; at -= 1) {
          commands.push({ indent, flat, document: document.parts[at] as Document })
        }
        break
      case 'indentation':
      case 'alignment':
        commands.push({ indent, flat, document: document.content })
        break
      case 'group':
        commands.push({ indent, flat: flat && !document.breaks, document: document.content })
        break
      case 'either':
        commands.push({ indent, flat, document: flat ? document.flat : document.broken })
        break
      case 'line':
        if (!flat || document.form === 'hard') return true
        if (document.form === 'space') left -= 1
        break
      case 'space':
        left -= document.width
        break
      case 'block-comment':
        // Comments have no width, as otherwise a comment could alternate between two places.
        if (document.breaks) return true
        break
      case 'blank':
      case 'line-comment':
        return true
    }
  }
  return false
}

/** Returns the width of a document on one line; null if the document must break. */
export function flatWidth(document: Document): number | null {
  if (breaks(document)) return null
  if (typeof document === 'string') return displayWidth(document)
  switch (document.kind) {
    case 'concatenation': {
      let width = 0
      for (const part of document.parts) {
        const partWidth = flatWidth(part)
        if (partWidth === null) return null
        width += partWidth
      }
      return width
    }
    case 'indentation':
    case 'alignment':
    case 'group':
      return flatWidth(document.content)
    case 'either':
      return flatWidth(document.flat)
    case 'line':
      return document.form === 'space' ? 1 : 0
    case 'space':
      return document.width
    case 'block-comment':
      return displayWidth(document.text) + 2
    case 'blank':
    case 'line-comment':
      return null
  }
}
