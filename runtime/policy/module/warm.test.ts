import { expect, test } from 'vitest'
import { compiledPolicy } from '../../../spec/differential/compiled-policy.ts'
import { readPolicy } from '../../../spec/differential/read-policy.ts'
import { warm } from '../index.ts'

test.each(['constructor', '__proto__', 'toString'])('a query key may be called %s', async (key) => {
  const read = readPolicy({
    'policy.iap': `service app at "app.test" { route r GET "/r" query { peer? from "${key}": string } }\npermit p on app.r to anyone`,
  })
  if ('problems' in read) throw new Error(read.problems.join('\n'))
  await expect(warm(compiledPolicy(read.model))).resolves.toBeUndefined()
})
