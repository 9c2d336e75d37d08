import type { Stand } from '../stand.ts'
import { decisionCases } from './decision-cases.ts'
import type { FrontCase } from './front-case.ts'
import { headerCases } from './header-cases.ts'
import { pathCases } from './path-cases.ts'
import { protocolCases } from './protocol-cases.ts'
import { signInCases, withoutChromium } from './sign-in-cases.ts'

export type { FrontCase }

/** What must hold for each front, by topic. */
export const frontCases: Readonly<Record<string, readonly FrontCase[]>> = {
  decisions: decisionCases,
  headers: headerCases,
  paths: pathCases,
  protocols: protocolCases,
  'signing in': signInCases,
}

/** Returns why the front of a stand cannot run a case; undefined if it can. */
export function whyNot({ front }: Stand, { needs }: FrontCase): string | undefined {
  if (needs === 'chromium') return withoutChromium
  return needs === undefined ? undefined : front.cannot[needs]
}
