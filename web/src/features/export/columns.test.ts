import { expect, it } from 'vitest';
import { MOST, picked } from './columns';

const fields = ['code', 'name', 'stage', 'grade', 'owner_id'].map((name) => ({ name }));
it.each([
  ['as the list has them', ['grade', 'name'], ['name', 'grade'], ['name', 'grade']],
  ['others after them, as the catalogue has them', ['owner_id', 'code', 'grade'], ['name', 'grade'], ['grade', 'code', 'owner_id']],
  ['nothing twice', ['name', 'name'], ['name'], ['name']],
  ['nothing that there is not', ['gone', 'name'], ['name'], ['name']],
  ['nothing', [], ['name'], []],
])('%s', (_, names, shown, want) => expect(picked(names, shown, fields)).toEqual(want));
it('holds no more than the API takes', () => {
  const many = Array.from({ length: 150 }, (_, i) => ({ name: `x_${i}` }));
  expect(
    picked(
      many.map((f) => f.name),
      [],
      many,
    ),
  ).toHaveLength(MOST);
});
