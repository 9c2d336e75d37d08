import type { Command } from '../command.ts'

/**
 * The commands by their first word, in the order in which the help lists them: writing, testing and shipping a policy. Each word
 * loads its own modules: all of them take half of the start of a command.
 */
const LOADERS: Readonly<Record<string, () => Promise<readonly Command[]>>> = {
  init: async () => [(await import('./init.ts')).init],
  check: async () => [(await import('./check.ts')).check],
  lint: async () => [(await import('./lint.ts')).lint],
  fmt: async () => [(await import('./fmt.ts')).fmt],
  lsp: async () => [(await import('./lsp.ts')).lsp],
  test: async () => [(await import('./test.ts')).test],
  prove: async () => [(await import('./prove.ts')).prove],
  eval: async () => [(await import('./eval.ts')).evaluation],
  explain: async () => [(await import('./explain.ts')).explanation],
  diff: async () => [(await import('./diff.ts')).diff],
  matrix: async () => [(await import('./matrix.ts')).matrices],
  plan: async () => [(await import('./plan.ts')).planning],
  inventory: async () => [(await import('./inventory.ts')).inventory],
  keygen: async () => [(await import('./keygen.ts')).keygen],
  build: async () => [(await import('./build.ts')).build],
  sign: async () => [(await import('./sign.ts')).sign],
  verify: async () => [(await import('./verify.ts')).verify],
  push: async () => [(await import('./push.ts')).push],
  inspect: async () => [(await import('./inspect.ts')).inspect],
  key: async () => [
    (await import('./key-create.ts')).keyCreate,
    (await import('./key-list.ts')).keyList,
    (await import('./key-revoke.ts')).keyRevoke,
  ],
  // The proxy runs for weeks, and has no use for the compiler in its memory.
  run: async () => [(await import('./run.ts')).run],
  doctor: async () => [(await import('./doctor.ts')).doctor],
  whoami: async () => [(await import('./whoami.ts')).whoami],
  rollout: async () => (await import('./rollout.ts')).rolloutCommands,
  fleet: async () => [(await import('./fleet-status.ts')).fleetStatus],
  'self-test': async () => [(await import('./self-test.ts')).selfTest],
  audit: async () => [
    (await import('./audit-verify.ts')).auditVerify,
    (await import('./audit-query.ts')).auditQuery,
    (await import('./audit-recent.ts')).auditRecent,
    (await import('./audit-stats.ts')).auditStats,
  ],
  replay: async () => [(await import('./replay.ts')).replay],
  docs: async () => [(await import('./docs.ts')).docs],
  completions: async () => [(await import('./completions.ts')).completions],
}

/** Loads the commands whose names begin with a word; all commands without a word, or if no name begins with it. */
export async function loadCommands(word?: string): Promise<readonly Command[]> {
  const load = word !== undefined && Object.hasOwn(LOADERS, word) ? LOADERS[word] : undefined
  // The command `completions` prints a script about all of them.
  if (load !== undefined && word !== 'completions') return await load()
  return (await Promise.all(Object.values(LOADERS).map((each) => each()))).flat()
}
