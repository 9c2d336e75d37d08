import { runRole } from './supervisor/role.ts'

if (!(await runRole())) {
  const { main } = await import('./command-line.ts')
  process.exitCode = await main(process.argv.slice(2))
}
