
// The queue: search, filters, order and pages. Only the rows of one page are in the document.

const PAGE_ROWS = 25;
const UNKNOWN = "not known";

const FILTERS = {
  company: (post) => post.company ?? UNKNOWN,
  band: (post) => post.band,
  topic: (post) => post.topic ?? UNKNOWN,
  answered: (post) => (post.answered === false ? "unanswered" : UNKNOWN),
  language: (post) => post.language ?? UNKNOWN,
};

/** What rows are ordered by, and whether the largest comes first at first. */
const ORDERS = {
  place: { title: "Place in the queue", of: (post) => post.place, descending: false },
  priority: { title: "Priority", of: (post) => post.priority, descending: true },
  urgency: { title: "Urgency", of: (post) => post.scores.urgency, descending: true },
  anger: { title: "Anger", of: (post) => post.scores.anger, descending: true },
  reach: { title: "Reach", of: (post) => post.reach, descending: true },
  wait: { title: "Wait", of: (post) => post.wait, descending: true },
};

const queue = { order: "place", descending: false, page: 0, rows: [] };

const folded = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
const haystacks = new Map(
  data.rows.map((post) => {
    const parts = [post.text, post.author, post.id, post.conversation, post.topic, post.company];
    return [post, folded(parts.filter(Boolean).join("\n"))];
  }),
);

function matches(post, words, chosen) {
  const haystack = haystacks.get(post);
  return (
    words.every((word) => haystack.includes(word)) &&
    chosen.every(([name, value]) => FILTERS[name](post) === value)
  );
}

/** Posts without a value come last in either order; among equals the queue's order stays. */
function compare(a, b) {
  const [left, right] = [a, b].map(ORDERS[queue.order].of);
  if (left == null || right == null) return (left == null) - (right == null) || a.place - b.place;
  return (queue.descending ? right - left : left - right) || a.place - b.place;
}

function update() {
  const words = folded(byId("search").value).split(/\s+/).filter(Boolean);
  const chosen = Object.keys(FILTERS)
    .map((name) => [name, byId(`filter-${name}`).value])
    .filter(([, value]) => value !== "");
  queue.rows = data.rows.filter((post) => matches(post, words, chosen)).sort(compare);
  queue.page = 0;
  showPage();
}

function showPage() {
  const pages = Math.max(1, Math.ceil(queue.rows.length / PAGE_ROWS));
  queue.page = Math.min(queue.page, pages - 1);
  const from = queue.page * PAGE_ROWS;
  const shown = queue.rows.slice(from, from + PAGE_ROWS);
  byId("queue-rows").replaceChildren(...shown.map(queueRow));
  const range = shown.length > 0 ? `${count(from + 1)}–${count(from + shown.length)} of ` : "";
  byId("queue-status").textContent = `${range}${counted(queue.rows.length, "post")}`;
  byId("page-number").textContent = `Page ${count(queue.page + 1)} of ${count(pages)}`;
  byId("page-previous").disabled = queue.page === 0;
  byId("page-next").disabled = queue.page === pages - 1;
  byId("pages").hidden = pages === 1;
  showOrder();
}

function byline(post) {
  const followers = post.followers == null ? null : counted(post.followers, "follower");
  const unknown = post.answered === false ? null : "answer not known";
  const topic = post.topic == null ? null : `about ${post.topic}`;
  const parts = [post.author, followers, post.company, topic, unknown].filter(Boolean);
  return parts.flatMap((part, index) => (index > 0 ? [" · ", isolated(part)] : [isolated(part)]));
}

function actions(post) {
  const button = (name, target) => {
    const attributes = {
      type: "button",
      "data-action": name.toLowerCase(),
      "aria-label": `${name} post ${post.place}`,
      onclick: () => openDetail(post, queue.rows, target),
    };
    return element("button", attributes, name);
  };
  return [button("Open", "detail-title"), button("Correct", "correct-title")];
}

function queueRow(post) {
  const cell = (attributes, ...children) => element("td", { role: "cell", ...attributes }, ...children);
  const score = (name) => `${LEVELS[name][post.decided[name]] ?? MISSING}`;
  const text = element("p", { class: "text", dir: "auto" }, shownText(post));
  const why = element("p", { class: "why" }, post.why);
  const by = element("p", { class: "by" }, ...byline(post));
  return element(
    "tr",
    { role: "row", "data-id": post.id },
    cell({ class: "place number" }, String(post.place)),
    cell({ class: "band" }, chip(post.band)),
    cell({ class: "post" }, text, why, by, correctedMark(post)),
    cell({ class: "number", "data-label": "Priority" }, element("strong", {}, decimals(post.priority, 1))),
    cell({ "data-label": "Urgency" }, score("urgency")),
    cell({ "data-label": "Anger" }, score("anger")),
    cell({ class: "number", "data-label": "Reach" }, decimals(post.reach, 0)),
    cell({ class: "number", "data-label": "Wait" }, post.waited ?? MISSING),
    cell({ class: "actions" }, ...actions(post)),
  );
}

function correctedMark(post) {
  const words = correctionInWords(post);
  return element("p", { class: "corrected", hidden: words === "" }, words && `Corrected: ${words}`);
}

function rowOf(post) {
  return [...byId("queue-rows").children].find((row) => row.dataset.id === post.id);
}

function showMarks() {
  for (const row of byId("queue-rows").children) {
    const post = data.rows.find((it) => it.id === row.dataset.id);
    row.querySelector(".corrected").replaceWith(correctedMark(post));
  }
}

/** Puts the focus back to the post that was open, on whichever page it is. */
function focusPost(post) {
  const place = queue.rows.indexOf(post);
  if (place >= 0 && !rowOf(post)) {
    queue.page = Math.floor(place / PAGE_ROWS);
    showPage();
  }
  rowOf(post)?.querySelector("button").focus();
}

function showOrder() {
  for (const head of document.querySelectorAll("#queue-table [data-sort]")) {
    const isOrder = head.dataset.sort === queue.order;
    const direction = queue.descending ? "descending" : "ascending";
    head.setAttribute("aria-sort", isOrder ? direction : "none");
  }
  byId("sort").value = queue.order;
}

function orderBy(order, descending) {
  queue.order = order;
  queue.descending = descending;
  update();
}

function headButton(head) {
  const order = head.dataset.sort;
  const turn = () => {
    const isOrder = queue.order === order;
    orderBy(order, isOrder ? !queue.descending : ORDERS[order].descending);
  };
  const button = element("button", { type: "button", onclick: turn }, ...head.childNodes);
  head.replaceChildren(button);
}

/** The values of a filter, the most frequent first, each with its count. */
function fillFilter(name) {
  const counts = new Map();
  for (const post of data.rows) {
    const value = FILTERS[name](post);
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  const order = name === "band" ? ([a], [b]) => BANDS.indexOf(a) - BANDS.indexOf(b) : ([, a], [, b]) => b - a;
  const options = [...counts].sort(order).map(([value, posts]) =>
    element("option", { value }, `${value} (${count(posts)})`),
  );
  const select = byId(`filter-${name}`);
  select.replaceChildren(element("option", { value: "" }, "all"), ...options);
  select.closest("label").hidden = counts.size < 2;
}

function turnPage(by, button, other) {
  queue.page += by;
  showPage();
  // A button that has just been disabled would lose the focus.
  (button.disabled ? other : button).focus({ preventScroll: true });
  byId("queue-status").scrollIntoView({ block: "start" });
}

function startQueue() {
  for (const name of Object.keys(FILTERS)) {
    fillFilter(name);
    byId(`filter-${name}`).addEventListener("change", update);
  }
  const orders = Object.entries(ORDERS).map(([value, { title }]) => element("option", { value }, title));
  byId("sort").replaceChildren(...orders);
  byId("sort").addEventListener("change", () => {
    const order = byId("sort").value;
    orderBy(order, ORDERS[order].descending);
  });
  document.querySelectorAll("#queue-table [data-sort]").forEach(headButton);
  byId("search").addEventListener("input", update);
  byId("filters").addEventListener("submit", (event) => event.preventDefault());
  // The fields are empty only after this event.
  byId("filters").addEventListener("reset", () => setTimeout(() => orderBy("place", false)));
  byId("filters").hidden = false;
  const [previous, next] = [byId("page-previous"), byId("page-next")];
  previous.addEventListener("click", () => turnPage(-1, previous, next));
  next.addEventListener("click", () => turnPage(1, next, previous));
  corrections.listeners.push(showMarks);
  detail.closed = focusPost;
  update();
}

startQueue();
