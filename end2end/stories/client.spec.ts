import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import createClient from 'openapi-fetch';
import openapiTS, { astToString } from 'openapi-typescript';
import { expect, isPlain, OWNER, PASSWORD, test } from '../support/test.ts';

const root = resolve(import.meta.dirname, '..');

test('a program calls the API by a client that is generated from its description', async ({ server }, info) => {
  test.skip(isPlain(), 'no browser takes part');
  await server.createOwner(OWNER, PASSWORD, 'Northwind Robotics');
  const secret = await server.admin('create-token', '--workspace', 'northwind-robotics', '--name', 'CI Deploy', '--scopes', 'read');
  const types = info.outputPath('latchkey.d.ts');
  writeFileSync(types, astToString(await openapiTS(new URL(`${server.url}/api/v1/openapi.json`))));
  const program = info.outputPath('program.ts');
  writeFileSync(program, `
    import type { paths } from './latchkey';
    type List = paths['/workspaces/{workspace}/access-tokens']['get'];
    export const hint = (list: List['responses'][200]['content']['application/json']) => list.items.map((token): string => token.hint);
    // @ts-expect-error There is no such route.
    export type Wrong = paths['/nothing'];
  `);
  // The types are good, and say what the API answers.
  execFileSync(join(root, 'node_modules/.bin/tsc'), ['--noEmit', '--strict', program], { cwd: root });
  const latchkey = createClient<never>({ baseUrl: `${server.url}/api/v1`, headers: { Authorization: `Bearer ${secret}` } });
  const get = latchkey.GET as (path: string, options: object) => Promise<{ data?: { items: { name: string }[] } }>;
  const { data } = await get('/workspaces/{workspace}/access-tokens', { params: { path: { workspace: 'northwind-robotics' } } });
  expect(data?.items.map((token) => token.name)).toEqual(['CI Deploy']);
});
