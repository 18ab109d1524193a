import type { Page } from '@playwright/test';
import { audit, createToken, expect, hydrated, send, take, test } from '../support/test.ts';

const ACTIVITY = '/w/northwind-robotics/activity';
const API = '/workspaces/northwind-robotics';

// What a token makes ends no later than it does.
const expires_at = new Date(Date.now() + 86_400_000).toISOString();

test.beforeEach(({ owner }) => owner);

const lines = (page: Page) => page.getByRole('main').getByRole('listitem');

async function filter(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Filter' }).click();
}

test('what was done stands there under its day, by whom and through what, and is looked for', async ({ page, server }) => {
  const secret = await createToken(page, 'Provisioning agent', 'admin');
  const made = await send(server, 'POST', `${API}/api-keys`, secret, { name: 'Edge gateway', scopes: ['read'], expires_at });
  expect(made.status).toBe(201);

  await page.getByRole('navigation').getByRole('link', { name: 'Activity' }).click();
  await expect(page).toHaveURL(ACTIVITY);
  await expect(page.getByRole('heading', { level: 1, name: 'Activity' })).toBeVisible();
  await expect(page.getByRole('region', { name: 'Today' }).getByRole('listitem')).toHaveCount(3);
  await expect(lines(page).nth(0)).toContainText(/Token Provisioning agent created API key Edge gateway.*read.*127\.0\.0\.1/);
  await expect(lines(page).nth(1)).toContainText(/ops@northwind\.example generated token Provisioning agent.*admin.*127\.0\.0\.1/);
  await expect(lines(page).nth(2)).toContainText(/created the workspace Northwind Robotics/);
  await hydrated(page);
  await audit(page);

  await page.getByRole('combobox', { name: 'Kind' }).selectOption({ label: 'API keys' });
  await filter(page);
  await expect(page).toHaveURL(/[?&]kind=/);
  await expect(lines(page)).toHaveText([/Edge gateway/]);
  await page.getByRole('combobox', { name: 'Kind' }).selectOption({ label: 'Any kind' });
  await page.getByRole('combobox', { name: 'Done by' }).selectOption({ label: 'ops@northwind.example' });
  await filter(page);
  await expect(lines(page).filter({ hasText: 'Edge gateway' })).toHaveCount(0);
  await expect(lines(page).filter({ hasText: 'generated token' })).toHaveCount(1);

  // The choice stays when something else is looked for.
  await page.getByRole('searchbox', { name: 'Search events' }).fill('nothing like it');
  await filter(page);
  await expect(page.getByRole('heading', { name: 'No events match' })).toBeVisible();
  await expect(page.getByRole('searchbox', { name: 'Search events' })).toHaveValue('nothing like it');
  await expect(page.getByRole('combobox', { name: 'Done by' })).toHaveValue(/^usr_/);
  await hydrated(page);
  await audit(page);
  await page.getByRole('link', { name: 'Clear filters' }).click();
  await expect(page).toHaveURL(ACTIVITY);
  await expect(lines(page)).toHaveCount(3);

  await page.getByLabel('From', { exact: true }).fill('2999-01-01');
  await filter(page);
  await expect(page.getByRole('heading', { name: 'No events match' })).toBeVisible();
  await page.goto(ACTIVITY);

  // What it was done to is a way away.
  await page.getByRole('main').getByRole('link', { name: 'Edge gateway' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Edge gateway' })).toBeVisible();
});

test('a long log has pages on either side, and is taken along whole', async ({ page, server }) => {
  const secret = await createToken(page, 'Provisioning agent', 'admin');
  for (let number = 1; number <= 30; number++) {
    const name = `${number === 7 ? '=' : ''}Runner ${number}`;
    const made = await send(server, 'POST', `${API}/access-tokens`, secret, { name, scopes: ['deploy'], expires_at });
    expect(made.status).toBe(201);
    const { id } = (await made.json()) as { id: string };
    expect((await send(server, 'DELETE', `${API}/access-tokens/${id}`, secret)).status).toBe(204);
  }
  await page.goto(ACTIVITY);
  await hydrated(page);
  await expect(lines(page)).toHaveCount(50);
  const newest = await lines(page).first().innerText();
  expect(newest).toContain('Runner 30');
  await expect(page.getByRole('link', { name: 'Previous' })).toHaveCount(0);
  await page.getByRole('link', { name: 'Next' }).click();
  await expect(lines(page)).toHaveCount(12);
  await expect(lines(page).last()).toContainText('created the workspace');
  await expect(page.getByRole('link', { name: 'Next' })).toHaveCount(0);
  await hydrated(page);
  await audit(page);

  const csv = await take(page, 'Export CSV');
  expect(csv.name).toMatch(/^activity-northwind-robotics-\d{4}-\d\d-\d\d\.csv$/);
  expect(csv.text.trimEnd().split('\r\n')).toHaveLength(1 + 62);
  expect(csv.text).toContain(`'=Runner 7`);
  expect(csv.text).not.toContain(secret);
  const json = await take(page, 'Export JSON');
  expect(JSON.parse(json.text)).toHaveLength(62);

  await page.getByRole('link', { name: 'Previous' }).click();
  await expect(lines(page)).toHaveCount(50);
  expect(await lines(page).first().innerText()).toBe(newest);
});
