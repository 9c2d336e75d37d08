import { ARCHIVE_LIMITS } from '../bundle/read-archive.ts'
import { SourceProblem } from './bundle-source.ts'

/**
 * Reads the body of a response, up to the maximum size of bundles.
 *
 * @throws SourceProblem, and errors of the network such as truncation
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
    if (size > most)
      throw new SourceProblem('source-unreadable', `\`${url}\` has more than the limit of ${most} bytes: check the address`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** Returns the error for an unexpected response, without reading its body. */
export async function refusedBy(response: Response, url: string): Promise<SourceProblem> {
  await response.body?.cancel()
  const { status } = response
  if (status >= 300 && status < 400)
    return new SourceProblem(
      'source-unreadable',
      `\`${url}\` answers ${status}: redirects are not followed; configure the final address`,
    )
  if (status === 404 || status === 410) return new SourceProblem('source-missing', `\`${url}\` does not exist (${status})`)
  return new SourceProblem('source-unreadable', `\`${url}\` answers ${status}: check the address and the log of the server`)
}
