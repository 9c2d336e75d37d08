import { ARCHIVE_LIMITS } from '../bundle/read-archive.ts'
import { SourceProblem } from './bundle-source.ts'

/**
 * The body of an answer, if it is no larger than bundles may be. Throws `SourceProblem`, and what the network throws, also where
 * it ended too early.
 */
export async function readAtMost(
  response: Response,
  url: string,
  most: number = ARCHIVE_LIMITS.maxCompressed,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.length
    // Leaving the loop cancels the body.
    if (size > most) throw new SourceProblem('source-unreadable', `\`${url}\` has more than the limit of ${most} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** Of an answer that is not the one that was asked for; its body is not read. */
export async function refusedBy(response: Response, url: string): Promise<SourceProblem> {
  await response.body?.cancel()
  const { status } = response
  if (status >= 300 && status < 400)
    return new SourceProblem('source-unreadable', `\`${url}\` answers ${status}: it leads elsewhere, which is not followed`)
  if (status === 404 || status === 410) return new SourceProblem('source-missing', `\`${url}\` is not there (${status})`)
  return new SourceProblem('source-unreadable', `\`${url}\` answers ${status}`)
}
