// The pages of a desk with many cases beside one with few, by turns, so that what else the machine does falls on both.
import { Desk } from "./desk.mjs";

const TIMES = 50;
const cases = Number(process.argv[2]);
const few = await Desk.start("few", { cases: 100 });
const many = await Desk.start("many", { cases });
console.log(`${cases} cases were made in ${(many.took / 1000).toFixed(1)} s`);
await many.stop();
const again = await Desk.start("many", { fresh: false });
console.log(`opened anew in ${again.took.toFixed(0)} ms\n`);

const signIn = async (desk, actor) => {
  const first = await fetch(desk.url);
  const cookie = first.headers.get("set-cookie").split(";")[0];
  const token = (await first.text()).match(/name="token" value="([^"]+)"/)[1];
  const answer = await fetch(`${desk.url}/session`, {
    method: "POST", redirect: "manual", headers: { cookie, origin: desk.url }, body: new URLSearchParams({ token, actor, language: "en" }),
  });
  return answer.headers.get("set-cookie").split(";")[0];
};
const PAGES = [
  ["My cases", "petra", () => "/"],
  ["a case", "petra", () => "/cases/C-000050"],
  ["a case of 40 notes", "amara", () => "/cases/C-000044"],
  ["overview", "mara", () => "/cases"],
  ["overview, closed", "mara", () => "/cases?of=closed"],
  ["overview, a word", "mara", () => "/cases?q=lamp"],
  ["palette, a word", "mara", () => "/hits?q=wardrobe"],
  ["customers", "amara", () => "/customers"],
  ["raise a case", "amara", () => "/raise"],
  ["cases with errors", "ivo", () => "/errors"],
  ["statistics", "mara", () => "/statistics"],
];
const cookies = new Map();
const get = async (desk, actor, path) => {
  const key = `${desk.name} ${actor}`;
  if (!cookies.has(key)) cookies.set(key, await signIn(desk, actor));
  const began = performance.now();
  const answer = await fetch(desk.url + path, { headers: { cookie: cookies.get(key) } });
  const text = await answer.text();
  const server = Number(answer.headers.get("server-timing")?.match(/dur=([\d.]+)/)?.[1]);
  return { took: performance.now() - began, server, status: answer.status, bytes: text.length, next: text.match(/rel="next" href="([^"]+)"/)?.[1]?.replaceAll("&amp;", "&") };
};
const median = (all) => all.sort((a, b) => a - b)[Math.floor(all.length / 2)];

const row = (name, ...cells) => console.log(name.padEnd(22) + cells.map((cell) => String(cell).padStart(13)).join(""));
row("page", "few: ms", "server", "many: ms", "server", "kB");
for (const [name, actor, path] of PAGES) {
  const seen = { few: [], many: [] };
  let last;
  for (let time = 0; time < TIMES; time += 1) {
    for (const desk of [few, again]) seen[desk.name].push((last = await get(desk, actor, path())));
  }
  if (last.status !== 200) { row(name, `${last.status}`); continue; }
  const of = (which) => [median(seen[which].map((one) => one.took)).toFixed(1), median(seen[which].map((one) => one.server)).toFixed(1)];
  row(name, ...of("few"), ...of("many"), (last.bytes / 1000).toFixed(0));
}

// To the end by Next page: no row twice, and no page slower for standing later.
let at = "/cases", pages = 0, rows = 0, slowest = 0;
const ids = new Set();
while (at) {
  const key = "many mara";
  const answer = await fetch(again.url + at, { headers: { cookie: cookies.get(key) } });
  const began = performance.now();
  const text = await answer.text();
  if (answer.status !== 200) break;
  slowest = Math.max(slowest, Number(answer.headers.get("server-timing").match(/dur=([\d.]+)/)[1]), performance.now() - began);
  for (const [, number] of text.matchAll(/id="row-(C-\d+)"/g)) { ids.add(number); rows += 1; }
  pages += 1;
  at = text.match(/rel="next"[^>]*href="([^"]+)"|href="([^"]+)"[^>]*rel="next"/)?.slice(1).find(Boolean)?.replaceAll("&amp;", "&");
}
console.log(`\nto the end of the overview: ${pages} pages, ${rows} rows, ${rows - ids.size} of them twice, the slowest page ${slowest.toFixed(1)} ms`);
await few.stop();
await again.stop();
process.exit(rows - ids.size ? 1 : 0);
