import { runRole } from '../runtime/server/supervisor/role.ts'

if (!(await runRole())) {
  const { main } = await import('./command-line.ts')
  await main(process.argv.slice(2))
}
