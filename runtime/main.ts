import { runRole } from './server/supervisor/role.ts'

if (!(await runRole())) {
  const { main } = await import('./server/command-line.ts')
  process.exitCode = await main(process.argv.slice(2))
}
