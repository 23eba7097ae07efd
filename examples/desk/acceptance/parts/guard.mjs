// What a stranger can try, and what a person's text may not become.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { request as ask } from "node:http";
import { join } from "node:path";
import { consoleSaid, say, sideways, sit, token, until } from "../browser.mjs";
import { line, look } from "../lines.mjs";

/** A request with exactly these headers: `fetch` would not send another host. */
const send = (desk, { method = "GET", path = "/", headers = {}, body = "" }) => new Promise((done, failed) => {
  const sent = ask({ host: "127.0.0.1", port: desk.port, method, path, headers: { host: `localhost:${desk.port}`, ...headers } }, (answer) => {
    let text = "";
    answer.setEncoding("utf8").on("data", (some) => (text += some)).on("end", () => done({ status: answer.statusCode, headers: answer.headers, text }));
  });
  sent.on("error", failed);
  sent.end(body);
});
const FORM = { "content-type": "application/x-www-form-urlencoded" };

const HOSTILE = [
  `<script>window.harmed = 1</script>`,
  `"><img src=x onerror="window.harmed = 1">`,
  `'><svg/onload=window.harmed=1>{{7*7}}\${7*7}`,
  `\u202Egnirts desrever\u202C and \u2066an isolate`,
  `</textarea></title><iframe srcdoc="<script>parent.harmed=1</script>">`,
];

export default async function guard(desk) {
  const page = await sit(desk, "petra");
  look(page);
  const cookie = (await page.context().cookies()).map((one) => `${one.name}=${one.value}`).join("; ");
  const own = `http://localhost:${desk.port}`;

  await line("S.1", "every answer says what a browser may do with it", async () => {
    const asset = await page.locator("script[src*=desk]").getAttribute("src");
    for (const path of ["/", "/cases/C-000001", "/nowhere", asset]) {
      const { headers } = await send(desk, { path, headers: { cookie } });
      const policy = headers["content-security-policy"];
      for (const part of ["default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'", "form-action 'self'", "base-uri 'none'", "require-trusted-types-for 'script'"]) {
        assert.ok(policy?.split(/; */).includes(part), `${path}: ${part}`);
      }
      assert.doesNotMatch(policy, /unsafe/);
      assert.equal(headers["x-content-type-options"], "nosniff");
      assert.equal(headers["referrer-policy"], "same-origin");
      assert.equal(headers["cross-origin-opener-policy"], "same-origin");
      assert.match(headers["server-timing"], /^app;dur=/);
      assert.match(headers["cache-control"], path === asset ? /immutable|max-age=31536000/ : /no-store/, path);
    }
  });
  await line("S.2", "another host is refused, whatever it is called", async () => {
    for (const host of ["evil.example", `localhost.evil.example:${desk.port}`, `127.0.0.1.nip.io:${desk.port}`, "[::2]", `evil.example@localhost.x:${desk.port}`]) {
      assert.equal((await send(desk, { headers: { host, cookie } })).status, 421, host);
    }
    assert.equal((await send(desk, { headers: { host: `127.0.0.1:${desk.port}`, cookie } })).status, 200);
  });
  await line("S.3", "a form from elsewhere is refused, with the right token too", async () => {
    const body = new URLSearchParams({ token: await token(page), actor: "mara" }).toString();
    for (const from of [{ origin: "http://evil.example" }, { origin: "null" }, { "sec-fetch-site": "cross-site" }, { "sec-fetch-site": "same-site" }, { origin: own, "sec-fetch-site": "cross-site" }, {}]) {
      assert.equal((await send(desk, { method: "POST", path: "/session", headers: { ...FORM, cookie, ...from }, body })).status, 403, JSON.stringify(from));
    }
    assert.equal((await send(desk, { method: "POST", path: "/session", headers: { ...FORM, cookie, origin: own }, body })).status, 303);
  });
  await line("S.4", "a page elsewhere that posts a form by itself changes nothing", async () => {
    const elsewhere = await page.context().newPage();
    await elsewhere.route("http://evil.example/", (route) => route.fulfill({ contentType: "text/html", body: `<form method=post action="${own}/cases/C-000001/notes"><input name=text value="from elsewhere"><input name=token value="${"x".repeat(43)}"></form><script>document.forms[0].submit()</script>` }));
    const answered = elsewhere.waitForResponse((one) => one.url().includes("/notes"));
    await elsewhere.goto("http://evil.example/");
    assert.equal((await answered).status(), 403);
    await elsewhere.close();
    await page.goto("/cases/C-000001");
    assert.equal(await page.locator("li.note", { hasText: "from elsewhere" }).count(), 0);
  });
  await line("S.5", "a wrong token, none, and that of another browser: 403 in words, and nothing is changed", async () => {
    const other = await sit(desk, "petra");
    for (const [what, token_] of [["none", ""], ["another browser's", await token(other)], ["forged", "A".repeat(43)]]) {
      const body = new URLSearchParams({ token: token_, request: `desk-${"0".repeat(31)}1`, text: `With a token: ${what}` }).toString();
      const answer = await send(desk, { method: "POST", path: "/cases/C-000001/notes", headers: { ...FORM, cookie, origin: own }, body });
      assert.equal(answer.status, 403, what);
      assert.ok(answer.text.includes(say("form_out_of_date")), "it is said in the frame");
    }
    await page.goto("/cases/C-000001");
    assert.equal(await page.locator("li.note", { hasText: "With a token" }).count(), 0);
    await other.context().close();
  });
  await line("S.6", "a forged cookie proves nobody", async () => {
    const forged = cookie.replace(/desk=petra/, "desk=mara");
    assert.notEqual(forged, cookie);
    const answer = await send(desk, { headers: { cookie: forged } });
    assert.ok(answer.headers["set-cookie"], "it gets a session of its own");
    assert.match(answer.headers["set-cookie"][0], /HttpOnly; SameSite=Lax/);
  });
  await line("S.7", "back to where the actor was chosen is never another server", async () => {
    const body = new URLSearchParams({ token: await token(page), actor: "petra" }).toString();
    for (const referer of ["http://evil.example//evil.example/x", `${own}//evil.example`, `${own}/\\evil.example`, "javascript:alert(1)", `${own}/%0d%0aSet-Cookie:x=1`]) {
      const { headers, status } = await send(desk, { method: "POST", path: "/session", headers: { ...FORM, cookie, origin: own, referer }, body });
      assert.equal(status, 303, referer);
      assert.match(headers.location, /^\/(?![/\\])/, referer);
      assert.equal(new URL(headers.location, own).origin, own, referer);
    }
  });
  await line("S.8", "addresses that are no numbers, and long ones, are answered in words", async () => {
    for (const path of ["/cases/%3Cscript%3E", "/cases/..%2f..%2fetc%2fpasswd", `/cases/${"9".repeat(3000)}`, "/cases/C-1%00", "/assets/..%2fsession.key", "/?after=%00&of=%3Cb%3E", "/cases/C-000001?notes=garbage", "/cases/C-000001?reply=garbage&open=%3Cx%3E"]) {
      const answer = await send(desk, { path, headers: { cookie } });
      assert.ok(answer.status < 500, `${path}: ${answer.status}`);
      assert.ok(!answer.text.includes("<script>") && !answer.text.includes("<x>"), path);
    }
  });
  await line("S.9", "a form that is too large or no form at all is refused and changes nothing", async () => {
    const headers = { ...FORM, cookie, origin: own };
    const post = (body, more = {}) => send(desk, { method: "POST", path: "/cases/C-000001/notes", headers: { ...headers, ...more }, body });
    // It may close the connection before all of it was sent.
    const large = await post(`token=${await token(page)}&text=${"x".repeat(3_000_000)}`).catch((error) => ({ status: error.code }));
    assert.ok([413, "EPIPE", "ECONNRESET"].includes(large.status), String(large.status));
    await page.goto("/cases/C-000001");
    assert.equal(await page.locator("li.note", { hasText: "xxxxxxxx" }).count(), 0);
    assert.ok([400, 415, 422].includes((await post("{}", { "content-type": "application/json" })).status));
    assert.ok((await post("%ff=%fe&&&=")).status < 500);
  });
  for (const [place, text] of HOSTILE.entries()) {
    await line(`H.${place + 1}`, `stays text as a note and in every place that shows it: ${JSON.stringify(text).slice(0, 44)}`, async () => {
      await page.goto("/cases/C-000001");
      await page.locator("#text").fill(text);
      await page.locator("#write button.primary").click();
      await until(async () => (await page.locator("li.note .text").allTextContents()).includes(text));
      assert.equal(await page.evaluate(() => window.harmed), undefined);
      assert.equal(await page.locator(".note img, .note svg[onload], .note iframe, .note script").count(), 0);
      // In a field of a form that is drawn again, in the address, and in the palette.
      await page.goto(`/hits?q=${encodeURIComponent(text)}`);
      await page.goto(`/find?q=${encodeURIComponent(text)}`);
      assert.equal(await page.evaluate(() => window.harmed), undefined);
      await page.goto("/");
      await page.keyboard.press("Control+k");
      await page.keyboard.insertText(text);
      await page.waitForTimeout(200);
      assert.equal(await page.evaluate(() => window.harmed), undefined);
      await page.keyboard.press("Escape");
    });
  }
  await line("H.6", "a text that turns round keeps to itself: what stands beside it is where it was", async () => {
    await page.goto("/cases/C-000001");
    const isolated = await page.locator("li.note .text").evaluateAll((all) => all.every((one) => ["plaintext", "isolate", "isolate-override"].includes(getComputedStyle(one).unicodeBidi) || one.closest("bdi") || one.querySelector("bdi")));
    assert.ok(isolated);
  });
  for (const [place, text] of [...HOSTILE, `${"\u{1F3F3}\uFE0F\u200D\u{1F308}".repeat(12)} ${"w".repeat(140)}`].entries()) {
    await line(`H.t${place + 1}`, `stays text as the title of a case, and leaves the page its width: ${JSON.stringify(text).slice(0, 44)}`, async () => {
      await page.goto("/raise");
      const type = await page.locator("#case_type option").nth(1).getAttribute("value");
      const form = { token: await token(page), request: `desk-title-${place}`, case_type: type, title: text };
      const answer = await page.request.post("/raise", { form, headers: { origin: own }, maxRedirects: 0 });
      assert.equal(answer.status(), 303);
      const at = answer.headers().location, wide = page.viewportSize();
      await page.goto(at);
      assert.equal(await page.locator("h1").textContent(), text);
      for (const screen of [at, `${at}/history`, "/cases", "/?of=raised", `/find?q=${at.split("/").pop()}`]) {
        await page.goto(screen);
        assert.ok((await page.locator("main").textContent()).includes(text), screen);
        await page.setViewportSize({ width: 320, height: 640 });
        assert.equal(await sideways(page), "", screen);
        await page.setViewportSize(wide);
      }
      assert.equal(await page.evaluate(() => window.harmed), undefined);
      assert.equal(await page.locator("main :is(script, iframe, img, [onload])").count(), 0);
    });
  }
  await line("H.7", "10,000 letters without a space are a note as wide as the page", async () => {
    await page.goto("/cases/C-000001");
    await page.locator("#text").fill("w".repeat(10_000));
    await page.locator("#write button.primary").click();
    await page.locator("li.note .text", { hasText: "w".repeat(200) }).waitFor();
    const wide = page.viewportSize();
    await page.setViewportSize({ width: 320, height: 640 });
    assert.equal(await sideways(page), "");
    await page.setViewportSize(wide);
  });
  await line("H.8", "columns and cells of a source stay text, in the data that is looked at and in its ticks", async () => {
    const quoted = [...HOSTILE, "w".repeat(2_000)].map((text) => text.replaceAll('"', '""')).map((text) => `"${text}"`);
    const columns = quoted.map((text, place) => (place < HOSTILE.length ? text : "long"));
    writeFileSync(join(desk.folder, "newsletter.csv"), `customer,${columns.join()}\nK-1003,${quoted.join()}\n`);
    await page.goto("/find?q=WEB-2048");
    await page.goto(`${new URL(page.url()).pathname}?open=prepare_data`);
    await page.locator("#panel button.primary").click();
    const table = page.locator("#panel figure.preview").filter({ has: page.locator("figcaption strong", { hasText: /^newsletter$/ }) });
    await table.waitFor();
    const heads = await table.locator("th bdi").allTextContents(), cells = await table.locator("td").allTextContents();
    for (const text of HOSTILE) assert.ok(heads.includes(text) && cells.includes(text), text);
    assert.equal(await page.evaluate(() => window.harmed), undefined);
    assert.equal(await page.locator("#panel :is(script, iframe, img, [onload])").count(), 0);
    assert.equal(await sideways(page), "");
  });
  await line("S.10", "the policy of the page was not hurt by any of our own pages", () => {
    const hurt = consoleSaid.filter((one) => /Content Security Policy|TrustedHTML|Refused to/.test(one));
    assert.deepEqual(hurt, []);
  });
  await page.context().close();
}
