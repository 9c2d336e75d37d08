import { readFileSync } from 'node:fs'
import { LogVerifier, type Report, type VerifyOptions } from '../../runtime/telemetry/audit/verify/index.ts'

/** What `iap audit verify` finds in these files. */
export function verifyLog(files: readonly string[], options: Partial<VerifyOptions> = {}): Report {
  const verifier = new LogVerifier({ keys: [], partial: false, heads: [], hashes: [], most: 20, ...options })
  for (const file of files) {
    verifier.begin(file)
    verifier.feed(readFileSync(file))
    verifier.endFile()
  }
  return verifier.report()
}
