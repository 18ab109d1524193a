import { createToken, expect, hydrated, isPlain, test, TOKENS } from '../support/test.ts';

const NAME = '</title><script>alert(1)</script>';
const HOME = '/w/northwind-robotics';

test.beforeEach(async ({ owner }) => owner);

test('names that are markup run nowhere', async ({ page, expected }) => {
  // One of the pages is not there.
  expected.push(/status of 404/);
  const dialogs: string[] = [];
  page.on('dialog', (dialog) => {
    dialogs.push(dialog.message());
    void dialog.dismiss();
  });
  await page.goto(`${HOME}/settings/general`);
  await hydrated(page);
  await page.getByLabel('Workspace name').fill(NAME);
  await page.getByRole('button', { name: 'Save name' }).click();
  await expect(page.getByRole('button', { name: 'Switch workspace' })).toContainText(NAME);
  await page.goto(`${HOME}/projects/new`);
  await hydrated(page);
  await page.getByLabel('Name', { exact: true }).fill(NAME);
  await page.getByRole('button', { name: 'Create project' }).click();
  await expect(page.getByRole('heading', { name: NAME })).toBeVisible();
  await createToken(page, NAME, 'read');

  // Once as the server draws it, once as script does.
  await page.goto(TOKENS);
  await hydrated(page);
  for (const tab of ['Projects', 'Members', 'Activity']) {
    await page.getByRole('link', { name: tab, exact: true }).first().click();
    await expect(page.getByRole('heading', { level: 1, name: tab })).toBeVisible();
  }
  for (const path of [TOKENS, `${TOKENS}/new`, `${HOME}/projects`, `${HOME}/activity`, `${HOME}/settings/general`, `/${encodeURIComponent(NAME)}`]) {
    await page.goto(path);
    await hydrated(page);
  }
  await page.goto(`${TOKENS}?q=${encodeURIComponent(NAME)}`);
  await hydrated(page);
  await page.getByRole('rowheader', { name: NAME }).getByRole('link').first().click();
  await expect(page.getByRole('heading', { level: 1, name: NAME })).toBeVisible();
  expect(await page.title()).not.toContain('script');
  expect(dialogs).toEqual([]);
});

test('what a page did not bring along does not run', async ({ page, expected }) => {
  test.skip(isPlain(), 'nothing runs without script');
  expected.push(/Content Security Policy/, /status of 404/);
  const dialogs: string[] = [];
  page.on('dialog', (dialog) => {
    dialogs.push(dialog.message());
    void dialog.dismiss();
  });
  await page.goto(TOKENS);
  await hydrated(page);
  // As if a hole in a page had let it in.
  await page.route(`**${TOKENS}?hole`, async (route) => {
    const answer = await route.fetch();
    const body = (await answer.text()).replace('</body>', '<script>alert(1)</script><img src=x onerror="alert(2)"></body>');
    await route.fulfill({ response: answer, body });
  });
  await page.goto(`${TOKENS}?hole`);
  await hydrated(page);
  await expect(page.locator('img[src=x]')).toHaveCount(1);
  expect(dialogs).toEqual([]);
});
