// How long the server takes to render the Access tokens tab of a workspace with 1,000 tokens: make bench
// The floor, /healthz, is measured in the same run: what is above it is the page's own.
import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { performance } from 'node:perf_hooks';
import { resolve } from 'node:path';
import { binary, Server } from './support/server.mjs';

const TOKENS = 1000;
const WARM_UP = 30;
const CALLS = 300;
const EMAIL = 'ops@northwind.example';
const PASSWORD = 'verdigris on a brass lock';
const PAGE = '/w/northwind-robotics/settings/access-tokens';

const agent = new Agent({ keepAlive: true, maxSockets: 1 });
const server = await Server.prepare(binary('release'));
try {
  await server.createOwner(EMAIL, PASSWORD, 'Northwind Robotics');
  seed(server.database);
  await server.serve();
  const cookie = await signIn();

  const page = await call('GET', PAGE, { cookie });
  const rows = page.body.match(/role="rowheader"/g)?.length ?? 0;
  if (page.status !== 200 || rows === 0) throw new Error(`the page answered ${page.status} with ${rows} rows`);

  const floor = await measure('/healthz', {});
  const tab = await measure(PAGE, { cookie });
  console.log(`${TOKENS} tokens, ${rows} shown, ${page.body.length} characters of HTML; ${CALLS} calls one after the other, in ms`);
  console.log('                min  median     p99');
  print('/healthz', floor);
  print('tokens page', tab);
  const wasm = statSync(resolve(import.meta.dirname, '../target/site/pkg/latchkey.wasm.br')).size;
  console.log(`latchkey.wasm: ${(wasm / 1024).toFixed(1)} KB, compressed with brotli`);
} finally {
  agent.destroy();
  await server.stop();
}

/** Puts the tokens straight into the database: nothing in the product makes so many at once. */
function seed(/** @type {string} */ database) {
  execFileSync('sqlite3', ['-bail', database], {
    input: `
      UPDATE workspaces SET plan = 'team';
      WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ${TOKENS})
      INSERT INTO credentials (id, workspace_id, kind, name, description, hint, secret_digest, scopes, created_at,
                               created_by_kind, created_by_id, responsible_id, expires_at, last_used_at, use_count)
      SELECT printf('tok_01k9%022d', n), w.id, 'access_token', 'Job ' || n, '', printf('sk_live_%04d', n), printf('%064x', n),
             'deploy read', w.created_at, 'user', m.user_id, m.user_id, w.created_at + 90 * 86400000000, w.created_at, n
      FROM numbers, workspaces w JOIN memberships m ON m.workspace_id = w.id;
    `,
  });
}

async function signIn() {
  const answer = await call('POST', '/fn/sign_in', { 'content-type': 'application/x-www-form-urlencoded', origin: server.url },
    new URLSearchParams({ email: EMAIL, password: PASSWORD, next: PAGE }).toString());
  const cookies = answer.cookies.map((cookie) => cookie.split(';')[0]).join('; ');
  if (!cookies) throw new Error(`signing in answered ${answer.status}`);
  return cookies;
}

/**
 * @param {string} path
 * @param {Record<string, string>} headers
 */
async function measure(path, headers) {
  const times = [];
  for (let call_ = 0; call_ < WARM_UP + CALLS; call_ += 1) {
    const began = performance.now();
    const answer = await call('GET', path, headers);
    if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}`);
    if (call_ >= WARM_UP) times.push(performance.now() - began);
  }
  return times.sort((a, b) => a - b);
}

/**
 * @param {string} name
 * @param {number[]} times
 */
function print(name, times) {
  const at = (/** @type {number} */ part) => times[Math.floor(part * (times.length - 1))].toFixed(2).padStart(8);
  console.log(`${name.padEnd(11)}${at(0)}${at(0.5)}${at(0.99)}`);
}

/**
 * @param {string} method
 * @param {string} path
 * @param {Record<string, string>} headers
 * @param {string} [body]
 * @returns {Promise<{ status: number | undefined, cookies: string[], body: string }>}
 */
function call(method, path, headers, body) {
  return new Promise((done, fail) => {
    const sent = request(server.url + path, { method, agent, headers }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (chunk) => (text += chunk));
      answer.on('end', () => done({ status: answer.statusCode, cookies: answer.headers['set-cookie'] ?? [], body: text }));
    });
    sent.on('error', fail);
    sent.end(body);
  });
}
