// Day 2 beyond the boxes: what arrives, what fails and is fixed, four eyes, the overview, the auditor.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { become, say, sit, token, until } from "../browser.mjs";
import { line, look } from "../lines.mjs";

export default async function secondDay(desk) {
  await arrives(desk);
  await fails(desk);
  await fourEyes(desk);
  await denies(desk);
  await overview(desk);
  await auditor(desk);
}

const count = async (page, place) => Number(((await page.locator(place).first().textContent({ timeout: 500 }).catch(() => "0")) ?? "0").replace(/\D/g, ""));
const demo = async (page, desk, to, form = {}) => {
  const answer = await page.request.post(`/demo/${to}`, { form: { token: await token(page), request: `desk-${Math.random()}`, ...form }, headers: { origin: desk.url }, maxRedirects: 0 });
  assert.ok([200, 303].includes(answer.status()), `${to}: ${answer.status()}`);
};

async function arrives(desk) {
  const petra = await sit(desk, "petra"), quin = await sit(desk, "quin");
  look(petra, quin);
  await line("12", "a request arrives: the count of Petra and of Quin rises by one, live, and the row is announced", async () => {
    for (const page of [petra, quin]) await page.locator("#live:not(.off)").waitFor();
    const before = await Promise.all([petra, quin].map((page) => count(page, "main header strong")));
    const rows = await petra.locator("li.row").count();
    await demo(petra, desk, "request");
    await until(async () => (await count(petra, "main header strong")) === before[0] + 1);
    await until(async () => (await count(quin, "main header strong")) === before[1] + 1);
    for (const page of [petra, quin]) assert.equal(await count(page, "#nav a[aria-current] .count"), await count(page, "main header strong"));
    assert.equal(await petra.locator("li.row").count(), rows + 1);
    assert.equal(await petra.locator("li.row.fresh").count(), 1);
    await until(async () => /Data held about/.test(await petra.locator("#said").textContent()));
  });
  await petra.context().close();
  await quin.context().close();
}

/** Opens the panel of a box, by the place of the box. */
const enter = async (page, panel) => {
  await page.goto(`${new URL(page.url()).pathname}?open=${panel}`);
  await page.locator("#panel").waitFor();
};

async function fails(desk) {
  const petra = await sit(desk, "petra");
  let ivo = await sit(desk, "ivo"), before;
  look(petra, ivo);
  await line("20a", "the webform breaks, a release fails: a red box with a hint, and Ivo's count rises, live", async () => {
    before = await count(ivo, "#nav a[href='/errors'] .count");
    await demo(petra, desk, "webform", { broken: "yes" });
    await petra.goto("/find?q=WEB-2050");
    await enter(petra, "release");
    await petra.locator("#panel button.primary").click();
    await petra.locator(".steps .box.failed").waitFor();
    assert.ok((await petra.locator(".steps .box.failed").textContent()).includes(say("who_fixes")));
    await until(async () => (await count(ivo, "#nav a[href='/errors'] .count")) === before + 1);
    assert.match(await ivo.locator(".cause", { hasText: /ebform/ }).first().textContent(), /\d/);
  });
  await line("20b", "he sees no name of anybody, on that page nor by going to a case", async () => {
    const text = await ivo.locator("main").textContent();
    for (const name of ["小林", "Noah Berg", "Lina Berg", "Noor", "Petra Lind"]) assert.ok(!text.includes(name), name);
    const number = (await ivo.locator(".cause .numbers li").first().textContent()).trim();
    const answer = await ivo.goto(`/cases/${number}`);
    assert.equal(answer.status(), 403);
    assert.equal(await ivo.locator("#nav").count(), 1);
    await ivo.goto("/errors");
  });
  await line("20c", "he opens the setting, fixes it, retries all: delivered, and the count falls", async () => {
    const cause = () => ivo.locator(".cause").filter({ has: ivo.locator("a[href*='open=webform']") });
    await cause().locator("a[href*='open=webform']").first().click();
    await ivo.locator("#setting").waitFor();
    await ivo.locator("#demo-webform").click();
    await ivo.goto("/errors");
    const waiting = Number((await cause().first().locator("strong").first().textContent()).replace(/\D/g, ""));
    assert.ok(waiting >= 1);
    assert.ok(waiting >= 3, `${waiting} at once`);
    // A receiver that takes its time, so that there is something to see.
    writeFileSync(join(desk.folder, "webform.slow"), "");
    await cause().first().locator("form[action='/errors/retry'] button").click();
    await ivo.locator("#done progress").waitFor();
    const far = async () => Number(await ivo.locator("#done progress").getAttribute("value", { timeout: 500 }));
    const first = await far();
    assert.ok(first >= 1 && first < waiting, `${first} of ${waiting}`);
    assert.equal(Number(await ivo.locator("#done progress").getAttribute("max")), waiting);
    assert.match(await ivo.locator("#done").textContent(), new RegExp(`\\b${first} / ${waiting}\\.`));
    await until(async () => (await far()) === first + 1);
    assert.ok((await ivo.locator("#done").textContent()).includes(say("retry_goes_on")));
  });
  await line("20e", "his browser goes away: the retry goes on, and says what became of it to whoever comes back", async () => {
    const address = ivo.url();
    assert.ok(await ivo.locator("#done progress").count(), "it still goes on");
    await ivo.context().close();
    ivo = await sit(desk, "ivo", { at: address.slice(desk.url.length), script: false });
    await until(async () => {
      await ivo.reload();
      return (await ivo.locator("#done").textContent()).includes(say("retry_over"));
    }, 20000);
    rmSync(join(desk.folder, "webform.slow"));
    const done = await ivo.locator("#done").textContent();
    assert.equal(await ivo.locator("#done progress").count(), 0);
    assert.match(done, new RegExp(`${say("went_on")}\\s*3\\.\\s*${say("still_failing")}\\s*0\\.`), done);
    assert.ok((await count(ivo, "#nav a[href='/errors'] .count")) <= before - 2);
    await until(async () => (await petra.locator(".steps .box.failed").count()) === 0, 6000);
  });
  await line("20f", "without script: what is retried and fails again says so, and waits", async () => {
    await ivo.goto("/errors");
    const card = ivo.locator(".cause").filter({ hasText: "shop" }).first();
    await card.locator("form[action='/errors/retry'] button").click();
    await ivo.waitForURL("**/errors?retried=*");
    await until(async () => {
      await ivo.reload();
      return (await ivo.locator("#done").textContent()).includes(say("retry_over"));
    });
    assert.match(await ivo.locator("#done").textContent(), new RegExp(`1 / 1\\.[\\s\\S]*${say("still_failing")}\\s*1\\.`));
  });
  await line("20d", "whoever may not read the setting, nor change it, is told so in words", async () => {
    await become(ivo, desk, { actor: "amara" });
    const answer = await ivo.goto("/settings");
    assert.equal(answer.status(), 403);
    assert.ok((await ivo.locator(".problem p").first().textContent()).length > 10);
  });
  await petra.context().close();
  await ivo.context().close();
}

async function fourEyes(desk) {
  const petra = await sit(desk, "petra"), quin = await sit(desk, "quin");
  look(petra, quin);
  await line("21a", "four eyes: who approved reads in the Release box why it is not theirs", async () => {
    await petra.goto("/find?q=WEB-2051");
    const box = petra.locator(".steps .box").last();
    assert.ok((await box.locator(".why").allTextContents()).join(" ").length > 15);
    assert.equal(await box.locator("h2 a").count(), 0);
  });
  await line("21b", "the other has it among what waits, and releases it", async () => {
    await quin.goto("/");
    const row = quin.locator("li.row", { hasText: "Elias Berg" });
    await row.locator("a.title").click();
    if (await quin.locator("#head form[action$='/take_over_case'] button").count()) await quin.locator("#head form[action$='/take_over_case'] button").click();
    await until(async () => (await quin.locator("#head form[action$='/take_over_case']").count()) === 0);
    await enter(quin, "release");
    await quin.locator("#panel button.primary").click();
    await until(async () => /done/.test(await quin.locator(".steps .box").last().getAttribute("class")));
  });
  await petra.context().close();
  await quin.context().close();
}

async function denies(desk) {
  const page = await sit(desk, "quin");
  look(page);
  await page.goto("/find?q=WEB-2046");
  await page.locator("#head form[action$='/take_case'] button").click();
  await page.locator("#head form[action$='/return_case']").waitFor();
  await line("22a", "deny without a word: an error at each of the three fields, all at once", async () => {
    await enter(page, "deny");
    await page.locator("#panel button.danger").click();
    await page.locator(".problem").first().waitFor();
    for (const field of ["code", "internal_reason", "customer_reason"]) assert.equal(await page.locator(`#${field}`).getAttribute("aria-invalid"), "true", field);
    assert.equal(await page.locator(".outside textarea").getAttribute("name"), "customer_reason", "what the requester reads has a ground of its own");
  });
  await line("22b", "with a code and both reasons it is denied, and the requester is not told what is meant for colleagues", async () => {
    await page.locator("#code").selectOption({ index: 1 });
    await page.locator("#internal_reason").fill("Smells of a fraud ring.");
    await page.locator("#customer_reason").fill("We could not make sure that it is you.");
    await page.locator("#panel button.danger").click();
    await page.locator(".steps .box.denied").waitFor();
    const sent = readdirSync(join(desk.folder, "webform")).length;
    assert.ok(sent > 0);
  });
  await page.context().close();
}

async function overview(desk) {
  const page = await sit(desk, "mara", { at: "/cases" });
  look(page);
  /** The rows of a list, to its end. */
  const walk = async (address) => {
    const seen = [];
    for (let at = address; at; ) {
      await page.goto(at);
      seen.push(...(await page.locator("tr.row").evaluateAll((all) => all.map((one) => one.id))));
      at = await page.locator("a[rel=next]").getAttribute("href", { timeout: 300 }).catch(() => undefined);
    }
    return seen;
  };
  await line("23a", "each tab: its count is the number of rows to the end, and no row comes twice", async () => {
    await page.goto("/cases");
    const tabs = await page.locator("nav.tabs a").evaluateAll((all) => all.map((one) => [one.getAttribute("href"), Number(one.querySelector(".count").textContent.replace(/\D/g, ""))]));
    assert.ok(tabs.length >= 6);
    for (const [address, told] of tabs) {
      const seen = await walk(address);
      assert.equal(seen.length, told, address);
      assert.equal(new Set(seen).size, seen.length, address);
    }
    assert.equal(tabs[0][1], tabs.slice(1).reduce((sum, [, told]) => sum + told, 0));
  });
  await line("23b", "a filter counts the tabs anew, stays in the address, and is in the file", async () => {
    await page.goto("/cases");
    await page.locator("form.filters [name=q]").first().fill("refund");
    await page.locator("form.filters [name=q]").first().press("Enter");
    await page.waitForURL("**/cases?*q=refund*");
    const told = await count(page, "nav.tabs a .count");
    const address = new URL(page.url());
    const seen = await walk(address.pathname + address.search);
    assert.equal(seen.length, told);
    assert.ok(told > 0);
    const csv = await page.request.get(`/cases.csv${address.search}`);
    const lines = (await csv.text()).trim().split("\r\n").length;
    assert.equal(lines - 1, told, "the CSV");
    const pdf = await page.request.get(`/cases.pdf${address.search}`);
    assert.equal(pdf.headers()["content-type"], "application/pdf");
    const file = join(desk.folder, "overview.pdf");
    writeFileSync(file, await pdf.body());
    const text = execFileSync("pdftotext", ["-layout", file, "-"], { encoding: "utf8" });
    assert.equal(new Set(text.match(/C-\d{6}/g)).size, told, "the PDF");
  });
  await line("23c", "what cannot be searched for is said in words, and the word stays", async () => {
    await page.goto(`/cases?q=${encodeURIComponent('"')}`);
    assert.ok(await page.locator("form.filters [name=q]").count());
    assert.ok((await page.locator("main").textContent()).length > 100);
  });
  await page.context().close();
}

async function auditor(desk) {
  const page = await sit(desk, "ines");
  look(page);
  await page.goto("/find?q=WEB-2041");
  const address = new URL(page.url()).pathname;
  await line("24a", "the auditor reads the history in words, who and when; nobody offers her to change anything", async () => {
    assert.equal(await page.locator("main form[method=post] button").count(), 0);
    await page.goto(`${address}/history`);
    const text = await page.locator("#entries").textContent();
    assert.match(text, /Petra Lind/);
    assert.match(text, /Video call/);
    assert.ok(await page.locator("#entries time[datetime]").count() >= 4);
    assert.doesNotMatch(text, /_approved|_released|\bundefined\b/, "words and no codes");
    assert.equal(await page.locator("#entries a[href^='/customers/']").first().textContent(), "Mia Berg", "a name and no id");
  });
  await line("24b", "verify says that it is unbroken, and the head that she keeps elsewhere", async () => {
    await page.locator("#verify").click();
    await page.locator("#verified").waitFor();
    assert.match(await page.locator("#verified").textContent(), new RegExp(`${say("unbroken")}[\\s\\S]*[0-9a-f]{64}`));
  });
  await line("24c", "the address of an action answers 403 in words, and nothing was done", async () => {
    for (const action of ["take_case", "notes", "release", "deny", "edit"]) {
      const answer = await page.request.post(`${address}/${action}`, { form: { token: await token(page), text: "By the auditor", method: "x", title: "x", request: `desk-${action}` }, headers: { origin: desk.url }, maxRedirects: 0 });
      assert.ok([403, 409].includes(answer.status()), `${action}: ${answer.status()}`);
      assert.match(await answer.text(), /role="alert"/);
    }
    await page.goto(address);
    assert.equal(await page.locator("li.note", { hasText: "By the auditor" }).count(), 0);
  });
  await page.context().close();
}
