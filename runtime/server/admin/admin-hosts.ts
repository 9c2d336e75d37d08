import type { AdminConfig } from '../config/index.ts'

/** Under which it answers, beside the names of this machine. */
export function adminHosts({ address, hosts }: AdminConfig): readonly string[] {
  return [address.host.toLowerCase(), ...hosts]
}
