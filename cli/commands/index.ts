import type { Command } from '../command.ts'
import { auditQuery } from './audit-query.ts'
import { auditRecent } from './audit-recent.ts'
import { auditStats } from './audit-stats.ts'
import { auditVerify } from './audit-verify.ts'
import { build } from './build.ts'
import { check } from './check.ts'
import { completions } from './completions.ts'
import { diff } from './diff.ts'
import { docs } from './docs.ts'
import { doctor } from './doctor.ts'
import { evaluation } from './eval.ts'
import { explanation } from './explain.ts'
import { fleetStatus } from './fleet-status.ts'
import { fmt } from './fmt.ts'
import { init } from './init.ts'
import { inspect } from './inspect.ts'
import { inventory } from './inventory.ts'
import { keyCreate } from './key-create.ts'
import { keyList } from './key-list.ts'
import { keyRevoke } from './key-revoke.ts'
import { keygen } from './keygen.ts'
import { lint } from './lint.ts'
import { lsp } from './lsp.ts'
import { matrices } from './matrix.ts'
import { planning } from './plan.ts'
import { prove } from './prove.ts'
import { push } from './push.ts'
import { replay } from './replay.ts'
import {
  rolloutCanary,
  rolloutPromote,
  rolloutRefresh,
  rolloutRelease,
  rolloutRollback,
  rolloutShadow,
  rolloutStatus,
} from './rollout.ts'
import { run } from './run.ts'
import { selfTest } from './self-test.ts'
import { sign } from './sign.ts'
import { test } from './test.ts'
import { verify } from './verify.ts'
import { whoami } from './whoami.ts'

/** All commands of the program, in the order in which the help lists them: writing, testing and shipping a policy. */
export const commands: readonly Command[] = [
  init,
  check,
  lint,
  fmt,
  lsp,
  test,
  prove,
  evaluation,
  explanation,
  diff,
  matrices,
  planning,
  inventory,
  keygen,
  build,
  sign,
  verify,
  push,
  inspect,
  keyCreate,
  keyList,
  keyRevoke,
  run,
  doctor,
  whoami,
  rolloutStatus,
  rolloutRefresh,
  rolloutShadow,
  rolloutCanary,
  rolloutPromote,
  rolloutRollback,
  rolloutRelease,
  fleetStatus,
  selfTest,
  auditVerify,
  auditQuery,
  auditRecent,
  auditStats,
  replay,
  docs,
  completions,
]
