import type { CanonicalRequest } from '../../../request/index.ts'
import { readBody } from '../read-body.ts'
import type { RequestContext } from '../request-context.ts'

export type ReadForm =
  | { readonly ok: true; readonly fields: URLSearchParams }
  /** `close`: the rest of the body is not read. */
  | { readonly ok: false; readonly detail: string; readonly close: boolean }

/** Reads a URL-encoded form of at most `most` bytes. Returns `null` if the client is gone. */
export async function readForm(context: RequestContext, { headers }: CanonicalRequest, most: number): Promise<ReadForm | null> {
  const type = headers.get('content-type') ?? ''
  if (!/^application\/x-www-form-urlencoded[ \t]*(?:;|$)/i.test(type)) return { ok: false, detail: 'it is no form', close: false }
  const read = await readBody(context, most)
  if (read.kind === 'gone') return null
  if (read.kind === 'too-large') return { ok: false, detail: `the form is longer than ${most} bytes`, close: true }
  return { ok: true, fields: new URLSearchParams(read.bytes.toString('utf8')) }
}
