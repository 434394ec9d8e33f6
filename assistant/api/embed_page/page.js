"use strict";
// One box: a question goes to /api/ask, its answer comes as events. Everything that came is put in as text, never as
// markup. The conversation lives in this page alone and ends with it.

const form = document.getElementById("ask");
const box = document.getElementById("question");
const send = document.getElementById("send");
const stop = document.getElementById("stop");
const turns = document.getElementById("turns");
const pages = document.body.dataset.pages;
const MOST_TURNS = 12;
const DOWN = "服务暂时无法访问。请稍后再试。";
let told = [];
let running = null;

function made(name, text, kind) {
  const element = document.createElement(name);
  if (text) element.textContent = text;
  if (kind) element.className = kind;
  return element;
}

function link(text, address) {
  const element = made("a", text);
  element.href = address;
  element.target = "_blank";
  element.rel = "noopener";
  return element;
}

function fullPage(question, citation) {
  const asked = new URLSearchParams({ q: question });
  if (citation) asked.set("read", `${citation.address}~${citation.start}-${citation.end}`);
  return `${pages}/?${asked}`;
}

function cited(question, citation) {
  const entry = made("details");
  const head = made("summary", `[${citation.key}] ${citation.label}`);
  const current = citation.force === "现行有效";
  head.append(made("span", citation.force, current ? "force" : "force gone"));
  entry.append(head, made("blockquote", citation.quote));
  const since = citation.effective_on ? `${citation.effective_on} 起施行` : "施行日期原文未载明";
  const facts = made("p", `${since}　`, "quiet");
  facts.append(link("看条文", fullPage(question, citation)));
  const source = citation.source && citation.source.url;
  if (source && /^https?:\/\//.test(source)) facts.append("　", link("来源", source));
  if (citation.notice) entry.append(made("p", citation.notice, "trouble"));
  entry.append(facts);
  return entry;
}

function compared(table) {
  const frame = made("div", "", "wide");
  const grid = made("table");
  const head = made("tr");
  for (const name of ["", ...table.columns]) head.append(made("th", name));
  grid.append(head);
  for (const row of table.rows) {
    const line = made("tr");
    line.append(made("th", row.name));
    for (const cell of row.cells) line.append(made("td", cell.text + cell.keys.map((key) => `[${key}]`).join("")));
    grid.append(line);
  }
  frame.append(grid);
  return frame;
}

function finished(place, question, answer) {
  place.text.textContent = answer.text;
  if (answer.table) place.after.append(compared(answer.table));
  for (const citation of answer.citations) place.after.append(cited(question, citation));
  if (answer.clarify) {
    const options = made("div", "", "options");
    for (const option of answer.clarify.options) {
      const button = made("button", option, "option");
      button.type = "button";
      button.addEventListener("click", () => ask(option));
      options.append(button);
    }
    place.after.append(options);
  }
  for (const step of answer.citations.length ? [] : answer.next_steps) place.after.append(made("p", `· ${step}`));
  for (const note of answer.notes) place.after.append(made("p", note, "quiet"));
  place.after.append(made("p", `按 ${answer.as_of} 的有效文本。${answer.label}`, "quiet"));
  told.push({ role: "user", content: question }, { role: "assistant", content: answer.text.slice(0, 20000) });
  told = told.slice(-2 * MOST_TURNS);
}

async function* events(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let waiting = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    waiting += value;
    const whole = waiting.split("\n\n");
    waiting = whole.pop();
    for (const block of whole) {
      const lines = block.split("\n");
      const name = lines.find((line) => line.startsWith("event:"));
      const data = lines.filter((line) => line.startsWith("data:")).map((line) => line.slice(5)).join("\n");
      if (name && data) yield [name.slice(6).trim(), JSON.parse(data)];
    }
  }
}

async function asked(question, place) {
  const response = await fetch("/api/ask", {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "text/event-stream" },
    body: JSON.stringify({ question, history: told }),
    credentials: "omit",
    signal: running.signal,
  });
  if (!response.ok) throw new Error((await response.json().catch(() => ({}))).detail || DOWN);
  for await (const [name, data] of events(response.body)) {
    if (name === "token") place.text.textContent += data.text;
    else if (name === "error") throw new Error(data.detail);
    else if (name === "done") return finished(place, question, data);
  }
  throw new Error("回答中断了，请再问一次。");
}

async function ask(question) {
  if (running || !question.trim()) return;
  running = new AbortController();
  box.value = "";
  send.hidden = true;
  stop.hidden = false;
  const entry = made("article");
  const place = { text: made("div", "", "text"), after: made("div") };
  entry.append(made("h2", question), place.text, place.after);
  entry.setAttribute("aria-busy", "true"); // read out when it is whole, not word by word
  turns.prepend(entry);
  try {
    await asked(question, place);
  } catch (error) {
    // Only an Error is ours, with a sentence; what the browser says of a lost connection is no sentence of the reader's.
    const words = error.name === "AbortError" ? "已停止。" : error.name === "Error" ? error.message : DOWN;
    place.after.append(made("p", words, "trouble"));
  } finally {
    running = null;
    entry.removeAttribute("aria-busy");
    send.hidden = false;
    stop.hidden = true;
    document.getElementById("full").href = fullPage(question);
    box.focus();
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  ask(box.value);
});
stop.addEventListener("click", () => running && running.abort());
