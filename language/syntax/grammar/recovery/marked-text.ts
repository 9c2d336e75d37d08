/** Test helper: texts with marks for expected diagnostics. */
import { parse } from '../../../parse.ts'

/** Parses a text in which `¦` marks the start of each expected diagnostic; returns the reported and the expected places. */
export function read(marked: string) {
  const text = marked.replaceAll('¦', '')
  const places = [...marked.matchAll(/¦/g)].map(({ index }, at) => index - at)
  const { result, diagnostics } = parse({ name: 'a.iap', text })
  return {
    places,
    found: diagnostics.map(({ span }) => span.start),
    codes: diagnostics.map(({ code }) => code).join(' '),
    messages: diagnostics.map(({ message }) => message),
    kept: result.declarations.map(({ name }) => (name.kind === 'Text' ? 'test' : name.text)).join(' '),
    broken: result.brokenNames.join(' '),
    diagnostics,
    result,
  }
}

export interface Case {
  readonly text: string
  readonly codes: string
  readonly kept?: string
  readonly broken?: string
}
