// Schemathesis calls every route of the API with what its description allows and what it does not: make fuzz
// Before it, Authlib asks about tokens as a client of OAuth does.
// No answer may be 5xx, undocumented, or of another form than the description says.
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { binary, Server } from './support/server.mjs';

/** Of each operation; more than 2,000 in all, besides those that Schemathesis makes of the schemas' edges. */
const CASES = process.env.LATCHKEY_FUZZ_CASES ?? '50';

const server = await Server.prepare(binary('debug'));
try {
  await server.createOwner('ops@northwind.example', 'verdigris on a brass lock', 'Northwind Robotics');
  const secret = await server.admin('create-token', '--workspace', 'northwind-robotics', '--name', 'Fuzz', '--scopes', 'admin');
  await server.serve();
  server.sql("UPDATE workspaces SET plan = 'team'");
  await introspect(secret);
  const program = resolve(import.meta.dirname, '../target/fuzz/bin/schemathesis');
  const args = [
    '--config-file', resolve(import.meta.dirname, 'schemathesis.toml'), 'run', `${server.url}/api/v1/openapi.json`, '--url', `${server.url}/api/v1`, '-H', `Authorization: Bearer ${secret}`,
    '--checks', 'all', '--max-examples', CASES, '--seed', '1', '--no-color', ...process.argv.slice(2),
  ];
  const { status } = spawnSync(program, args, { stdio: 'inherit', cwd: server.folder });
  process.exitCode = status ?? 1;
} finally {
  await server.stop();
}

/** Lets Authlib ask about a good token and a revoked one. */
async function introspect(/** @type {string} */ secret) {
  const call = async (/** @type {string} */ method, /** @type {string} */ path, /** @type {object} */ body = {}) => {
    const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json' };
    const answer = await fetch(`${server.url}/api/v1/workspaces/northwind-robotics${path}`, { method, headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(await answer.text());
    return answer.status === 204 ? {} : answer.json();
  };
  const key = await call('POST', '/api-keys', { name: 'Billing', scopes: ['introspect'] });
  const good = await call('POST', '/access-tokens', { name: 'Good', scopes: ['deploy', 'read'] });
  const revoked = await call('POST', '/access-tokens', { name: 'Revoked', scopes: ['read'] });
  await call('DELETE', `/access-tokens/${revoked.id}`);
  const python = resolve(import.meta.dirname, '../target/fuzz/bin/python');
  const args = [resolve(import.meta.dirname, 'introspect.py'), `${server.url}/api/v1`, key.id, key.secret, good.secret, revoked.secret];
  if (spawnSync(python, args, { stdio: 'inherit' }).status !== 0) throw new Error('Authlib got other answers than expected.');
}
