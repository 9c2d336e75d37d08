import { open, stat } from 'node:fs/promises'
import { readRegular } from '../../base/files/read-regular.ts'
import { resolveSecret } from '../../base/secret.ts'
import { content, environment, StartupError } from '../../base/startup-error.ts'
import type { AuditConfig } from './audit-config.ts'
import { type Head, headOf } from './chain.ts'
import { type AuditSigner, readAuditKey } from './signing-key.ts'
import type { SinkSecrets } from './sinks/configured-sink.ts'

/**
 * Reads the secrets that a sink needs.
 *
 * @throws StartupError if one is unavailable
 */
export async function readAuditSecrets(config: AuditConfig): Promise<SinkSecrets> {
  const chained = config.kind === 'file' && config.chain ? config : null
  return {
    signer: chained === null || chained.key === null ? null : await readSigner(chained.key),
    hashKey: readHashKey(config),
    after: chained === null ? null : await lastHead(chained.file),
  }
}

async function readSigner(file: string): Promise<AuditSigner> {
  const bytes = await readRegular(file).catch((error: Error) => {
    throw new StartupError([environment(`the audit key \`${file}\` cannot be read: ${error.message}`)])
  })
  try {
    return readAuditKey(bytes.toString())
  } catch (error) {
    throw new StartupError([content(`the audit key \`${file}\`: ${(error as Error).message}`)])
  }
}

/** Minimum length of the key in characters. A reader of the log could guess a shorter key and then the hashed values. */
const LEAST = 32

function readHashKey({ redact }: AuditConfig): string {
  if (redact === null || redact.key === null) return ''
  const secret = resolveSecret(redact.key, { env: process.env, folder: '.' })
  if (!secret.ok) throw new StartupError([environment(`\`redact.key\` of \`audit\`: ${secret.message}`)])
  const { length } = secret.value
  if (length < LEAST)
    throw new StartupError([
      content(`\`redact.key\` of \`audit\` has ${length} characters, and needs at least ${LEAST}: a shorter one can be guessed`),
    ])
  return secret.value
}

/** Number of bytes read at the end of a file, which exceeds the length of any line. */
const END = 1 << 18

/** Returns the position of the file's last chained line. A new stream names it, so that its removal is detected. */
async function lastHead(file: string): Promise<Head | null> {
  const found = await stat(file).catch(() => null)
  // Opening a pipe would wait for its writer.
  if (!found?.isFile()) return null
  const handle = await open(file, 'r').catch(() => null)
  if (handle === null) return null
  try {
    const { size } = await handle.stat()
    const length = Math.min(size, END)
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, size - length)
    const lines = buffer.toString('latin1', 0, bytesRead).split('\n')
    for (const line of lines.reverse()) {
      const head = headOf(line)
      if (head !== null) return head
    }
    return null
  } catch {
    return null
  } finally {
    await handle.close()
  }
}
