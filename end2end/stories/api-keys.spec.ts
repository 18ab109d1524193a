import { audit, call, expect, hydrated, isPlain, row, scopeBox, test } from '../support/test.ts';
import type { Page } from '@playwright/test';

const KEYS = '/w/northwind-robotics/settings/api-keys';

test.beforeEach(({ owner }) => owner);

/** Makes a key in the browser, ticks it off, and answers its secret. */
async function createKey(page: Page, name: string, description: string, ...permissions: string[]): Promise<string> {
  await page.goto(`${KEYS}/new`);
  await hydrated(page);
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByLabel('Description').fill(description);
  for (const permission of permissions) await scopeBox(page, permission).check();
  await audit(page);
  await page.getByRole('button', { name: 'Generate API key' }).click();
  await expect(page).toHaveURL(new RegExp(`${KEYS}/created\\?id=key_[0-9a-z]{26}$`));
  await expect(page.getByRole('heading', { name: 'Your API key is ready' })).toBeVisible();
  const secret = await page.getByRole('status', { name: 'API key', exact: true }).innerText();
  expect(secret).toMatch(/^dp_[0-9A-Za-z]{32}$/);
  await hydrated(page);
  await audit(page);
  await page.getByRole('checkbox', { name: 'I have stored it' }).check();
  await page.getByRole('button', { name: 'Done' }).click();
  await expect(row(page, name)).toBeVisible();
  return secret;
}

/** Waits for the server's answer to a switch, which turns before it; without script the list comes anew. */
async function switched(page: Page, said: string): Promise<void> {
  if (!isPlain()) await expect(page.getByRole('status').filter({ hasText: said })).toBeVisible();
}

test('a key is created, shown once, edited, switched off and on, and deleted', async ({ page, server }) => {
  const secret = await createKey(page, 'Terraform', 'Plans and applies', 'read');
  const status = async () => (await call(server, '/whoami', secret)).status;
  expect(await status()).toBe(200);
  const key = row(page, 'Terraform');
  await expect(key).toContainText('Plans and applies');

  // Refused, with all that was typed; then saved.
  await key.getByRole('link', { name: 'Terraform' }).first().click();
  await expect(page.getByRole('heading', { name: 'Edit API key' })).toBeVisible();
  await hydrated(page);
  await audit(page);
  await expect(page.getByLabel('Description')).toHaveValue('Plans and applies');
  await page.getByLabel('Name', { exact: true }).fill('ab');
  await page.getByLabel('Description').fill('</textarea><b>bold</b>');
  await scopeBox(page, 'domains:write').check();
  await page.getByRole('button', { name: 'Save changes' }).click();
  await expect(page.getByText('The name needs at least 3 characters.')).toBeVisible();
  await expect(page.getByLabel('Name', { exact: true })).toBeFocused();
  await expect(page.getByLabel('Name', { exact: true })).toHaveValue('ab');
  await expect(page.getByLabel('Description')).toHaveValue('</textarea><b>bold</b>');
  await expect(scopeBox(page, 'domains:write')).toBeChecked();
  await hydrated(page);
  await audit(page);
  await page.getByLabel('Name', { exact: true }).fill('Terraform, production');
  await page.getByRole('button', { name: 'Save changes' }).click();
  await expect(page).toHaveURL(KEYS);
  const edited = row(page, 'Terraform, production');
  await expect(edited).toContainText('</textarea><b>bold</b>');
  const whoami = await (await call(server, '/whoami', secret)).json();
  expect(whoami.scopes).toEqual(['read', 'domains:write']);

  // Off and on again, in the list.
  await hydrated(page);
  const active = edited.getByRole('switch');
  await expect(active).toBeChecked();
  await active.click();
  await switched(page, 'Terraform, production is off.');
  await expect(active).not.toBeChecked();
  expect(await status()).toBe(401);
  await hydrated(page);
  await active.click();
  await switched(page, 'Terraform, production is on.');
  await expect(active).toBeChecked();
  expect(await status()).toBe(200);

  // Off in the form.
  await edited.getByRole('link', { name: 'Terraform, production' }).first().click();
  await hydrated(page);
  await page.getByRole('switch', { name: 'Active', exact: true }).uncheck();
  await page.getByRole('button', { name: 'Save changes' }).click();
  await expect(page).toHaveURL(KEYS);
  await expect(active).not.toBeChecked();
  expect(await status()).toBe(401);

  // The end.
  await edited.getByRole('link', { name: 'Terraform, production' }).first().click();
  await page.getByRole('link', { name: 'Delete API key' }).click();
  const question = page.getByRole('dialog');
  await expect(question).toContainText('It stays listed as revoked.');
  await hydrated(page);
  await audit(page);
  await question.getByRole('button', { name: 'Delete API key' }).click();
  await expect(page).toHaveURL(KEYS);
  await expect(edited).toContainText('Revoked');
  await expect(edited.getByRole('switch')).toHaveCount(0);
  expect(await status()).toBe(401);
});

test('one like another begins with all that it has', async ({ page }) => {
  await createKey(page, 'Terraform', 'Plans and applies', 'read', 'write');
  await row(page, 'Terraform').getByRole('link', { name: 'Terraform' }).first().click();
  await page.getByRole('link', { name: 'create one like this' }).click();
  await expect(page).toHaveURL(/\/new\?like=key_/);
  await hydrated(page);
  await expect(page.getByLabel('Name', { exact: true })).toHaveValue('Terraform');
  await expect(page.getByLabel('Description')).toHaveValue('Plans and applies');
  await expect(scopeBox(page, 'write')).toBeChecked();
  await expect(page.getByRole('switch', { name: 'Active', exact: true })).toBeChecked();
});

test('a key says when to use a token instead', async ({ page }) => {
  await createKey(page, 'Terraform', '', 'read');
  await row(page, 'Terraform').getByRole('link', { name: 'Terraform' }).first().click();
  await page.getByText('A service that keeps running uses an').getByRole('link', { name: 'access token' }).click();
  await expect(page).toHaveURL('/w/northwind-robotics/settings/access-tokens');
  if (!isPlain()) await hydrated(page);
});
