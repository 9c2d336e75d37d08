import type { IncomingMessage } from 'node:http'
import { parseStrictJson } from '../../request/index.ts'
import { type AdminProblem, problem } from './problem.ts'

/** Bytes. */
const MOST = 65_536

export type Members = Readonly<Record<string, unknown>>

/** A JSON object of at most 64 KiB, in UTF-8, and with no name twice. */
export async function readJsonBody(request: IncomingMessage): Promise<{ readonly body: Members } | AdminProblem> {
  const type = request.headers['content-type'] ?? ''
  if (!/^application\/json[ \t]*(?:;[ \t]*charset="?utf-8"?[ \t]*)?$/i.test(type))
    return problem(415, 'media-type', 'the content type is not `application/json`')
  if (request.headers['content-encoding'] !== undefined)
    return problem(415, 'media-type', 'a body with a `Content-Encoding` is not taken')
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > MOST) return problem(413, 'too-large', `the body is longer than ${MOST} bytes`, { connection: 'close' })
    chunks.push(chunk)
  }
  const text = decode(Buffer.concat(chunks))
  if (text === null) return problem(400, 'malformed', 'the body is not UTF-8')
  const parsed = parseStrictJson(text)
  if (!parsed.ok) return problem(400, 'malformed', `${parsed.message}, at offset ${parsed.offset}`)
  const { value } = parsed
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return problem(400, 'malformed', 'the body is no JSON object')
  return { body: value as Members }
}

function decode(bytes: Buffer): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return null
  }
}
