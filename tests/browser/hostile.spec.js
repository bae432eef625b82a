// Posts that try to be more than text.

import { dataOf, expect, test } from "./page.js";

test.use({ report: "HOSTILE" });

test("texts and names stay text", async ({ page }) => {
  const { rows } = await dataOf(page);
  const shown = await page.locator("#queue-rows tr").allTextContents();
  for (const part of [
    "<script>alert(1)</script>",
    "</script><script>alert(2)</script>",
    "<img src=x onerror=alert(3)>",
    "=cmd|' /C calc'!A0",
    '"><b>bold',
  ]) {
    expect(shown.filter((text) => text.includes(part)), part).toHaveLength(1);
  }
  expect(rows.length).toBe(shown.length);
  // The page's own scripts and no more; nothing that a post brought with it.
  await expect(page.locator("script")).toHaveCount(2);
  await expect(page.locator("#queue-rows img, #queue-rows b, #queue-rows a")).toHaveCount(0);
});

test("a post in full stays text", async ({ page }) => {
  const rows = page.locator("#queue-rows tr");
  for (let row = 0; row < (await rows.count()); row += 1) {
    await rows.nth(row).locator("[data-action=open]").click();
    await expect(page.locator("#detail-body script, #detail-body img")).toHaveCount(0);
    await page.keyboard.press("Escape");
  }
});

test("characters that turn the direction of text do not reach the page", async ({ page }) => {
  const text = await page.locator("body").innerText();
  expect(text).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/u);
});

test("a word without end does not widen the page", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  const [content, window] = await page.evaluate(() => [
    document.documentElement.scrollWidth,
    document.documentElement.clientWidth,
  ]);
  expect(content).toBeLessThanOrEqual(window);
});
