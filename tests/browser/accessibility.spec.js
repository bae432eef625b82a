// What axe-core finds, on a phone and a desk, in light and dark, with and without a post opened.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

import { expect, test } from "./page.js";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

async function violations(page) {
  // The page's policy lets no other script run, but the debugger may.
  await page.evaluate(AXE);
  const { violations: found } = await page.evaluate(() => window.axe.run(document));
  return found
    .filter(({ impact }) => ["serious", "critical"].includes(impact))
    .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target).join(", ")}`);
}

for (const [device, width, height] of [["phone", 390, 844], ["desk", 1280, 900]]) {
  for (const colorScheme of ["light", "dark"]) {
    test.describe(`${device}, ${colorScheme}`, () => {
      test.use({ viewport: { width, height }, colorScheme });

      test("nobody is shut out", async ({ page }) => {
        expect(await violations(page)).toEqual([]);
        await page.locator("#queue-rows [data-action=open]").first().click();
        await expect(page.locator("#detail")).toBeVisible();
        expect(await violations(page)).toEqual([]);
      });

      test("nothing sticks out at the side", async ({ page }) => {
        const [content, window] = await page.evaluate(() => [
          document.documentElement.scrollWidth,
          document.documentElement.clientWidth,
        ]);
        expect(content).toBeLessThanOrEqual(window);
      });
    });
  }
}
