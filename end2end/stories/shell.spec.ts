import { audit, expect, hydrated, isPlain, signIn, test, TOKENS } from '../support/test.ts';

test.use({ demo: true });
test.beforeEach(async ({ page, server }) => {
  await signIn(page, server.demo.email, server.demo.password);
  await page.goto(TOKENS);
  await hydrated(page);
});

test('the list shows every state', async ({ page }) => {
  await expect(page).toHaveTitle('Access tokens · Latchkey');
  for (const status of ['Active', 'Expiring', 'Expired', 'Revoked']) {
    await expect(page.getByRole('cell', { name: status, exact: true }).first()).toBeVisible();
  }
  await expect(page.getByText('4 of 5').first()).toBeVisible();
  await audit(page);
});

test('the switcher leads to another workspace', async ({ page }) => {
  await page.getByRole('button', { name: 'Switch workspace' }).click();
  await page.getByRole('link', { name: 'Northwind Labs' }).click();
  await expect(page).toHaveURL('/w/northwind-labs/settings/access-tokens');
  await expect(page.getByRole('heading', { name: 'No tokens yet' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Switch workspace' })).toContainText('Northwind Labs');
});

test('a menu opens and closes from the keyboard', async ({ page }) => {
  const account = page.getByRole('button', { name: 'Account menu' });
  await account.focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Sign out' })).toBeVisible();
  await page.keyboard.press('Tab');
  await expect(page.locator('#account :focus')).toHaveText('Profile');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: 'Sign out' })).toBeHidden();
  await expect(account).toBeFocused();
});

test('on a phone the sidebar is a popover, and nothing is cut off', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  const navigation = page.getByRole('button', { name: 'Navigation' });
  const sidebar = page.getByRole('complementary', { name: 'Workspace and account' });
  await expect(sidebar).toBeHidden();
  await navigation.click();
  await expect(sidebar).toBeVisible();
  await audit(page);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Escape');
  await expect(sidebar).toBeHidden();
  await expect(navigation).toBeFocused();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  await audit(page);
});

test('the first stop of the keyboard skips to the content', async ({ page }) => {
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to content' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('main')).toBeFocused();
});

test('a dialog takes the focus, closes with Escape, and the page before is back', async ({ page }) => {
  await page.getByRole('link', { name: 'New token' }).click();
  await expect(page).toHaveTitle('New access token · Latchkey');
  await expect(page.getByLabel('Name', { exact: true })).toBeFocused();
  if (isPlain()) {
    await page.getByRole('dialog').getByRole('link', { name: 'Cancel' }).click();
  } else {
    await page.keyboard.press('Escape');
  }
  await expect(page).toHaveURL(TOKENS);
  await expect(page).toHaveTitle('Access tokens · Latchkey');
  if (!isPlain()) await expect(page.getByRole('link', { name: 'New token' })).toBeFocused();
});

test('a change of page is announced', async ({ page }) => {
  test.skip(isPlain(), 'a page that loads is announced by the browser');
  await page.getByRole('link', { name: 'New token' }).click();
  await expect(page.locator('[aria-live="polite"]').filter({ hasText: 'New access token' })).toBeAttached();
});

test('hydration moves nothing', async ({ page }) => {
  test.skip(isPlain(), 'nothing is hydrated');
  await page.addInitScript(() => {
    const shifts: number[] = [];
    Object.assign(window, { shifts });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) shifts.push((entry as PerformanceEntry & { value: number }).value);
    }).observe({ type: 'layout-shift', buffered: true });
  });
  await page.reload();
  await hydrated(page);
  await page.evaluate(() => new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted))));
  expect(await page.evaluate(() => (window as unknown as { shifts: number[] }).shifts)).toEqual([]);
});

for (const path of ['/nothing-here', '/w/somebody-else/settings/access-tokens', `${TOKENS}/tok_01jztq4m8vek3s5ma2x7c9wd0h`]) {
  test(`${path} is not found`, async ({ page, expected }) => {
    expected.push(/status of 404/);
    const answer = await page.goto(path);
    expect(answer?.status()).toBe(404);
    await expect(page).toHaveTitle('Page not found · Latchkey');
    await expect(page.getByRole('heading', { name: 'This page is not here' })).toBeVisible();
    await hydrated(page);
    await audit(page);
  });
}
