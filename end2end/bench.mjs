// How long the server takes to render the Access tokens tab of workspaces with 100, 1,000 and 100,000 tokens: make bench
// The floor, /healthz, is measured in the same run: what is above it is the page's own.
import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { performance } from 'node:perf_hooks';
import { resolve } from 'node:path';
import { binary, Server } from './support/server.mjs';

const SIZES = [100, 1000, 100_000];
const WARM_UP = 30;
const CALLS = 300;
const EMAIL = 'ops@northwind.example';
const PASSWORD = 'verdigris on a brass lock';
const PAGE = '/w/northwind-robotics/settings/access-tokens';

const agent = new Agent({ keepAlive: true, maxSockets: 1 });
console.log(`${CALLS} calls one after the other, in ms`);
for (const tokens of SIZES) await bench(tokens);
const wasm = statSync(resolve(import.meta.dirname, '../target/site/pkg/latchkey.wasm.br')).size;
console.log(`latchkey.wasm: ${(wasm / 1024).toFixed(1)} KB, compressed with brotli`);
agent.destroy();

async function bench(/** @type {number} */ tokens) {
  const server = await Server.prepare(binary('release'));
  try {
    await server.createOwner(EMAIL, PASSWORD, 'Northwind Robotics');
    seed(server.database, tokens);
    const began = performance.now();
    // The first start makes what lists are searched and sorted by.
    await server.serve();
    const started = performance.now() - began;
    const cookie = await signIn(server);
    const cases = {
      'first page': '',
      'status, scope': '?status=active&scope=read',
      search: '?q=nightly+12',
      'few of many': '?status=expiring&q=deploy',
      // After the 1,000th cursor where there are as many, else after the first.
      'deep page': `?after=${cursor(tokens - (tokens > 50_000 ? 50_000 : 50))}`,
      'by name': '?sort=name',
      'by use': '?sort=-last_used',
    };
    console.log(`\n${tokens} tokens, first start in ${(started / 1000).toFixed(1)} s`);
    console.log('                min  median     p99   rows');
    print('/healthz', await measure(server, '/healthz', {}));
    for (const [name, query] of Object.entries(cases)) {
      const page = await call(server, 'GET', PAGE + query, { cookie });
      const rows = page.body.match(/role="rowheader"/g)?.length ?? 0;
      if (page.status !== 200 || rows === 0) throw new Error(`${name} answered ${page.status} with ${rows} rows`);
      print(name, await measure(server, PAGE + query, { cookie }), rows);
    }
  } finally {
    await server.stop();
  }
}

/** The cursor of the page of older tokens after the one with this number. */
function cursor(/** @type {number} */ number) {
  return Buffer.from(`-created tok_01k9${String(number).padStart(22, '0')} `).toString('base64url');
}

/**
 * Puts the tokens straight into the database: nothing in the product makes so many at once. One of ten is revoked, one
 * expired, one of fifty ends soon; half can read; a quarter is nightly.
 * @param {string} database
 * @param {number} tokens
 */
function seed(database, tokens) {
  execFileSync('sqlite3', ['-bail', database], {
    input: `
      UPDATE workspaces SET plan = 'team';
      WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ${tokens})
      INSERT INTO credentials (id, workspace_id, kind, name, description, hint, secret_digest, scopes, created_at,
                               created_by_kind, created_by_id, responsible_id, expires_at, revoked_at, last_used_at, use_count)
      SELECT printf('tok_01k9%022d', n), w.id, 'access_token',
             CASE n % 4 WHEN 0 THEN 'Nightly job ' WHEN 1 THEN 'Deploy ' WHEN 2 THEN 'Report ' ELSE 'Backup ' END || n, '',
             printf('sk_live_%04d', n % 10000), printf('%064x', n),
             CASE n % 2 WHEN 0 THEN 'deploy read' ELSE 'deploy' END, w.created_at, 'user', m.user_id, m.user_id,
             CASE WHEN n % 10 = 1 THEN w.created_at - 86400000000 WHEN n % 50 = 3 THEN w.created_at + 3 * 86400000000
                  WHEN n % 3 = 0 THEN w.created_at + 90 * 86400000000 END,
             CASE WHEN n % 10 = 5 THEN w.created_at END, CASE WHEN n % 7 > 0 THEN w.created_at - n * 1000000 END, n
      FROM numbers, workspaces w JOIN memberships m ON m.workspace_id = w.id;
    `,
  });
}

async function signIn(/** @type {Server} */ server) {
  const answer = await call(server, 'POST', '/fn/sign_in', { 'content-type': 'application/x-www-form-urlencoded', origin: server.url },
    new URLSearchParams({ email: EMAIL, password: PASSWORD, next: PAGE }).toString());
  const cookies = answer.cookies.map((cookie) => cookie.split(';')[0]).join('; ');
  if (!cookies) throw new Error(`signing in answered ${answer.status}`);
  return cookies;
}

/**
 * @param {Server} server
 * @param {string} path
 * @param {Record<string, string>} headers
 */
async function measure(server, path, headers) {
  const times = [];
  for (let call_ = 0; call_ < WARM_UP + CALLS; call_ += 1) {
    const began = performance.now();
    const answer = await call(server, 'GET', path, headers);
    if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}`);
    if (call_ >= WARM_UP) times.push(performance.now() - began);
  }
  return times.sort((a, b) => a - b);
}

/**
 * @param {string} name
 * @param {number[]} times
 * @param {number} [rows]
 */
function print(name, times, rows) {
  const at = (/** @type {number} */ part) => times[Math.floor(part * (times.length - 1))].toFixed(2).padStart(8);
  console.log(`${name.padEnd(15)}${at(0)}${at(0.5)}${at(0.99)}${String(rows ?? '').padStart(7)}`);
}

/**
 * @param {Server} server
 * @param {string} method
 * @param {string} path
 * @param {Record<string, string>} headers
 * @param {string} [body]
 * @returns {Promise<{ status: number | undefined, cookies: string[], body: string }>}
 */
function call(server, method, path, headers, body) {
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
