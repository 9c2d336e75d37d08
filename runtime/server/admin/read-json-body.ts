import type { IncomingMessage } from 'node:http'
import { parseStrictJson } from '../../../request/index.ts'
import { decodeUtf8, isObject } from '../../base/values.ts'
import { type AdminProblem, problem } from './problem.ts'

const MOST = 65_536

export type Members = Readonly<Record<string, unknown>>

/** Reads a request body that must be a JSON object: at most 64 KiB of UTF-8, without duplicate names. */
export async function readJsonBody(request: IncomingMessage): Promise<{ readonly body: Members } | AdminProblem> {
  const text = await readJsonText(request, 'application/json', MOST)
  if (typeof text !== 'string') return text
  const parsed = parseStrictJson(text)
  if (!parsed.ok) return problem(400, 'malformed', `the body cannot be read: ${parsed.message}, at offset ${parsed.offset}`)
  const { value } = parsed
  return isObject(value) ? { body: value } : problem(400, 'malformed', 'the body must be a JSON object')
}

/** Returns whether a request has a body (RFC 9112, section 6.3). */
export function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}

/** Reads a binary request body of at most `most` bytes. Returns `null` if there is no body. */
export async function readFileBody(request: IncomingMessage, most: number): Promise<Buffer | AdminProblem | null> {
  if (!hasBody(request)) return null
  if ((request.headers['content-type'] ?? '').toLowerCase() !== 'application/octet-stream')
    return problem(415, 'media-type', 'the `Content-Type` must be `application/octet-stream`')
  if (request.headers['content-encoding'] !== undefined)
    return problem(415, 'media-type', 'a body with a `Content-Encoding` is not supported: send it uncompressed')
  return (
    (await readBytes(request, most)) ??
    problem(413, 'too-large', `the body is longer than ${most} bytes, the limit: send a shorter one`, { connection: 'close' })
  )
}

/**
 * Reads a request body of a JSON media type as text, which must be UTF-8. Does not parse it.
 *
 * @param most maximum bytes
 */
export async function readJsonText(request: IncomingMessage, type: string, most: number): Promise<string | AdminProblem> {
  const [given = '', ...parameters] = (request.headers['content-type'] ?? '').toLowerCase().split(';')
  if (given.trim() !== type || !parameters.every((one) => /^[ \t]*charset="?utf-8"?[ \t]*$/.test(one)))
    return problem(415, 'media-type', `the \`Content-Type\` must be \`${type}\``)
  if (request.headers['content-encoding'] !== undefined)
    return problem(415, 'media-type', 'a body with a `Content-Encoding` is not supported: send it uncompressed')
  const bytes = await readBytes(request, most)
  if (bytes === null)
    return problem(413, 'too-large', `the body is longer than ${most} bytes, the limit: send a shorter one`, {
      connection: 'close',
    })
  return decodeUtf8(bytes) ?? problem(400, 'malformed', 'the body is not UTF-8')
}

/** Returns `null` for a longer body, and discards the rest, so that the client reads the response. Rejects if it is truncated. */
function readBytes(request: IncomingMessage, most: number): Promise<Buffer | null> {
  const chunks: Buffer[] = []
  let length = 0
  return new Promise((resolve, reject) => {
    request.on('error', reject)
    request.on('end', () => resolve(Buffer.concat(chunks)))
    request.on('data', (chunk: Buffer) => {
      length += chunk.length
      if (length <= most) return void chunks.push(chunk)
      chunks.length = 0
      resolve(null)
    })
  })
}
