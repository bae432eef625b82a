// What a page is before anybody touches it, and what it lets nobody do.

import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

import { test as base } from "@playwright/test";
import { parse } from "csv-parse/sync";

import { dataOf, expect, folder, ids, test } from "./page.js";

const address = () => pathToFileURL(`${folder("REPORT")}/report.html`).href;

test("the queue stands in the order of queue.csv", async ({ page }) => {
  const { rows } = await dataOf(page);
  const records = parse(readFileSync(`${folder("REPORT")}/queue.csv`), { bom: true, columns: true });
  const order = records.map((post) => post.id);
  expect(order.length).toBeGreaterThan(200);
  expect(rows.map((post) => post.id)).toEqual(order.slice(0, rows.length));
  expect(await ids(page)).toEqual(order.slice(0, 25));
});

test("every link leads to something on the page", async ({ page }) => {
  const links = await page
    .locator("a[href]")
    .evaluateAll((all) => all.map((link) => link.getAttribute("href")));
  expect(links.length).toBeGreaterThan(5);
  for (const link of links) await expect(page.locator(link), link).toHaveCount(1);
});

base("the policy stops what a post would do if it got into the markup", async ({ page }) => {
  const answered = [];
  const stopped = [];
  page.on("response", (response) => answered.push(response.url()));
  page.on("requestfailed", (request) => stopped.push(request.failure().errorText));
  await page.goto(address());
  const outcome = await page.evaluate(async () => {
    const tried = async (act) => {
      try {
        await act();
        return "done";
      } catch (error) {
        return error.name;
      }
    };
    return {
      markup: await tried(() => (document.body.innerHTML = "<p>other</p>")),
      script: await tried(() => (document.createElement("script").textContent = "window.ran = true")),
      fetch: await tried(() => fetch("https://example.com/")),
      image: await tried(
        () =>
          new Promise((resolve, reject) => {
            const image = new Image();
            image.onload = resolve;
            image.onerror = () => reject(new TypeError());
            image.src = "https://example.com/beacon.png";
          }),
      ),
    };
  });
  expect(outcome).toEqual({ markup: "TypeError", script: "TypeError", fetch: "TypeError", image: "TypeError" });
  expect(stopped).toEqual(["csp"]);
  expect(answered).toEqual([address()]);
});

base.describe("without scripts", () => {
  base.use({ javaScriptEnabled: false });

  base("the first posts can be read", async ({ page }) => {
    await page.goto(address());
    await expect(page.locator("#queue-rows tr")).toHaveCount(25);
    await expect(page.locator("#filters")).toBeHidden();
  });
});
