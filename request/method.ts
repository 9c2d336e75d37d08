import type { RefusalCode } from './refusals.ts'

/**
 * Returns null for a method that may be routed. CONNECT opens a tunnel, and TRACE and TRACK echo credentials (RFC 9110 §9.3.6,
 * §9.3.8): no policy can allow them.
 */
export function refusedMethod(method: string): RefusalCode | null {
  if (method === 'GET' || method === 'POST') return null
  if (method === 'TRACE' || method === 'TRACK' || method === 'CONNECT') return 'method-not-allowed'
  for (let i = 0; i < method.length; i++) {
    const c = method.charCodeAt(i)
    if ((c < A || c > Z) && c !== HYPHEN) return 'method-invalid'
  }
  return method === '' ? 'method-invalid' : null
}

const A = 0x41
const Z = 0x5a
const HYPHEN = 0x2d
