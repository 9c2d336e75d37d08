import { renderAddress } from '../../base/address.ts'
import type { Log } from '../../base/log.ts'
import { readSecret, secretDigest } from '../../base/secret.ts'
import { content, type Problem, problemAt } from '../../base/startup-error.ts'
import { type ListenerTls, openListenerTls, TlsFiles } from '../../tls/index.ts'
import type { AdminConfig, Config } from '../config/index.ts'
import { AdminCallers } from './admin-callers.ts'

/** Characters of 256 bits in base64url, and minimum distinct ones: hexadecimal has 16, of which a few may be absent. */
const LEAST_TOKEN = { characters: 43, different: 10 }

export interface OpenedAdmin {
  /** Authenticates callers of the API; `null` if no callers are configured. */
  readonly callers: AdminCallers | null
  readonly tls: ListenerTls | null
  readonly problems: readonly Problem[]
  close(): Promise<void>
}

export async function openAdmin(admin: AdminConfig, { source }: Config, log: Log): Promise<OpenedAdmin> {
  const problems: Problem[] = []
  const tokens = admin.tokens.flatMap((ref, at) => {
    const secret = readSecret(ref, 'the token', LEAST_TOKEN.characters)
    const problem = typeof secret === 'string' ? weakness(secret) : secret
    if (problem !== null) problems.push(problemAt(source, ['admin', 'tokens', at], problem))
    return typeof secret === 'string' ? [secretDigest(secret)] : []
  })
  const files = new TlsFiles({ source, log, metrics: { tlsLoad: () => {}, handshakeFailure: () => {} }, clock: Date.now })
  const tls = admin.tls && (await openListenerTls(admin.tls, renderAddress(admin.address), files))
  problems.push(...files.problems)
  const byCertificate = admin.tls?.clients != null
  return {
    callers: tokens.length > 0 || byCertificate ? new AdminCallers(tokens, byCertificate) : null,
    tls,
    problems,
    async close() {
      tls?.close()
      await files.close()
    },
  }
}

function weakness(token: string): Problem | null {
  if (!/^[!-~]+$/.test(token)) return content('the token must contain only visible ASCII characters, as it is sent in a header')
  const isRandom = new Set(token).size >= LEAST_TOKEN.different
  return isRandom ? null : content('the token is not random: it has too few different characters')
}

/**
 * Returns the host names for which the admin server responds, besides the names of this machine: the host of its address and the
 * configured names.
 */
export function adminHosts({ address, hosts }: AdminConfig): readonly string[] {
  return [address.host.toLowerCase(), ...hosts]
}
