import { expect, test } from 'vitest'
import { inside } from '../cli/inside.ts'
import { startPageRun, stepsOf } from './run-page.ts'

/** Both versions of a policy answer, and several workers take a change. */
const ROLLOUT = 'docs/tutorials/staged-rollout.md'

/** Pages whose commands run from the first to the last, in an empty folder, and print what the page shows. */
const PAGES = [
  'docs/tutorials/first-policy.md',
  'docs/tutorials/policies-in-ci.md',
  ROLLOUT,
  'docs/guides/operations/api-keys.md',
  'docs/guides/operations/break-glass.md',
  'docs/guides/operations/incident-runbook.md',
  'docs/guides/operations/partners-by-certificate.md',
  'docs/guides/operations/read-the-audit-log.md',
  'docs/guides/operations/rotate-keys.md',
  'docs/guides/operations/service-to-service.md',
  'docs/guides/operations/step-up.md',
  'docs/guides/policies/tenants.md',
  'docs/guides/migrate/oauth2-proxy.md',
  'docs/guides/migrate/pomerium.md',
  'docs/guides/migrate/istio.md',
  'docs/guides/migrate/opa.md',
]

// Most of the time is spent waiting for processes.
test.concurrent.each(PAGES)('%s', async (page) => {
  const steps = stepsOf(page)
  expect(steps.length).toBeGreaterThan(0)
  const run = await startPageRun({ inside, ...(page !== ROLLOUT && { workers: 1 }) })
  try {
    for (const step of steps) await run.take(step)
  } finally {
    await run.close()
  }
})
