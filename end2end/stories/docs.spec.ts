import { audit, expect, hydrated, test, TOKENS } from '../support/test.ts';

test('a person reads the guide from where there is nothing yet', async ({ page, owner: _ }) => {
  await page.goto(TOKENS);
  await hydrated(page);
  await page.getByRole('link', { name: 'Read the guide' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Tokens and keys' })).toBeVisible();
  await audit(page);
  await page.getByRole('link', { name: 'API reference', exact: true }).click();
  await expect(page.getByText('POST /workspaces/{workspace}/access-tokens', { exact: true })).toBeVisible();
  await page.goBack();
  await page.goBack();
  await expect(page.getByRole('heading', { level: 3, name: 'No tokens yet' })).toBeVisible();
});

test('a person on a phone reads the documentation', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 800 });
  for (const path of ['/docs/quick-start', '/docs/tokens-and-keys', '/docs/proxies', '/docs/errors', '/api/docs']) {
    await page.goto(path);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(overflow, path).toBeLessThanOrEqual(0);
  }
  await page.goto('/docs/quick-start');
  await page.getByRole('button', { name: 'Contents' }).click();
  await page.getByRole('link', { name: 'Errors' }).first().click();
  await expect(page.getByRole('heading', { level: 1, name: 'Errors' })).toBeVisible();
});
