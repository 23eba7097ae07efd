// Day 2, once in each language and once without script: from My cases to the decision.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { say, sit, token, until } from "../browser.mjs";
import { line, look } from "../lines.mjs";
import { unpack } from "../zip.mjs";

/** How it is run, and the request that it decides: each mode has one of its own. */
const MODES = [
  { mode: "en", language: "en", script: true, request: "WEB-2046" },
  { mode: "de", language: "de", script: true, request: "WEB-2047" },
  { mode: "ar", language: "ar", script: true, request: "WEB-2053" },
  { mode: "plain", language: "en", script: false, request: "WEB-2049", actor: "petra", name: "Petra Lind" },
];

export default async function decision(desk) {
  for (const mode of MODES) await decide(desk, mode);
}

async function decide(desk, { mode, language, script, request, actor = "quin", name = "Quin Okoro" }) {
  const page = await sit(desk, actor, { language, script });
  look(page);
  const n = (number) => `${number}${mode}`;
  const word = (key) => say(key, language);
  const box = (place) => page.locator(".steps .box").nth(place);
  await page.goto(`/find?q=${request}`);
  const at = new URL(page.url()).pathname;
  const number = at.split("/").pop();
  const enter = async (panel) => {
    await page.goto(`${at}?open=${panel}`);
    await page.locator("#panel").waitFor();
  };
  const packages = () => readdirSync(join(desk.folder, "webform")).filter((one) => one.includes(number));
  const take = page.locator("#head form[action$='/take_case'] button");

  await line(n("14."), "the boxes: Identification is ready, the others are locked and say what they wait for", async () => {
    if (await take.count()) await take.click();
    await until(async () => (await page.locator("#head .held").textContent()).includes(name));
    const boxes = page.locator(".steps .box");
    assert.match(await boxes.nth(0).getAttribute("class"), /ready/);
    const first = (await boxes.nth(0).locator("h2").textContent()).trim();
    assert.ok(await boxes.count() >= 4);
    for (const place of [1, 2]) {
      assert.match(await boxes.nth(place).getAttribute("class"), /locked/);
      const why = await boxes.nth(place).locator("p").first().textContent();
      assert.ok(why.startsWith(word("waits_for")) && why.includes(first), why);
      assert.equal(await boxes.nth(place).locator("a").count(), 0, "a locked box leads nowhere");
    }
  });
  await line(n("15a."), "a credential is hidden until Show", async () => {
    const value = page.locator("#facts").getByText("C01X00T478");
    assert.equal(await value.isVisible(), false);
    await page.locator("#facts details.secret summary").first().click();
    await value.waitFor();
    await page.locator("#facts details.secret summary").first().click();
  });
  await line(n("15b."), "Identification without a method: the error at the field and above, the title begins with it, what was typed stays", async () => {
    await box(0).locator("h2 a").click();
    await page.waitForURL("**/*open=approve_identification*");
    await page.locator("#note").fill("She knew the last order.");
    await page.locator("#panel button.primary").click();
    await page.locator(".problem").waitFor();
    assert.equal(await page.locator("#method").getAttribute("aria-invalid"), "true");
    assert.ok((await page.locator("#method-error").textContent()).length > 5);
    assert.equal(await page.locator("#method").getAttribute("aria-describedby"), "method-error");
    assert.equal(await page.locator(".problem a").getAttribute("href"), "#method");
    assert.equal(await page.locator("#note").inputValue(), "She knew the last order.");
    assert.ok((await page.title()).startsWith(word("there_is_a_problem")), await page.title());
    if (script) assert.ok(await page.locator(".problem").evaluate((one) => one === document.activeElement), "the problem has the focus");
    await page.locator(".problem a").click();
    if (script) assert.ok(await page.locator("#method").evaluate((one) => one === document.activeElement));
  });
  await line(n("15c."), "with a method the box is green and says who, when and how; both ways on are links", async () => {
    await page.locator("#panel input[name=credentials][type=checkbox]").first().check();
    await page.locator("#method").fill("Video call");
    await page.locator("#panel button.primary").click();
    await until(async () => (await box(0).getAttribute("class")).includes("done"));
    const by = await box(0).locator(".by").textContent();
    assert.ok(by.includes(name) && by.includes("Video call"), by);
    assert.equal(await box(0).locator("time[datetime]").count(), 1);
    for (const place of [1, 2]) assert.equal(await box(place).locator("h2 a").count(), 1);
    assert.equal(new URL(page.url()).pathname, at);
  });
  await line(n("9."), "Customer sees this: a ground and a word of its own; the next note is internal again", async () => {
    await page.locator("#text").fill(`We looked into it: ${mode}`);
    await page.locator(".segments label", { hasText: word("customer_sees") }).click();
    if (script) assert.ok(await page.locator("button .to-customer").isVisible(), "the button says who reads it");
    await page.locator("#write button.primary").click();
    const note = page.locator("li.note", { hasText: `We looked into it: ${mode}` });
    await note.waitFor();
    assert.match(await note.getAttribute("class"), /shown/);
    assert.ok((await note.locator(".sees").textContent()).includes(word("customer_sees")));
    assert.equal(await page.locator("#write input[value=internal]").isChecked(), true);
    assert.equal(await page.locator("#text").inputValue(), "");
    const grounds = await page.locator("li.note").evaluateAll((all) => new Set(all.map((one) => getComputedStyle(one.querySelector("div")).backgroundColor + getComputedStyle(one).backgroundColor)).size);
    if (await page.locator("li.note:not(.shown)").count()) assert.ok(grounds > 1, "notes that the customer sees look otherwise");
  });
  await line(n("8."), "a note, and a reply to it, which begins as internal", async () => {
    await page.locator("#text").fill(`First: ${mode}`);
    await page.locator("#write button.primary").click();
    const first = page.locator("li.note", { hasText: `First: ${mode}` });
    await first.waitFor();
    await first.locator("[data-reply]").click();
    await page.locator("#text").fill(`Second: ${mode}`);
    assert.equal(await page.locator("#write input[value=internal]").isChecked(), true);
    await page.locator("#write button.primary").click();
    const second = page.locator("li.note", { hasText: `Second: ${mode}` });
    await second.waitFor();
    assert.equal(await first.getAttribute("data-depth"), "0");
    assert.equal(await second.getAttribute("data-depth"), "1");
  });
  await line(n("8x."), "an empty note: the error above the form, and nothing was added", async () => {
    const before = await page.locator("li.note").count();
    await page.locator("#text").fill("  ");
    await page.locator("#write button.primary").click();
    await page.locator(".problem").waitFor();
    assert.equal(await page.locator("li.note").count(), before);
  });
  await line(n("2x."), "it can be given back, and taken again", async () => {
    await page.goto(at);
    await page.locator("#head form[action$='/return_case'] button").click();
    await until(async () => (await page.locator("#head .held").textContent()) === word("nobody"));
    await take.click();
    await until(async () => (await page.locator("#head .held").textContent()).includes(name));
  });
  await line(n("16a."), "the data is collected: a table for each source, with its rows", async () => {
    await enter("prepare_data");
    await page.locator("#panel button.primary").click();
    await page.locator("#panel figure.preview").first().waitFor();
    assert.ok(await page.locator("#panel figure.preview").count() >= 2);
    assert.match(await page.locator("#panel").textContent(), /Reading lamp, brass/);
  });
  await line(n("17."), "No data, though something was found: a reason is needed", async () => {
    await enter("approve_no_data");
    await page.locator("#panel button.primary").click();
    await page.locator(".problem").first().waitFor();
    assert.equal(await page.locator("#reason").getAttribute("aria-invalid"), "true");
  });
  await line(n("16b."), "two columns are hidden, hatched at once; without a reason for the requester: an error, and the ticks stay", async () => {
    await enter("prepare_data");
    for (const column of ["remark", "score"]) await page.locator("label.hide", { hasText: column }).locator("input").check();
    if (script) {
      assert.equal(await page.locator("td.hid").count() > 0, true, "hatched at once");
      assert.equal(await page.locator("#columns-hidden").textContent(), "2");
    }
    await page.locator("#panel form[action$='/approve_data'] button.primary").click();
    await page.locator(".problem").first().waitFor();
    assert.equal(await page.locator("#reason").getAttribute("aria-invalid"), "true");
    assert.equal(await page.locator("input[name=hidden]:checked").count(), 2);
    assert.equal(await page.locator("th.hid").count(), 2);
  });
  await line(n("16c."), "with a reason it is approved: the box is green and says 2 hidden", async () => {
    await page.locator("#reason").fill("Opinions of our staff");
    await page.locator("#panel form[action$='/approve_data'] button.primary").click();
    await until(async () => (await box(1).getAttribute("class")).includes("done"));
    const by = await box(1).locator(".by").first().textContent();
    assert.ok(by.includes(name) && by.includes(`2 ${word("hidden")}`), by);
  });
  await line(n("18a."), "Release asks to check: to whom, what, which columns are hidden, and why", async () => {
    await enter("release");
    const text = await page.locator("#panel").textContent();
    for (const part of ["@example.org", "orders", "account", "remark", "score", "Opinions of our staff"]) assert.ok(text.includes(part), part);
    assert.equal(packages().length, 0, "nothing has left yet");
  });
  await line(n("19."), "a double click on Release: one delivery", async () => {
    const button = page.locator("#panel button.primary");
    if (script) await button.dblclick();
    else await button.click();
    await until(async () => /done/.test(await page.locator(".steps .box").last().getAttribute("class")), 8000);
    assert.equal(packages().length, 1);
    assert.match(await page.locator("main").textContent(), new RegExp(word("receipt")));
  });
  await line(n("18b."), "the package in the folder of the webform lacks both columns, and names them", async () => {
    const files = unpack(join(desk.folder, "webform", packages()[0]));
    const names = Object.keys(files);
    assert.ok(names.some((one) => one.endsWith(".csv")), names.join(" "));
    for (const [name, bytes] of Object.entries(files)) {
      // A PDF is packed again inside; and an instant can end in anything.
      const said = name.endsWith(".pdf") ? "" : bytes.toString().replaceAll(/:\d\d\.\d+Z/g, "");
      for (const gone of ["returned once, polite", "calls often", "0.71"]) assert.ok(!said.includes(gone), `${gone} in ${name}`);
    }
    const manifest = files["manifest.json"].toString();
    for (const named of ["remark", "score", "Opinions of our staff"]) assert.ok(manifest.includes(named), named);
    assert.ok(names.some((one) => files[one].includes("Reading lamp, brass")), "the rest is in it");
    for (const inside of [`First: ${mode}`, "She knew the"]) assert.ok(!names.some((one) => files[one].includes(inside)), `what is meant for colleagues: ${inside}`);
  });
  await line(n("19x."), "the form of the release, sent once more, delivers nothing more", async () => {
    const answer = await page.request.post(`${at}/release`, { form: { token: await token(page), request: `desk-again-${mode}` }, headers: { origin: desk.url }, maxRedirects: 0 });
    assert.equal(answer.status(), 409);
    assert.equal(packages().length, 1);
  });
  await line(n("18c."), "who may take it out downloads the package from the case, byte for byte as it was sent; who may not is told so", async () => {
    assert.equal(await page.locator("#answer a[href$='/package']").count(), 0, "an approver exports nothing");
    const refused = await page.request.get(`${at}/package`);
    assert.equal(refused.status(), 403);
    assert.match(await refused.text(), /role="alert"/);
    const mara = await sit(desk, "mara", { language, script, at });
    const [file] = await Promise.all([mara.waitForEvent("download"), mara.locator("#answer a[href$='/package']").click()]);
    assert.equal(file.suggestedFilename(), `package-${number}.zip`);
    assert.deepEqual(readFileSync(await file.path()), readFileSync(join(desk.folder, "webform", packages()[0])));
    await mara.context().close();
  });
  await page.context().close();
}
