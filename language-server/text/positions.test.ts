import { describe, expect, it } from 'vitest'
import { TextDocument } from 'vscode-languageserver-textdocument'
import { offsetOf, placeOf } from './positions.ts'

describe.each(['', 'a', 'a\nb', 'a\r\nb\r\n', 'a\rb\r\rc', '\n\n', '😀é\n\uFEFFx', '\uFEFFa\r\n😀b'])('in %j', (text) => {
  const source = { name: 'a.iap', text }
  // What the client's edits are applied to counts the same.
  const document = TextDocument.create('file:///a.iap', 'iap', 1, text)

  it('offsets have the places that documents of the protocol give them', () => {
    for (let offset = 0; offset <= text.length; offset += 1) {
      expect([offset, placeOf(source, offset)]).toEqual([offset, document.positionAt(offset)])
    }
  })

  it('places have the offsets that documents of the protocol give them', () => {
    for (let line = 0; line < 5; line += 1)
      for (let character = 0; character < 5; character += 1) {
        const place = { line, character }
        expect([place, offsetOf(source, place)]).toEqual([place, document.offsetAt(place)])
      }
  })
})
