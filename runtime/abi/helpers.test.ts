import { expect, test } from 'vitest'
import { decisionHelpers } from './decision/index.ts'
import { decodeHelpers } from './decode/index.ts'
import { helpers } from './helpers.ts'
import { parameterHelpers } from './routing/parameters.ts'
import { values } from './values/index.ts'

test('no helper takes the name of another', () => {
  const names = [values, decodeHelpers, decisionHelpers, parameterHelpers].flatMap((part) => Object.keys(part))
  expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([])
  expect(Object.keys(helpers).sort()).toEqual([...names, 'absent', 'policy'].sort())
})
