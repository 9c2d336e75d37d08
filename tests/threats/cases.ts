import { framingCases } from './framing-cases.ts'
import { headerCases } from './header-cases.ts'
import { hostCases } from './host-cases.ts'
import type { ThreatCase } from './threat-case.ts'
import { tokenCases } from './token-cases.ts'
import { uriCases } from './uri-cases.ts'

/** The plainest cases of every class of bypass that a request can carry over HTTP/1.1. */
export const cases: Readonly<Record<string, readonly ThreatCase[]>> = {
  URI: uriCases,
  Host: hostCases,
  Headers: headerCases,
  Framing: framingCases,
  Tokens: tokenCases,
}
