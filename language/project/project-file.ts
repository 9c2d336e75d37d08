/** `iap.json`, which states the language version of a project. */
import { badProjectFile } from '../diagnostics/catalogue/documents.ts'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { type Fix, renameTo, report } from '../diagnostics/index.ts'
import { nearest } from '../diagnostics/suggest.ts'
import { isRecord, member, readDocument } from '../schema/document.ts'
import type { Source, Span } from '../source.ts'

export const PROJECT_FILE = 'iap.json'

/** The version of the policy language that `iap.json` must state: the only one so far. */
export const LANGUAGE_VERSION = 1

/** Checks `iap.json`. Rejects other versions of the language, which may give the same text another meaning. */
export function checkProjectFile(source: Source, diagnostics: Diagnostic[]): void {
  const document = readDocument(source, diagnostics)
  if (document === null) return
  const { root } = document
  const fail = (place: Span, why: string, fixes: readonly Fix[] = []): void => {
    diagnostics.push(report(badProjectFile, place, { why }, [], fixes))
  }
  if (!isRecord(root)) {
    fail(document.placeOf(root), 'it is not an object')
    return
  }
  for (const key of Object.keys(root)) {
    if (key === 'language') continue
    const suggestion = nearest(key, ['language'])
    const place = document.keyPlace(root, key)
    const fixes = renameTo(suggestion === null ? null : JSON.stringify(suggestion), place)
    fail(place, `there is no setting \`${key}\`${suggestion === null ? '' : `, did you mean \`${suggestion}\`?`}`, fixes)
    // A mistyped key is not reported as missing too.
    if (suggestion !== null) return
  }
  const version = member(root, 'language')
  if (version === undefined) fail(document.placeOf(root), 'it has no `language`')
  else if (version !== LANGUAGE_VERSION) {
    fail(document.memberPlace(root, 'language'), `this version of \`iap\` supports only language version ${LANGUAGE_VERSION}`)
  }
}
