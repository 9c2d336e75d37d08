/** Runs all cases on a server: over standard input and output, or any other connection. */

import { describe, expect, it } from 'vitest'
import type { ResponseError } from 'vscode-languageserver-protocol'
import { TextDocument } from 'vscode-languageserver-textdocument'
import { type Client, positionAt } from '../client.ts'
import { type Case, METHODS } from './case.ts'
import { CASES } from './index.ts'
import { type Written, writeAnswer } from './write-answer.ts'

/** Folder of the documents. It need not be on a disk. */
export const FOLDER = 'file:///shop%20policies'

/** @param started returns the client of a server that was started with `FOLDER` as its folder */
export function describeCases(started: () => Client): void {
  describe.each(Object.entries(CASES))('%s', (_, cases) => {
    it.each(cases.map((one) => [`${one.ask}: ${one.name}`, one] as const))('%s', async (_, one) => {
      const answer = await answerTo(started(), one)
      const wanted = one.expect?.split('\n')
      const [found, without] = [answer?.split('\n') ?? [], one.without ?? []]
      expect(one.some === true ? found.filter((line) => wanted?.includes(line) || without.includes(line)) : answer).toEqual(
        one.some === true ? wanted : one.expect,
      )
    })
  })
}

/** Opens the documents of a case, asks, and closes them. */
export async function answerTo(client: Client, one: Case): Promise<string | null> {
  const texts = Object.entries(typeof one.texts === 'string' ? { 'own.iap': one.texts } : one.texts)
  const documents = new Map<string, TextDocument>()
  let [asked, offset] = ['', 0]
  for (const [name, marked] of texts) {
    const uri = `${FOLDER}/${name.split('/').map(encodeURIComponent).join('/')}`
    const text = marked.replace('‸', '')
    documents.set(uri, TextDocument.create(uri, 'iap', 1, text))
    if (text === marked && asked !== '') continue
    asked = uri
    offset = Math.max(0, marked.indexOf('‸'))
  }
  for (const [uri, document] of documents) client.open(uri, document.getText())
  try {
    const nameOf = (uri: string) => decodeURIComponent(uri.replace(`${FOLDER}/`, ''))
    const written: Written = { documents, uri: asked, nameOf, capabilities: client.capabilities }
    if (one.ask === 'checked' || one.ask === 'linted')
      return writeAnswer(one.ask, await client.diagnosticsOf(asked, one.ask), written)
    const position = positionAt((documents.get(asked) as TextDocument).getText(), offset)
    return writeAnswer(one.ask, await client.ask(METHODS[one.ask], paramsOf(one, asked, position)), written)
  } catch (error) {
    return `refused: ${(error as ResponseError<unknown>).message}`
  } finally {
    for (const uri of documents.keys()) client.close(uri)
  }
}

function paramsOf({ ask, newName, query }: Case, uri: string, position: ReturnType<typeof positionAt>): object {
  const range = { start: position, end: position }
  const byKind: Readonly<Record<string, object>> = {
    references: { context: { includeDeclaration: true } },
    rename: { newName },
    workspaceSymbol: { query: query ?? '' },
    selection: { positions: [position] },
    formatting: { options: { tabSize: 2, insertSpaces: true } },
    actions: { range, context: { diagnostics: [] } },
    hints: { range: { start: { line: 0, character: 0 }, end: { line: 1000, character: 0 } } },
  }
  return { textDocument: { uri }, position, ...byKind[ask] }
}
