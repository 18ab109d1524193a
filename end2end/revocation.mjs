// Whether a revocation counts at once while it is hard: make bench
// 1. 500 writes a second with one token, which is revoked meanwhile: how long the DELETE takes, and that the activity log
//    has no write of the token after the answer. 2. 5,000 rounds of create, verify, revoke, verify from 32 clients.
import { performance } from 'node:perf_hooks';
import { Agent, request } from 'node:http';
import { binary, Server } from './support/server.mjs';

const WRITES = 500;
const SECONDS = 4;
const ROUNDS = 5000;
const CLIENTS = 32;
const HOME = '/api/v1/workspaces/northwind-robotics';

const agent = new Agent({ keepAlive: true, maxSockets: 64 });
const server = await Server.prepare(binary('release'));
try {
  await server.createOwner('ops@northwind.example', 'verdigris on a brass lock', 'Northwind Robotics');
  const admin = await server.admin('create-token', '--workspace', 'northwind-robotics', '--name', 'Admin', '--scopes', 'admin');
  await server.serve();
  server.sql("UPDATE workspaces SET plan = 'team'");
  await call('POST', `${HOME}/projects`, admin, { name: 'Own' });
  await underWrites(admin);
  await rounds(admin);
} finally {
  agent.destroy();
  await server.stop();
}

async function underWrites(/** @type {string} */ admin) {
  const token = await call('POST', `${HOME}/access-tokens`, admin, { name: 'Writer', scopes: ['deploy'] });
  const body = { file_name: 'a.tar.gz', size: 1, sha256: 'ab'.repeat(32) };
  const write = () => call('POST', `${HOME}/projects/own/deployments`, token.body.secret, body).then(({ status }) => status);
  /** @type {Promise<number>[]} */
  const writes = [];
  const began = performance.now();
  const timer = setInterval(() => {
    const due = Math.min(WRITES * SECONDS, Math.floor(((performance.now() - began) / 1000) * WRITES));
    while (writes.length < due) writes.push(write());
  }, 2);
  await new Promise((done) => setTimeout(done, (SECONDS * 1000) / 2));
  const asked = performance.now();
  const ended = await call('DELETE', `${HOME}/access-tokens/${token.body.id}`, admin);
  const took = performance.now() - asked;
  const answered = await made(admin);
  await new Promise((done) => setTimeout(done, (SECONDS * 1000) / 2));
  clearInterval(timer);
  const statuses = await Promise.all(writes);
  const good = statuses.filter((status) => status === 201).length;
  // After a few hundred refusals the rest are told to wait: 429.
  const refused = statuses.filter((status) => status === 401 || status === 429).length;
  const afterwards = await made(admin);
  console.log(`${WRITES} writes a second with one token: ${good} were made, ${refused} refused after its revocation; the DELETE answered ${ended.status} after ${took.toFixed(0)} ms`);
  console.log(`The activity log had ${answered} writes of it at the answer and ${afterwards} at the end`);
  if (afterwards !== answered || good !== afterwards || good + refused !== writes.length) throw new Error('Something was written after the answer.');
}

/** How many deployments the activity log knows. */
async function made(/** @type {string} */ admin) {
  let [count, cursor] = [0, ''];
  do {
    const page = await call('GET', `${HOME}/activity?limit=200&event=deployment.created${cursor}`, admin);
    if (page.status !== 200) throw new Error(JSON.stringify(page.body));
    count += page.body.items.length;
    cursor = page.body.next_cursor ? `&cursor=${encodeURIComponent(page.body.next_cursor)}` : '';
  } while (cursor);
  return count;
}

async function rounds(/** @type {string} */ admin) {
  let [left, stale] = [ROUNDS, 0];
  const began = performance.now();
  const client = async () => {
    while (left-- > 0) {
      const token = await call('POST', `${HOME}/access-tokens`, admin, { name: `Round ${left}`, scopes: ['read'] });
      if (token.status !== 201) throw new Error(JSON.stringify(token.body));
      const ask = () => call('GET', '/api/v1/authorize?workspace=northwind-robotics&scope=read', token.body.secret).then(({ status }) => status);
      if ((await ask()) !== 200) stale += 1;
      await call('DELETE', `${HOME}/access-tokens/${token.body.id}`, admin);
      if (![401, 429].includes(await ask())) stale += 1;
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  console.log(`${ROUNDS} rounds of create, verify, revoke, verify from ${CLIENTS} clients in ${((performance.now() - began) / 1000).toFixed(0)} s: ${stale} stale answers`);
  if (stale > 0) throw new Error('A verdict was stale.');
}

/**
 * @param {string} method
 * @param {string} path
 * @param {string} secret
 * @param {object} [body]
 * @returns {Promise<{ status: number, body: any }>}
 */
function call(method, path, secret, body) {
  return new Promise((done, fail) => {
    const headers = { authorization: `Bearer ${secret}`, ...(body && { 'content-type': 'application/json' }) };
    const sent = request(server.url + path, { method, agent, headers }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (chunk) => (text += chunk));
      answer.on('end', () => done({ status: answer.statusCode ?? 0, body: text && JSON.parse(text) }));
    });
    sent.on('error', fail);
    sent.end(body && JSON.stringify(body));
  });
}
